"""No input makes a probe leave the allowed addresses."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest
from diagnosis_lab import authority, run
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.diagnosis import ping as ping_module
from actions.diagnosis.budget import Budget
from actions.diagnosis.reach import Prober, parse_target
from actions.diagnosis.safety import PORTS, Guard, Refused, is_public

INSIDE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.0.23", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:20::1", "2001:db8::1",
    "2002:a00:1::", "2002:7f00:1::1", "2620:0:2d0:200:0:5efe:10.0.0.1", "2a00::200:5efe:7f00:1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "119.29.29.29", "203.119.25.1", "2400:3200::1", "2606:4700:4700::1111", "2a00:1450::5"]
NO_ADDRESS = ["", "localhost", "0x7f000001", "2130706433", "127.1", "010.0.0.1", "1.1.1.1:80", "1.1.1.1 ", "１.1.1.1"]


@pytest.mark.parametrize("address", INSIDE + NO_ADDRESS)
def test_what_is_not_public_unicast_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Refused):
        run(Guard().connect(address, 80))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed_on_the_webs_ports_alone(address: str) -> None:
    assert [port for port in (22, 25, 53, 80, 443, 3306, 8080) if Guard().allows(address, port)] == sorted(PORTS)


# An own list, written from IANA's special-purpose registries, against the guard's.
_SPECIAL_V4 = [ipaddress.ip_network(net) for net in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/3",
)]  # fmt: skip


@given(st.ip_addresses(v=4) | st.sampled_from(_SPECIAL_V4).flatmap(lambda net: st.ip_addresses(network=net)))
def test_no_special_ipv4_address_gets_through(ip: ipaddress.IPv4Address) -> None:
    if is_public(str(ip)):
        assert not any(ip in net for net in _SPECIAL_V4)


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_smuggles_an_ipv4_one(inner: ipaddress.IPv4Address) -> None:
    number, nat64 = int(inner), int(ipaddress.IPv6Address("64:ff9b::"))
    carriers = [
        0xFFFF << 32 | number,  # mapped
        number,  # compatible
        nat64 | number,
        0x2002 << 112 | number << 80,  # 6to4
        0x2001 << 112 | number ^ 0xFFFFFFFF,  # Teredo
        0x2A00 << 112 | 0x5EFE << 32 | number,  # ISATAP
    ]
    assert [c for c in carriers if is_public(str(ipaddress.IPv6Address(c)))] == []


@given(st.ip_addresses(v=6))
def test_ipv6_is_allowed_inside_the_public_block_alone(ip: ipaddress.IPv6Address) -> None:
    if is_public(str(ip)):
        assert ip in ipaddress.IPv6Network("2000::/3") and not ip.is_private


def test_the_connected_socket_is_checked_again(net: str) -> None:
    """Whatever was asked for: when the peer turns out to be inside, the connection is dropped."""
    server = socket.create_server((f"{net}.1", 0))
    guard = Guard((ipaddress.ip_network("198.18.0.0/24"),))

    async def elsewhere(sock: socket.socket, _: Any) -> None:
        sock.setblocking(True)
        sock.connect(server.getsockname())  # as a translating network might do

    loop = asyncio.SelectorEventLoop()
    loop.sock_connect = elsewhere  # type: ignore[method-assign, assignment]
    with pytest.raises(Refused, match=net):
        loop.run_until_complete(guard.connect("198.18.0.1", 80))
    loop.close()
    server.close()


ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.sampled_from(INSIDE + PUBLIC + NO_ADDRESS),
    st.text(max_size=20),
)
LOCATIONS = st.one_of(
    st.text(max_size=60),
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "ftp", "gopher", "file", "//"]),
              st.sampled_from([*INSIDE, *PUBLIC, "[::1]", "[::ffff:10.0.0.1]", "localhost", "metadata.internal",
                               "a@10.0.0.1", "shop.com@127.0.0.1", "10.0.0.1#@shop.com", "healthy-shop.com", "1.1"]),
              st.sampled_from(["", "/", ":22/", ":80/", ":443/x", "/\r\nHost: evil", "/\u2028"])),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(ADDRESSES, max_size=6), st.lists(LOCATIONS, max_size=4), st.lists(ADDRESSES, max_size=3))
def test_no_dns_answer_and_no_redirect_leads_a_probe_inside(
    found: list[str], locations: list[str], redirected: list[str]
) -> None:
    contacted: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Guard, "connect", _recorded(Guard.connect, contacted, list(locations)))
        patch.setattr(ping_module.icmplib, "async_ping", _pinged(contacted))

        async def resolve(_: str) -> list[str]:
            return redirected

        prober = Prober(Guard(), authority().client_context(), resolve)
        run(prober.probe("healthy-shop.com", found, Budget(2)))
    assert [at for at in contacted if not is_public(at[0]) or at[1] not in PORTS] == []


def _recorded(real: Any, contacted: list[tuple[str, int]], locations: list[str]) -> Any:
    """Guard.connect with its real checks; what passes them is written down and answered by a redirect from a pipe."""

    async def connect(self: Guard, address: str, port: int) -> socket.socket:
        self.require(address, port)
        contacted.append((address, port))
        if port == 443 or not locations:
            raise ConnectionRefusedError
        ours, theirs = socket.socketpair()
        location = locations.pop().encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b"")
        theirs.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n")
        ours.setblocking(False)
        return ours

    return connect


def _pinged(contacted: list[tuple[str, int]]) -> Any:
    async def async_ping(address: str, *_: Any, **__: Any) -> Any:
        contacted.append((address, 80))
        raise ping_module.icmplib.SocketPermissionError(False)

    return async_ping


@given(LOCATIONS)
def test_a_redirects_path_can_not_forge_a_request(location: str) -> None:
    goal = parse_target("http://healthy-shop.com/", location)
    if goal:
        assert goal.port in PORTS and goal.path.startswith("/")
        assert goal.path.isascii() and goal.path.isprintable() and " " not in goal.path


def test_the_assistants_guard_can_not_be_widened_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from actions.diagnosis.diagnose import Tools
    from bot.settings import Settings, SettingsError

    for name in ("TEST_NETWORKS", "DIAGNOSIS_TEST_NETWORKS", "GUARD", "TEST_PORTS"):
        monkeypatch.setenv(name, "127.0.0.0/8")
    tools = Tools.from_settings(Settings())
    guards = (tools.guard, tools.registry.guard, tools.registry.rdap.guard)
    assert all(guard == Guard() and not guard.allows("127.0.0.1") for guard in guards)
    with pytest.raises(SettingsError):
        Settings.from_env({"RDAP_BOOTSTRAP_URL": "http://127.0.0.1/dns.json"})
