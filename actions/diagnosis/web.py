"""⑤ Diagnosis, below step 4: one HTTP request to one address: TCP, TLS, status line, and nothing of the page."""

from __future__ import annotations

import asyncio
import datetime
import errno
import re
import socket
import ssl
from dataclasses import dataclass, replace
from enum import Enum

from actions.diagnosis.budget import Budget
from actions.diagnosis.safety import READ_LIMIT, Guard, Refused

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)\b")
_LOCATION = re.compile(rb"\r?\nlocation:[ \t]*([^\r\n]{1,2048})", re.IGNORECASE)
# OpenSSL's verification results.
_EXPIRED, _WRONG_NAME = 10, 62


class Tcp(str, Enum):
    """Can a connection be made? NO_ROUTE and FORBIDDEN say something about us, not about the server."""

    OPEN = "open"
    CLOSED = "closed"  # the machine answers: nothing listens there
    SILENT = "silent"  # no answer in time
    NO_ROUTE = "no_route"
    FORBIDDEN = "forbidden"  # not an address that we contact


class Tls(str, Enum):
    """What visitors' browsers would say to the certificate."""

    NOT_TRIED = "not_tried"
    OK = "ok"
    EXPIRED = "expired"
    WRONG_NAME = "wrong_name"
    UNTRUSTED = "untrusted"
    FAILED = "failed"  # no TLS there at all


@dataclass(frozen=True)
class Web:
    """One port. valid_until: the certificate's last day; status: HTTP status, 0 for none; location: of a redirect."""

    port: int
    tcp: Tcp
    tls: Tls = Tls.NOT_TRIED
    valid_until: datetime.date | None = None
    status: int = 0
    location: str = ""

    @property
    def answers(self) -> bool:
        """True when an HTTP server spoke."""
        return self.status > 0


def new_tls() -> ssl.SSLContext:
    """Browser-like checks: chain, name and dates."""
    return ssl.create_default_context()


async def request(
    host: str, address: str, port: int, budget: Budget, guard: Guard, tls: ssl.SSLContext, path: str = "/"
) -> Web:
    """GET http(s)://host/path at this very address; host in A-labels, path in ASCII. Never raises for the net."""
    try:
        sock = await asyncio.wait_for(guard.connect(address, port), budget.left)
    except Refused:
        return Web(port, Tcp.FORBIDDEN)
    except (ConnectionRefusedError, ConnectionResetError):
        return Web(port, Tcp.CLOSED)
    except asyncio.TimeoutError:
        return Web(port, Tcp.SILENT)
    except OSError as error:
        # A router that says "host unreachable" stands near the server; "network unreachable" is our own lack of a way.
        return Web(port, Tcp.SILENT if error.errno in (errno.ETIMEDOUT, errno.EHOSTUNREACH) else Tcp.NO_ROUTE)
    return await _spoken(Web(port, Tcp.OPEN), sock, host, path, budget, tls)


async def _spoken(web: Web, sock: socket.socket, host: str, path: str, budget: Budget, tls: ssl.SSLContext) -> Web:
    secure = web.port == 443
    try:
        opened = asyncio.open_connection(
            sock=sock, limit=READ_LIMIT, ssl=tls if secure else None, server_hostname=host if secure else None
        )
        reader, writer = await asyncio.wait_for(opened, budget.left)
    except (OSError, asyncio.TimeoutError, ValueError) as error:  # ssl.SSLError is an OSError
        sock.close()
        return replace(web, tls=_tls_fault(error)) if secure else web
    if secure:
        web = replace(web, tls=Tls.OK, valid_until=_valid_until(writer))
    try:
        head = await asyncio.wait_for(_head(reader, writer, host, path), budget.left)
        return replace(web, status=_status(head), location=_location(head))
    except (OSError, asyncio.TimeoutError):
        return web
    finally:
        writer.transport.abort()  # the page itself is not wanted


async def _head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> bytes:
    """Status line and headers, at most 64 kB; empty when it is no HTTP."""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: icp-filing-assistant (domain check)\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n".encode("ascii")
    )
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError:
        return await reader.read(1024)  # endless headers: the status line is enough


def _status(head: bytes) -> int:
    found = _STATUS_LINE.match(head)
    return int(found[1]) if found else 0


def _location(head: bytes) -> str:
    found = _LOCATION.search(head) if 300 <= _status(head) < 400 else None
    return found[1].decode("utf-8", errors="replace").strip() if found else ""


def _tls_fault(error: Exception) -> Tls:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return Tls.FAILED
    return {_EXPIRED: Tls.EXPIRED, _WRONG_NAME: Tls.WRONG_NAME}.get(error.verify_code, Tls.UNTRUSTED)


def _valid_until(writer: asyncio.StreamWriter) -> datetime.date | None:
    certificate = writer.get_extra_info("peercert") or {}
    try:
        seconds = ssl.cert_time_to_seconds(certificate["notAfter"])
    except (KeyError, ValueError):
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date()
