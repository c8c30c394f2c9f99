"""Whole looks at a domain with 50 ms for each round trip: one after the other, and 100 conversations at once.

DNS, registry and web servers run in a thread of this process and wait as long as the protocol's round trips would take
(loopback has none): DNS 1, HTTP 2 (connection, request), HTTPS and RDAP 3. So the figures also hold the servers' CPU.
A stock Rasa project has no such check; its column stays 0.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
import tempfile
import threading
import time
from pathlib import Path

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from actions.diagnosis.diagnose import Tools
from actions.diagnosis.limits import Limits
from actions.diagnosis.names import check_name
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.registry import Registry
from actions.diagnosis.resolvers import Resolver
from actions.diagnosis.safety import Guard
from actions.diagnosis.service import Service
from bench.report import Row, percentile

ROUND_TRIP = 0.05  # seconds
ADDRESS = "127.98.7.1"
ONE_BY_ONE, AT_ONCE = 20, 100


class Network(threading.Thread):
    """The simulated outside world, in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.loop, self.ready = asyncio.new_event_loop(), threading.Event()
        self.ports: dict[str, int] = {}
        self.certificate, self.server_tls = _certificate()
        self.start()
        if not self.ready.wait(10):
            raise RuntimeError("the simulated network did not start")

    def run(self) -> None:
        """Serve until `stop`."""
        self.loop.run_until_complete(self._serve())
        self.ready.set()
        self.loop.run_forever()

    def stop(self) -> None:
        """End the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(10)

    async def _serve(self) -> None:
        transport, _ = await self.loop.create_datagram_endpoint(_Dns, local_addr=(ADDRESS, 0))
        self.ports["dns"] = transport.get_extra_info("sockname")[1]
        for name, trips, tls in (("http", 2, None), ("https", 3, self.server_tls)):
            server = await asyncio.start_server(_page(trips), ADDRESS, 0, ssl=tls, backlog=1000)
            self.ports[name] = server.sockets[0].getsockname()[1]
        app = web.Application()
        app.router.add_get("/dns.json", self._registries)
        app.router.add_get("/domain/{name}", _record)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, ADDRESS, 0, backlog=1000)
        await site.start()
        self.ports["rdap"] = runner.addresses[0][1]

    async def _registries(self, _: web.Request) -> web.Response:
        return web.json_response({"services": [[["com"], [f"http://{ADDRESS}:{self.ports['rdap']}/"]]]})

    def service(self) -> Service:
        """The assistant's own, with this network in place of the world (in code: no setting can do that)."""
        ports = {80: self.ports["http"], 443: self.ports["https"]}
        guard = Guard((ipaddress.ip_network(f"{ADDRESS}/32"),), ports)
        registry = Registry(Rdap(f"http://{ADDRESS}:{self.ports['rdap']}/dns.json", guard=guard), {}, guard)
        resolver = Resolver(ADDRESS, self.ports["dns"])
        tls = ssl.create_default_context(cadata=self.certificate)
        return Service(Tools((resolver, resolver), registry, guard=guard, tls=tls), Limits(10_000, 100_000))


class _Dns(asyncio.DatagramProtocol):
    """Every name has name servers and leads to ADDRESS."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        asked, answer = query.question[0], dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        text = {dns.rdatatype.A: ADDRESS, dns.rdatatype.NS: "ns1.example-dns.com."}.get(asked.rdtype)
        if text:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", asked.rdtype, text))
        asyncio.get_running_loop().call_later(ROUND_TRIP, self._transport.sendto, answer.to_wire(), addr)  # type: ignore[attr-defined]


def _page(trips: int):  # type: ignore[no-untyped-def]
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(trips * ROUND_TRIP)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    return handle


async def _record(request: web.Request) -> web.Response:
    await asyncio.sleep(3 * ROUND_TRIP)
    events = [{"eventAction": "registration", "eventDate": "2020-05-01T00:00:00Z"}]
    name = request.match_info["name"]
    return web.json_response({"objectClassName": "domain", "ldhName": name, "status": ["active"], "events": events})


def _certificate() -> tuple[str, ssl.SSLContext]:
    """A certificate for all names of the measurement, and the server's side of it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    name, day = x509.Name([]), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in _hosts(ONE_BY_ONE + AT_ONCE)])
    certificate = builder.add_extension(names, critical=True).sign(key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.pem")
        path.write_bytes(private + pem)
        context.load_cert_chain(path)
    return pem.decode(), context


def _hosts(count: int) -> list[str]:
    return [f"bench-shop-{number}.com" for number in range(count)]


async def _check(service: Service, host: str, user: str) -> tuple[float, str]:
    """Seconds of one check, and its verdict: "fine" (as all names are), "unknown" (not all seen in time), "fault"."""
    began = time.perf_counter()
    made = await service.check(check_name(host), user)
    return time.perf_counter() - began, made.kind


async def _measure(service: Service) -> tuple[list[tuple[float, str]], list[tuple[float, str]], float]:
    await _check(service, _hosts(1)[0], "warm-up")  # loads the list of registries
    hosts = _hosts(ONE_BY_ONE + AT_ONCE)
    single = [await _check(service, host, "one") for host in hosts[1:ONE_BY_ONE]]
    began = time.perf_counter()
    many = await asyncio.gather(*(_check(service, host, host) for host in hosts[ONE_BY_ONE:]))
    return single, list(many), time.perf_counter() - began


def run() -> list[Row]:
    """Rows of the group "diagnosis"; takes some 15 s."""
    network = Network()
    try:
        single, many, took = asyncio.run(_measure(network.service()))
    finally:
        network.stop()
    alone, crowd = ([seconds for seconds, _ in part] for part in (single, many))
    share = {kind: 100.0 * sum(k == kind for _, k in many) / len(many) for kind in ("fine", "fault")}
    at_once = f"domain check, {AT_ONCE} conversations at once"
    return [
        Row("diagnosis", "domain check, one by one, 50 ms round trips: p50", "s", percentile(alone, 50), 0.0),
        Row("diagnosis", "domain check, one by one, 50 ms round trips: p95", "s", percentile(alone, 95), 0.0),
        Row("diagnosis", f"{at_once}: p50", "s", percentile(crowd, 50), 0.0),
        Row("diagnosis", f"{at_once}: p95", "s", percentile(crowd, 95), 0.0),
        Row("diagnosis", f"{at_once}: all done after", "s", took, 0.0),
        Row("diagnosis", f"{at_once}: wrongly said to be at fault", "%", share["fault"], 0.0),
        Row("diagnosis", f"{at_once}: complete within the budget", "%", share["fine"], 0.0),
    ]


if __name__ == "__main__":
    from bench.report import table

    print(table(run()))
