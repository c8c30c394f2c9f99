"""RDAP with the oddities of real servers, WHOIS where RDAP has nothing, and the copy of IANA's list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from diagnosis_lab import RegistryLab, run, usable
from diagnosis_lab.registries import cn_text, record

from actions.diagnosis.budget import Budget
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.registry import Registry, parse_whois_servers
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus
from actions.diagnosis.safety import Guard
from bot.settings import Settings

S = RegistryStatus


@pytest.fixture
def guard(registries: RegistryLab) -> Guard:
    import ipaddress

    return Guard((ipaddress.ip_network(f"{registries.host}/32"),))


@pytest.fixture
def registry(registries: RegistryLab, guard: Guard) -> Registry:
    registries.asked.clear()
    return Registry(Rdap(registries.bootstrap_url, guard=guard), {"cn": registries.whois}, guard)


def ask(registry: Registry, name: str, seconds: float = 2.0) -> RegistryResult:
    return run(registry.ask(usable(name), Budget(seconds)))


def test_a_registered_name(registry: Registry, registries: RegistryLab) -> None:
    registries.rdap["there-shop.com"] = record("there-shop.com", "Client Hold")
    result = ask(registry, "www.there-shop.com")
    assert (result.status, result.codes, result.source) == (S.REGISTERED, {"clienthold"}, "rdap")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((404, {}, ""), S.NOT_REGISTERED),
        ((429, {"Retry-After": "30"}, ""), S.RATE_LIMITED),
        ((500, {}, "oops"), S.UNAVAILABLE),
        ((200, {"Content-Type": "text/html"}, "<html>maintenance</html>"), S.UNAVAILABLE),
        ((200, {}, json.dumps({"ldhName": "x", "remarks": "x" * 5_000_000})), S.UNAVAILABLE),
        ((200, {}, "[" * 50_000), S.UNAVAILABLE),
        ((302, {"Location": "http://10.0.0.1/rdap/domain/x.com"}, ""), S.TIMEOUT),
        ((302, {"Location": "file:///etc/passwd"}, ""), S.UNAVAILABLE),
        ((0, {}, ""), S.TIMEOUT),
    ],
    ids=["404", "429", "500", "html", "5 MB", "deep", "redirect inside", "redirect to a file", "silent"],
)
def test_other_answers_are_told_apart(answer: Any, status: S, registry: Registry, registries: RegistryLab) -> None:
    registries.rdap["odd-shop.com"] = answer
    assert ask(registry, "odd-shop.com", 1.0).status is status


def test_a_registry_that_wants_a_pause_gets_it(registry: Registry, registries: RegistryLab) -> None:
    registries.rdap["busy-shop.com"] = (429, {"Retry-After": "30"}, "")
    assert [ask(registry, name).status for name in ("busy-shop.com", "other-busy.com")] == [S.RATE_LIMITED] * 2
    assert registries.asked == ["dns.json", "busy-shop.com"]


def test_whois_where_there_is_no_rdap(registry: Registry, registries: RegistryLab) -> None:
    registries.whois_texts["held-shop.cn"] = cn_text("held-shop.cn", "serverHold")
    held, gone = ask(registry, "held-shop.cn"), ask(registry, "gone-shop.cn")
    assert (held.status, held.codes, held.source) == (S.REGISTERED, {"serverhold"}, "whois")
    assert gone.status is S.NOT_REGISTERED


def test_whois_stands_in_for_a_failing_rdap_server(registries: RegistryLab, guard: Guard) -> None:
    registries.rdap["both-shop.com"] = (500, {}, "")
    registries.whois_texts["both-shop.com"] = cn_text("both-shop.com", "clientHold")
    both = Registry(Rdap(registries.bootstrap_url, guard=guard), {"com": registries.whois}, guard)
    assert ask(both, "both-shop.com").codes == {"clienthold"}


def test_the_whois_server_of_any_suffix_is_asked_for(registries: RegistryLab, guard: Guard) -> None:
    registries.whois_texts["org"] = "refer:        whois.nobody.invalid\r\n"
    known = Registry(Rdap(registries.bootstrap_url, guard=guard), {"*": registries.whois}, guard)
    assert ask(known, "some-shop.org").status is S.UNAVAILABLE  # that server does not exist
    assert "org" in registries.asked


def test_a_suffix_that_nobody_serves(registry: Registry) -> None:
    assert ask(registry, "some-shop.org").status is S.NO_SERVICE


def test_registries_inside_are_not_contacted(registries: RegistryLab) -> None:
    registries.asked.clear()
    strict = Registry(Rdap(registries.bootstrap_url), {"cn": registries.whois})
    assert not ask(strict, "there-shop.com").looked and not ask(strict, "held-shop.cn").looked
    assert registries.asked == []


def test_the_list_is_kept_in_a_file(registries: RegistryLab, guard: Guard, tmp_path: Path) -> None:
    registries.asked.clear()
    registries.rdap["there-shop.com"] = record("there-shop.com")
    cache = tmp_path / "var" / "bootstrap.json"
    for _ in range(2):  # two processes
        assert ask(Registry(Rdap(registries.bootstrap_url, cache, guard), {}, guard), "there-shop.com").looked
    assert registries.asked == ["dns.json", "there-shop.com", "there-shop.com"]


def test_an_old_list_is_better_than_none_and_a_broken_file_is_replaced(
    registries: RegistryLab, guard: Guard, tmp_path: Path
) -> None:
    cache = tmp_path / "bootstrap.json"
    base = registries.bootstrap_url.removesuffix("dns.json")
    old = {"timestamp": 5, "dns": {"services": [[["com"], [f"{base}rdap/"]]]}}
    cache.write_text(json.dumps(old))
    registries.rdap["there-shop.com"] = record("there-shop.com")
    assert ask(Registry(Rdap(f"{base}nothing-here", cache, guard), {}, guard), "there-shop.com").looked
    cache.write_text('{"timestamp": 99999999999, "dns": {"services": 5}}')
    assert ask(Registry(Rdap(registries.bootstrap_url, cache, guard), {}, guard), "there-shop.com").looked
    assert json.loads(cache.read_text())["dns"]["version"] == "1.0"


def test_the_default_servers_of_the_settings() -> None:
    servers = parse_whois_servers(Settings().whois_servers)
    assert servers["cn"] == ("whois.cnnic.cn", 43) and servers["*"] == ("whois.iana.org", 43)
    assert parse_whois_servers("cn=h:4343, a=b") == {"cn": ("h", 4343), "a": ("b", 43)}
