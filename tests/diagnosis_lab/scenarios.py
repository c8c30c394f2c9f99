"""Evidence put together by hand, for the rules: a healthy name, changed in one point or two."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from actions.diagnosis.dns import Delegation, DnsResult, HostDns
from actions.diagnosis.evidence import Evidence
from actions.diagnosis.names import check_name
from actions.diagnosis.ping import Ping
from actions.diagnosis.reach import AddressReach, ReachResult, Redirect
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus
from actions.diagnosis.resolvers import Answer
from actions.diagnosis.web import Tcp, Tls, Web

TODAY = datetime.date(2026, 11, 24)
LAST_YEAR, NEXT_YEAR = datetime.date(2025, 11, 1), datetime.date(2027, 11, 1)
V4, OTHER_V4, V6 = "203.119.25.1", "203.119.25.2", "2400:3200::1"
OK, CLOSED, SILENT, LOST = (
    Web(80, Tcp.OPEN, status=200),
    Web(80, Tcp.CLOSED),
    Web(80, Tcp.SILENT),
    Web(80, Tcp.NO_ROUTE),
)
TLS_OK = Web(443, Tcp.OPEN, Tls.OK, NEXT_YEAR, 200)


def address(ip: str = V4, ping: Ping = Ping.ANSWERS, http: Web = OK, https: Web = TLS_OK) -> AddressReach:
    """One address, good unless told otherwise."""
    return AddressReach(ip, ping, http, replace(https, port=443))


DOWN = address(OTHER_V4, Ping.SILENT, SILENT, SILENT)


def host(name: str, answer: Answer, *addresses: str, **more: Any) -> HostDns:
    """What the DNS says about one host."""
    v6 = tuple(a for a in addresses if ":" in a)
    return HostDns(name, answer, tuple(a for a in addresses if ":" not in a), v6, **more)


def evidence(
    name: str = "shop-of-li.com",
    answer: Answer = Answer.FOUND,
    addresses: tuple[str, ...] | None = None,
    other: Answer | None = None,
    delegation: Delegation = Delegation.PRESENT,
    registry: RegistryStatus = RegistryStatus.REGISTERED,
    codes: tuple[str, ...] = ("ok",),
    created: datetime.date | None = LAST_YEAR,
    expires: datetime.date | None = NEXT_YEAR,
    servers: tuple[str, ...] = ("ns1.example-dns.com",),
    reach: tuple[AddressReach, ...] | None = None,
    redirect: Redirect = Redirect.NONE,
    status: int = 200,
    refused: tuple[str, ...] = (),
    finished: bool = True,
    said: tuple[Answer, ...] = (),
    **dns: Any,
) -> Evidence:
    """A healthy name, changed as told. `other`: the answer for www (or the apex when www was named)."""
    checked = check_name(name)
    found = addresses if addresses is not None else ((V4,) if answer is Answer.FOUND else ())
    by_resolver = tuple((f"resolver{number}", each) for number, each in enumerate(said))
    seen = host(checked.host, answer, *found, by_resolver=by_resolver, **dns)
    beside = other or answer
    second = host("x", beside, *((V4,) if beside is Answer.FOUND else ()))
    is_www = checked.host == checked.www
    apex = replace(second, host=checked.registrable) if checked.host != checked.registrable else seen
    www = seen if is_www else replace(second, host=checked.www)
    record = RegistryResult(registry, source="rdap")
    if registry is RegistryStatus.REGISTERED:
        record = RegistryResult(registry, frozenset(codes), created, expires, "Example Registrar", servers, "rdap")
    tried = reach if reach is not None else ((address(found[0]),) if found else ())
    at = ReachResult(checked.host, tried, refused, redirect, checked.host, status, finished)
    return Evidence(checked, DnsResult(seen, apex, www, delegation), record, at, TODAY)
