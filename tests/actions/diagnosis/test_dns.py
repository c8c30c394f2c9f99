"""What resolvers say, from a real authoritative server and two real resolvers; and how several answers become one."""

from __future__ import annotations

import pytest
from diagnosis_lab import Lab, run, usable
from diagnosis_lab.web_servers import GOOD

from actions.diagnosis.budget import Budget
from actions.diagnosis.dns import Delegation, DnsResult, combined, delegation, look_up
from actions.diagnosis.resolvers import Answer, Reply, Resolver, parse_resolvers


def asked(lab: Lab, name: str, seconds: float = 2.0) -> DnsResult:
    return run(look_up(usable(name), lab.dns.resolvers, Budget(seconds)))


@pytest.mark.parametrize(
    ("name", "answer", "of_registry"),
    [
        ("healthy-shop.com", Answer.FOUND, Delegation.PRESENT),
        ("gone-shop.com", Answer.NXDOMAIN, Delegation.ABSENT),
        ("shop.nodata-shop.com", Answer.NXDOMAIN, Delegation.PRESENT),
        ("nodata-shop.com", Answer.NO_DATA, Delegation.PRESENT),
        ("lame-shop.com", Answer.SERVFAIL, Delegation.BROKEN),
        ("bogus-shop.com", Answer.DNSSEC, Delegation.PRESENT),
        ("www.loop-shop.com", Answer.CNAME_LOOP, Delegation.PRESENT),
        ("www.dangling-shop.com", Answer.CNAME_DANGLING, Delegation.PRESENT),
        ("any.wild-shop.com", Answer.FOUND, Delegation.PRESENT),
        ("sixonly-shop.com", Answer.FOUND, Delegation.PRESENT),
        ("xn--fsqu00a.xn--fiqs8s", Answer.FOUND, Delegation.PRESENT),
        ("slow-shop.com", Answer.TIMEOUT, Delegation.UNKNOWN),
    ],
)
def test_every_kind_of_answer_is_told_apart(name: str, answer: Answer, of_registry: Delegation, lab: Lab) -> None:
    found = asked(lab, name, 1.0)
    assert (found.looked, found.host.answer, found.delegation) == (True, answer, of_registry)


def test_addresses_servers_and_soa(lab: Lab) -> None:
    found = asked(lab, "healthy-shop.com")
    assert found.host.addresses == (lab.web.at(GOOD),) == found.www.addresses
    assert found.name_servers == ("ns1.healthy-shop.com",) and found.soa.startswith("ns.lab.")
    assert asked(lab, "sixonly-shop.com").host.v6 == ("::1",)


def test_the_circle_and_the_dead_end_are_shown(lab: Lab) -> None:
    assert asked(lab, "www.loop-shop.com").host.chain[:2] == ("a.loop-shop.com", "b.loop-shop.com")
    assert asked(lab, "www.dangling-shop.com").host.chain == ("cdn.gone-shop.com",)


def test_a_failed_dnssec_check_is_named_in_the_resolvers_words(lab: Lab) -> None:
    assert "EDE" in asked(lab, "bogus-shop.com").host.note


def test_apex_and_www_are_seen_apart(lab: Lab) -> None:
    www_only, apex_only = asked(lab, "wwwonly-shop.com"), asked(lab, "apexonly-shop.com")
    assert (www_only.apex.answer, www_only.www.answer) == (Answer.NO_DATA, Answer.FOUND)
    assert (apex_only.apex.answer, apex_only.www.answer) == (Answer.FOUND, Answer.NXDOMAIN)


def test_resolvers_that_disagree_are_named(lab: Lab) -> None:
    host = asked(lab, "disagree-shop.com").host
    said = dict(zip((r.address for r in lab.dns.resolvers), (Answer.FOUND, Answer.NXDOMAIN), strict=True))
    assert host.disagree and dict(host.by_resolver) == said
    assert not asked(lab, "healthy-shop.com").host.disagree


def test_a_dead_resolver_changes_nothing(lab: Lab) -> None:
    found = run(look_up(usable("healthy-shop.com"), (*lab.dns.resolvers, lab.dns.dead), Budget(8)))
    assert found.host.answer is Answer.FOUND and not found.host.disagree


@pytest.mark.parametrize("resolvers", [(), ("dead",), ("of its own network",)])
def test_without_a_resolver_of_the_public_dns_nothing_is_claimed(resolvers: tuple[str, ...], lab: Lab) -> None:
    """The last one answers, but its network has no top-level domains: a captive portal, a lab."""
    known = {"dead": lab.dns.dead, "of its own network": Resolver(lab.dns.dynamic)}
    found = run(look_up(usable("gone-shop.cn"), tuple(known[r] for r in resolvers), Budget(0.5)))
    assert not found.looked and found.delegation is Delegation.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "one"),
    [
        ([Answer.FOUND, Answer.TIMEOUT], Answer.FOUND),
        ([Answer.NXDOMAIN, Answer.TIMEOUT], Answer.NXDOMAIN),
        ([Answer.NXDOMAIN, Answer.FOUND], Answer.FOUND),
        ([Answer.DNSSEC, Answer.FOUND], Answer.DNSSEC),
        ([Answer.SERVFAIL, Answer.NO_DATA], Answer.SERVFAIL),
        ([Answer.TIMEOUT, Answer.UNREACHABLE], Answer.TIMEOUT),
        ([], Answer.UNREACHABLE),
    ],
)
def test_several_answers_become_one(answers: list[Answer], one: Answer) -> None:
    assert combined([Reply(answer) for answer in answers]).answer is one


def test_delegation_from_answers() -> None:
    assert delegation([Answer.NXDOMAIN, Answer.FOUND]) is Delegation.PRESENT
    assert delegation([Answer.NXDOMAIN, Answer.TIMEOUT]) is Delegation.ABSENT
    assert delegation([Answer.SERVFAIL]) is Delegation.BROKEN
    assert delegation([Answer.TIMEOUT]) is Delegation.UNKNOWN


def test_resolvers_of_the_setting() -> None:
    some = parse_resolvers("1.1.1.1, 9.9.9.9:5353,[2400:3200::1]:5354,2400:3200::1,1.1.1.1")
    assert some == (
        Resolver("1.1.1.1"),
        Resolver("9.9.9.9", 5353),
        Resolver("2400:3200::1", 5354),
        Resolver("2400:3200::1"),
    )
    assert parse_resolvers("system") == parse_resolvers("system,system")
