"""⑤ Diagnosis, step 4: do the addresses answer? Ping, TCP 80 and 443, TLS, HTTP, and where a redirect ends."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, urljoin, urlsplit

from actions.diagnosis.budget import Budget
from actions.diagnosis.names import NameStatus, check_name
from actions.diagnosis.ping import Ping, ping
from actions.diagnosis.safety import Guard, is_public
from actions.diagnosis.web import Tcp, Tls, Web, request

MAX_ADDRESSES = 4  # two of each kind
MAX_REDIRECTS = 3
ATTEMPT_SHARE = 0.7  # of the time, for the addresses; the rest is for redirects
# Where providers send the visitors of a site without a filing (host, path): seen in use, not documented.
_BLOCK_PAGES = (("dnspod.qcloud.com", "webblock"), ("batit.aliyun.com", ""))

Resolve = Callable[[str], Awaitable[Sequence[str]]]


class Redirect(str, Enum):
    """How the chain of redirects ended."""

    NONE = "none"
    ENDS = "ends"  # at a page, whose status is in `status`
    TOO_MANY = "too_many"
    PRIVATE = "private"  # to an address that no visitor can reach, or that is no public name at all
    BROKEN = "broken"  # to a server that does not answer, or to something that is no web address
    BLOCK_PAGE = "block_page"


@dataclass(frozen=True)
class AddressReach:
    """One address: does it answer pings, HTTP on port 80, HTTPS on 443."""

    address: str
    ping: Ping
    http: Web
    https: Web

    @property
    def answers(self) -> bool:
        """True when a web server spoke on either port."""
        return self.http.answers or self.https.answers

    @property
    def tried(self) -> bool:
        """False when we had no way to this address, so nothing is known."""
        return any(web.tcp not in (Tcp.NO_ROUTE, Tcp.FORBIDDEN) for web in (self.http, self.https))


@dataclass(frozen=True)
class ReachResult:
    """host: whose addresses; refused: those that are not public; redirect and where it ended (host, HTTP status)."""

    host: str
    addresses: tuple[AddressReach, ...] = ()
    refused: tuple[str, ...] = ()
    redirect: Redirect = Redirect.NONE
    target: str = ""
    status: int = 0
    finished: bool = True

    @property
    def looked(self) -> bool:
        """True when at least one address could be tried."""
        return self.finished and any(address.tried for address in self.addresses)


@dataclass(frozen=True)
class Prober:
    """What probes are made with. privileged: raw pings (root); resolve: a host's addresses, for redirects."""

    guard: Guard
    tls: ssl.SSLContext
    resolve: Resolve
    privileged: bool = False

    async def probe(self, host: str, addresses: Sequence[str], budget: Budget) -> ReachResult:
        """Try a host's addresses, all at once. Never raises for the net."""
        allowed = [address for address in addresses if self.guard.allows(address)]
        refused = tuple(address for address in addresses if address not in allowed)
        part = budget.part(ATTEMPT_SHARE)
        seen = tuple(await asyncio.gather(*(self._address(host, address, part) for address in some_of_each(allowed))))
        redirect, target, status = await self._follow(host, seen, budget)
        return ReachResult(host, seen, refused, redirect, target, status)

    async def _address(self, host: str, address: str, budget: Budget) -> AddressReach:
        echo, http, https = await asyncio.gather(
            ping(address, budget, self.guard, self.privileged),
            request(host, address, 80, budget, self.guard, self.tls),
            request(host, address, 443, budget, self.guard, self.tls),
        )
        return AddressReach(address, echo, http, https)

    async def _follow(self, host: str, seen: Iterable[AddressReach], budget: Budget) -> tuple[Redirect, str, int]:
        answers = [web for address in seen for web in (address.http, address.https) if web.answers]
        at = next((web for web in answers if web.location), None)
        if at is None:
            return Redirect.NONE, host, max((web.status for web in answers), default=0)
        for _ in range(MAX_REDIRECTS):
            goal = parse_target(f"{'https' if at.port == 443 else 'http'}://{host}/", at.location)
            if goal is None:
                return Redirect.BROKEN, "", at.status
            if is_block_page(goal):
                return Redirect.BLOCK_PAGE, goal.host, at.status
            host, (refusal, at) = goal.host, await self._hop(goal, budget)
            if refusal is not None or at is None:
                return refusal or Redirect.BROKEN, host, 0
            if not at.location:
                return Redirect.ENDS, host, at.status
        return Redirect.TOO_MANY, host, at.status

    async def _hop(self, goal: Goal, budget: Budget) -> tuple[Redirect | None, Web | None]:
        """The answer there, or why there is none; resolved and checked like the first name."""
        if check_name(goal.host).host != goal.host:  # an address, or a name inside a network
            return (Redirect.ENDS if is_public(goal.host) else Redirect.PRIVATE), None
        found = await self.resolve(goal.host)
        allowed = [address for address in found if self.guard.allows(address, goal.port)]
        if not allowed:
            return (Redirect.PRIVATE if found else Redirect.BROKEN), None
        web = await request(goal.host, allowed[0], goal.port, budget, self.guard, self.tls, goal.path)
        return None if web.answers or web.tls not in (Tls.OK, Tls.NOT_TRIED) else Redirect.BROKEN, web


@dataclass(frozen=True)
class Goal:
    """Where a redirect leads: host (A-labels or whatever stood there), port 80 or 443, path in printable ASCII."""

    host: str
    port: int
    path: str


def parse_target(base: str, location: str) -> Goal | None:
    """A Location header's value; None when it is no http(s) address on the web's own ports. Never raises."""
    try:
        parts = urlsplit(urljoin(base, location))
        default = {"http": 80, "https": 443}.get(parts.scheme)
        port, host = parts.port or default, (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if default is None or port != default or not host:
        return None
    name = check_name(f"http://{host}/")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?')}" if parts.query else ""
    )
    return Goal(name.host if name.status is NameStatus.OK else host, port, path[:2048])


def is_block_page(goal: Goal) -> bool:
    """True for the page that a provider shows in place of a site without a filing."""
    return any(
        re.fullmatch(rf"(.+\.)?{re.escape(host)}", goal.host) and path in goal.path for host, path in _BLOCK_PAGES
    )


def some_of_each(addresses: Iterable[str]) -> list[str]:
    """At most two IPv4 and two IPv6 addresses."""
    listed = list(addresses)
    v4 = [address for address in listed if ":" not in address]
    v6 = [address for address in listed if ":" in address]
    return v4[: MAX_ADDRESSES // 2] + v6[: MAX_ADDRESSES // 2]
