"""Ping, TCP, TLS, HTTP and redirects, against real servers with every fault."""

from __future__ import annotations

import asyncio
import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import icmplib
import pytest
from diagnosis_lab import WebLab, authority, run
from diagnosis_lab import web_servers as sites

from actions.diagnosis import ping as ping_module
from actions.diagnosis.budget import Budget
from actions.diagnosis.ping import Ping, ping
from actions.diagnosis.reach import Prober, ReachResult, Redirect, is_block_page, parse_target, some_of_each
from actions.diagnosis.safety import Guard
from actions.diagnosis.web import Tcp, Tls, Web, request

HOST = sites.GOOD_HOST


@pytest.fixture
def guard(web: WebLab) -> Guard:
    import ipaddress

    return Guard((ipaddress.ip_network(f"{web.net}.0/24"), ipaddress.ip_network("::1/128")), web.ports)


def asked(guard: Guard, address: str, port: int, host: str = HOST, seconds: float = 1.0) -> Web:
    return run(request(host, address, port, Budget(seconds), guard, authority().client_context()))


def probed(guard: Guard, address: Sequence[str], host: str = HOST, **names: list[str]) -> ReachResult:
    async def resolve(target: str) -> list[str]:
        return names.get(target.replace(".", "_").replace("-", "_"), [])

    prober = Prober(guard, authority().client_context(), resolve)
    return run(prober.probe(host, address, Budget(1.5)))


def test_a_good_server_on_both_ports(guard: Guard, web: WebLab) -> None:
    plain, secure = (asked(guard, web.at(sites.GOOD), port) for port in (80, 443))
    assert (plain.tcp, plain.tls, plain.status, plain.answers) == (Tcp.OPEN, Tls.NOT_TRIED, 200, True)
    assert (secure.tcp, secure.tls, secure.status) == (Tcp.OPEN, Tls.OK, 200)
    assert secure.valid_until and secure.valid_until > datetime.date.today()


def test_ipv6(guard: Guard) -> None:
    assert asked(guard, "::1", 80).status == 200


@pytest.mark.parametrize(
    ("number", "host", "fault"),
    [
        (sites.WRONG_NAME, "wrongname-shop.com", Tls.WRONG_NAME),
        (sites.EXPIRED, "expired-shop.com", Tls.EXPIRED),
        (sites.UNTRUSTED, "untrusted-shop.com", Tls.UNTRUSTED),
    ],
)
def test_certificates_that_browsers_refuse(number: int, host: str, fault: Tls, guard: Guard, web: WebLab) -> None:
    secure = asked(guard, web.at(number), 443, host)
    assert (secure.tcp, secure.tls, secure.status) == (Tcp.OPEN, fault, 0)


def test_closed_silent_mute_and_forbidden(guard: Guard, web: WebLab) -> None:
    assert asked(guard, web.at(sites.CLOSED), 80).tcp is Tcp.CLOSED
    mute = asked(guard, web.at(sites.MUTE), 80, seconds=0.3)
    assert (mute.tcp, mute.answers) == (Tcp.OPEN, False)
    assert asked(guard, "10.0.0.5", 80).tcp is Tcp.FORBIDDEN
    assert asked(guard, web.at(sites.GOOD), 22).tcp is Tcp.FORBIDDEN


def test_what_speaks_no_tls_or_no_http(guard: Guard, web: WebLab) -> None:
    swapped = Guard(guard.test_networks, {80: web.ports[443], 443: web.ports[80]})
    assert asked(swapped, web.at(sites.GOOD), 443).tls is Tls.FAILED
    assert not asked(swapped, web.at(sites.GOOD), 80).answers


def test_endless_headers_are_not_read(guard: Guard, web: WebLab, loop: Any) -> None:
    address = web.at(60)
    loop.call(web.serve(address, sites.endless))
    assert asked(guard, address, 80).status == 200


@pytest.mark.parametrize(
    ("error", "tcp"), [(101, Tcp.NO_ROUTE), (113, Tcp.SILENT), (110, Tcp.SILENT), (1, Tcp.NO_ROUTE)]
)
def test_errors_of_the_way_there(error: int, tcp: Tcp, guard: Guard, web: WebLab, monkeypatch: Any) -> None:
    async def connect(*_: Any) -> Any:
        raise OSError(error, "x")

    monkeypatch.setattr(Guard, "connect", connect)
    assert asked(guard, web.at(sites.GOOD), 80).tcp is tcp


def test_each_address_is_tried_and_private_ones_are_listed(guard: Guard, web: WebLab) -> None:
    found = probed(guard, [web.at(sites.GOOD), web.at(sites.CLOSED), "192.168.1.1"])
    assert [(a.address, a.answers) for a in found.addresses] == [
        (web.at(sites.GOOD), True),
        (web.at(sites.CLOSED), False),
    ]
    assert found.refused == ("192.168.1.1",) and found.looked and found.status == 200


@pytest.mark.parametrize(
    ("number", "redirect"),
    [
        (sites.REDIRECTS_INSIDE, Redirect.PRIVATE),
        (sites.BLOCKED, Redirect.BLOCK_PAGE),
        (sites.GOOD, Redirect.NONE),
    ],
)
def test_where_redirects_lead(number: int, redirect: Redirect, guard: Guard, web: WebLab) -> None:
    web.connections.clear()
    assert probed(guard, [web.at(number)]).redirect is redirect
    assert set(web.connections) == {web.at(number)}


def test_a_redirect_in_circles_ends(guard: Guard, web: WebLab) -> None:
    web.connections.clear()
    found = probed(guard, [web.at(sites.LOOPING)], healthy_shop_com=[web.at(sites.LOOPING)])
    assert found.redirect is Redirect.TOO_MANY
    assert len(web.connections) == 4  # the first and three more


@pytest.mark.parametrize(
    ("location", "answers", "redirect"),
    [
        ("http://other-shop.com/", ["10.0.0.5"], Redirect.PRIVATE),
        ("http://other-shop.com/", [], Redirect.BROKEN),
        ("http://other-shop.com/", "good", Redirect.ENDS),
        ("http://other-shop.com:22/", "good", Redirect.BROKEN),
        ("http://metadata.internal/", "good", Redirect.PRIVATE),
        ("http://[::ffff:169.254.169.254]/", "good", Redirect.PRIVATE),
        ("gopher://other-shop.com/", "good", Redirect.BROKEN),
    ],
)
def test_redirects_to_another_name(
    location: str, answers: Any, redirect: Redirect, guard: Guard, web: WebLab, loop: Any
) -> None:
    server = loop.call(asyncio.start_server(sites.reply("302 Found", f"Location: {location}"), web.at(62), 0))
    here = Guard(guard.test_networks, {80: server.sockets[0].getsockname()[1], 443: web.ports[443]})
    names = {"other_shop_com": [web.at(sites.GOOD)] if answers == "good" else answers}
    found = probed(_Two(here, guard, web.at(62)), [web.at(62)], **names)
    assert found.redirect is redirect


class _Two(Guard):
    """One guard's ports for one address and another's for all others: two sites need two port numbers here."""

    def __init__(self, first: Guard, other: Guard, address: str) -> None:
        super().__init__(first.test_networks, first.test_ports)
        object.__setattr__(self, "_other", other)
        object.__setattr__(self, "_address", address)

    def _real_port(self, address: str, port: int) -> int:
        other: Guard = self._other  # type: ignore[attr-defined]
        return super()._real_port(address, port) if address == self._address else other._real_port(address, port)  # type: ignore[attr-defined]


def test_relative_and_odd_locations() -> None:
    base = "https://healthy-shop.com/a/"
    goal = parse_target(base, "../b c?q=ü")
    assert goal and (goal.host, goal.port, goal.path) == ("healthy-shop.com", 443, "/b%20c?q=%C3%BC")
    assert parse_target(base, "http://[bad/") is None and parse_target(base, "mailto:a@b.com") is None
    chinese = parse_target(base, "//例子.中国/")
    assert chinese and chinese.host == "xn--fsqu00a.xn--fiqs8s"


def test_block_pages_are_known_by_host_and_path() -> None:
    page = parse_target("http://x.com/", "https://dnspod.qcloud.com/static/webblock.html?d=x.com")
    other = parse_target("http://x.com/", "https://dnspod.qcloud.com/docs")
    lookalike = parse_target("http://x.com/", "https://dnspod.qcloud.com.evil.com/static/webblock.html")
    assert [goal is not None and is_block_page(goal) for goal in (page, other, lookalike)] == [True, False, False]


def test_at_most_two_addresses_of_a_kind() -> None:
    assert some_of_each(["1.1.1.1", "::1", "1.1.1.2", "1.1.1.3", "::2", "::3"]) == ["1.1.1.1", "1.1.1.2", "::1", "::2"]


@pytest.mark.skipif(os.geteuid() != 0 and os.environ.get("CI") != "true", reason="raw pings need root")
def test_a_real_ping(guard: Guard, web: WebLab) -> None:
    assert run(ping(web.at(sites.GOOD), Budget(2), guard, privileged=True)) is Ping.ANSWERS


def test_an_unprivileged_ping_works_or_says_that_it_is_not_permitted(guard: Guard, web: WebLab) -> None:
    low, high = map(int, Path("/proc/sys/net/ipv4/ping_group_range").read_text().split())
    permitted = any(low <= group <= high for group in {os.getegid(), *os.getgroups()})
    wanted = Ping.ANSWERS if permitted else Ping.NOT_PERMITTED
    assert run(ping(web.at(sites.GOOD), Budget(2), guard)) is wanted


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (icmplib.SocketPermissionError(False), Ping.NOT_PERMITTED),
        (icmplib.SocketAddressError("x"), Ping.NOT_TRIED),
        (OSError(101, "no network"), Ping.NOT_TRIED),
        (icmplib.Host("1.1.1.1", 2, []), Ping.SILENT),
    ],
)
def test_other_outcomes_of_a_ping(outcome: Any, result: Ping, guard: Guard, web: WebLab, monkeypatch: Any) -> None:
    async def async_ping(*_: Any, **__: Any) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(ping_module.icmplib, "async_ping", async_ping)
    assert run(ping(web.at(sites.GOOD), Budget(1), guard)) is result
    assert run(ping("10.0.0.5", Budget(1), guard)) is Ping.NOT_TRIED
