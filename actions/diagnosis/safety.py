"""⑤ Diagnosis: the only door to a user's server. Public unicast addresses and the web's ports, nothing else.

A name that a user types decides which machine we talk to, so an address is checked when it comes out of the DNS and
again on the connected socket: a name that changes its answer in between (rebinding) can't lead us inside.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = frozenset({80, 443})
READ_LIMIT = 64 * 1024  # bytes; no answer is read further

# What Python's is_global lets through, or says differently from version to version.
_REFUSED_V4 = (
    "0.0.0.0/8",
    "100.64.0.0/10",  # carriers' inside; cloud metadata at 100.100.100.200
    "168.63.129.16/32",  # Azure's inside, a public address by its number
    "169.254.0.0/16",  # link-local; metadata of nearly every cloud, Tencent's included
    "192.0.0.0/24",  # protocol assignments; Oracle's metadata
    "192.88.99.0/24",  # 6to4 relays
    "224.0.0.0/4",
    "240.0.0.0/4",
)
# Addresses that carry an IPv4 address inside: whoever translates them could lead us anywhere.
_REFUSED_V6 = ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")  # all that is handed out to networks; mapped and NAT64 lie outside
_REFUSED: tuple[Network, ...] = tuple(ipaddress.ip_network(net) for net in (*_REFUSED_V4, *_REFUSED_V6))


class Refused(Exception):
    """An address or port that we don't contact."""


def is_public(address: str) -> bool:
    """True for a public unicast address; False for anything else, also for what is no address. Never raises."""
    ip = _parsed(address)
    if ip is None or not ip.is_global or ip.is_multicast or any(ip in net for net in _REFUSED):
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _PUBLIC_V6 and (int(ip) >> 32) & 0xFFFF_FFFF not in _ISATAP
    return True


def _parsed(address: str) -> Address | None:
    try:
        return ipaddress.ip_address(address)  # strict: no short, octal or hexadecimal IPv4
    except ValueError:
        return None


@dataclass(frozen=True)
class Guard:
    """Which addresses and ports may be contacted. `Guard()` is the only one that the assistant uses.

    test_networks, test_ports: for tests and benchmarks, which have no public addresses. They are given in code and
    can't be set from outside; a port is translated only inside those networks (80 → the port a test server got).
    """

    test_networks: tuple[Network, ...] = ()
    test_ports: Mapping[int, int] = field(default_factory=dict)

    def allows(self, address: str, port: int = 80) -> bool:
        """True when this address may be contacted on this port."""
        return port in PORTS and (is_public(address) or self._is_test(address))

    def require(self, address: str, port: int = 80) -> None:
        """Raise Refused unless allowed."""
        if not self.allows(address, port):
            raise Refused(f"{address} port {port}")

    async def connect(self, address: str, port: int) -> socket.socket:
        """A connected TCP socket, which the caller closes. Refused before or after connecting; OSError from the net."""
        self.require(address, port)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, (address, self._real_port(address, port)))
            self.require(str(sock.getpeername()[0]), port)
        except BaseException:
            sock.close()
            raise
        return sock

    def _is_test(self, address: str) -> bool:
        ip = _parsed(address)
        return ip is not None and any(ip in net for net in self.test_networks)

    def _real_port(self, address: str, port: int) -> int:
        return self.test_ports.get(port, port) if self._is_test(address) else port
