"""An RDAP server (RFC 9083 objects with the oddities of real ones) and a WHOIS server with texts of .cn form."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from diagnosis_lab.web_servers import _free_port

REGISTRAR = {
    "objectClassName": "entity",
    "roles": ["registrar"],
    "handle": "1234",
    "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Example Registrar Ltd."]]],
}


def record(
    name: str, *status: str, created: str = "2020-05-01T04:00:00Z", expires: str = "2027-05-01T04:00:00Z"
) -> Any:
    """A domain object."""
    events = [
        {"eventAction": "registration", "eventDate": created},
        {"eventAction": "expiration", "eventDate": expires},
    ]
    return {
        "objectClassName": "domain",
        "ldhName": name.upper(),
        "status": list(status) or ["active"],
        "events": events,
        "entities": [REGISTRAR],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS1.EXAMPLE-DNS.COM."}],
    }


def cn_text(name: str, *status: str) -> str:
    """A record as CNNIC writes it."""
    lines = [f"Domain Name: {name}", "ROID: 20200501s10001s00000000-cn"]
    lines += [f"Domain Status: {code}" for code in status or ("ok",)]
    lines += ["Registrant: 某某公司", "Registrant Contact Email: x@example.cn"]
    lines += ["Sponsoring Registrar: 某某云计算（北京）有限公司", "Name Server: ns1.example-dns.com"]
    lines += ["Registration Time: 2020-05-01 12:00:00", "Expiration Time: 2027-05-01 12:00:00", "DNSSEC: unsigned"]
    return "\r\n".join(lines) + "\r\n"


class RegistryLab:
    """rdap: name → JSON object, or a (status, headers, body); whois_texts: name → text. Others are not registered."""

    def __init__(self, net: str) -> None:
        self.host = f"{net}.2"
        self.rdap_port, self.whois = _free_port(net), (self.host, _free_port(net))
        self.rdap: dict[str, Any] = {}
        self.whois_texts: dict[str, str] = {}
        self.asked: list[str] = []

    @classmethod
    async def start(cls, net: str) -> RegistryLab:
        """Listen."""
        lab = cls(net)
        app = web.Application()
        app.router.add_get("/dns.json", lab._bootstrap)
        app.router.add_get("/rdap/domain/{name}", lab._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, lab.host, lab.rdap_port).start()
        await asyncio.start_server(lab._whois, *lab.whois)
        return lab

    @property
    def bootstrap_url(self) -> str:
        """In place of IANA's."""
        return f"http://{self.host}:{self.rdap_port}/dns.json"

    async def _bootstrap(self, _: web.Request) -> web.Response:
        self.asked.append("dns.json")
        services = [[["com", "net"], [f"http://{self.host}:{self.rdap_port}/rdap/"]]]
        return web.json_response({"version": "1.0", "publication": "2026-11-01T00:00:00Z", "services": services})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"].lower()
        self.asked.append(name)
        known = self.rdap.get(name)
        if known is None:
            return web.json_response({"errorCode": 404, "title": "not found"}, status=404)
        if isinstance(known, tuple):
            status, headers, body = known
            if status == 0:
                await asyncio.sleep(30)
            return web.Response(status=status, headers=headers, body=body)
        return web.Response(text=json.dumps(known), content_type="application/rdap+json")

    async def _whois(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await reader.readline()).decode().strip().lower()
        self.asked.append(name)
        writer.write(self.whois_texts.get(name, "No matching record.\r\n").encode())
        await writer.drain()
        writer.close()
