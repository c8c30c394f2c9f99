"""Web servers at the lab's addresses, all on the same two ports: one that works and one for every way to fail."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

from diagnosis_lab.certificates import authority

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
# Last number of the address for what happens there; CLOSED: nothing listens.
GOOD, REDIRECTS_INSIDE, MUTE, BLOCKED, BROKEN, WRONG_NAME = range(10, 16)
EXPIRED, CLOSED, UNTRUSTED, LOOPING, MISSING = range(16, 21)
GOOD_HOST = "healthy-shop.com"
# Names for which the good server has a certificate.
GOOD_HOSTS = (
    GOOD_HOST, "www.healthy-shop.com", "mixed-shop.com", "wild-shop.com", "*.wild-shop.com",
    "apexonly-shop.com", "sixonly-shop.com",
    "twoways-shop.com", "xn--wgv71a119e.com", "xn--fsqu00a.xn--fiqs8s", "good-shop.cn", "rebind-shop.com",
)  # fmt: skip


def reply(status: str, *headers: str, body: bytes = b"") -> Handler:
    """A handler that answers every request so."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]).encode()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body)
        await writer.drain()
        writer.close()

    return handle


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and says nothing."""
    await reader.read(65536)
    await asyncio.sleep(30)


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A status line, then headers without end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    try:
        for _ in range(400):  # some 400 kB
            writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
            await writer.drain()
    except OSError:
        pass
    writer.close()


class WebLab:
    """ports: {80: …, 443: …}, the real port of each, the same at all addresses."""

    def __init__(self, net: str) -> None:
        self.net = net
        self.ports = {80: _free_port(net), 443: _free_port(net)}
        self.connections: list[str] = []  # addresses of ours that somebody connected to, in order

    @classmethod
    async def start(cls, net: str) -> WebLab:
        """Listen everywhere."""
        lab = cls(net)
        good = authority().server_context(*GOOD_HOSTS)
        lan, block = "http://127.0.0.1/admin", "https://dnspod.qcloud.com/static/webblock.html?d=x"
        for address in (lab.at(GOOD), "::1"):
            await lab.serve(address, reply("200 OK", body=b"x" * 200_000), good)
        await lab.serve(lab.at(REDIRECTS_INSIDE), reply("302 Found", f"Location: {lan}"))
        await lab.serve(lab.at(MUTE), mute)
        await lab.serve(lab.at(BLOCKED), reply("302 Moved", f"Location: {block}"))
        await lab.serve(lab.at(BROKEN), reply("502 Bad Gateway"))
        await lab.serve(lab.at(MISSING), reply("404 Not Found"))
        await lab.serve(lab.at(LOOPING), reply("301 Moved", "Location: /again"))
        other, old = (
            authority().server_context("other-name.com"),
            authority().server_context("expired-shop.com", days=-5),
        )
        own = authority().server_context("untrusted-shop.com", trusted=False)
        for number, tls in ((WRONG_NAME, other), (EXPIRED, old), (UNTRUSTED, own)):
            await lab.serve(lab.at(number), reply("200 OK"), tls)
        return lab

    def at(self, number: int) -> str:
        """The lab's address with this last number."""
        return f"{self.net}.{number}"

    async def serve(self, address: str, handler: Handler, tls: ssl.SSLContext | None = None) -> None:
        """Listen on port 80, and on 443 when there is a certificate."""

        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections.append(address)
            await handler(reader, writer)

        await asyncio.start_server(counted, address, self.ports[80])
        if tls:
            await asyncio.start_server(counted, address, self.ports[443], ssl=tls)


def _free_port(net: str) -> int:
    with socket.socket() as probe:
        probe.bind((f"{net}.1", 0))
        return int(probe.getsockname()[1])
