"""Whole looks at seeded faults: real DNS, registry and web servers, the same tools as in production."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosis_lab import Lab, judged, run, usable
from diagnosis_lab.registries import cn_text, record
from diagnosis_lab.web_servers import GOOD, REDIRECTS_INSIDE

from actions.diagnosis.budget import Budget
from actions.diagnosis.diagnose import look
from actions.diagnosis.report import Report
from actions.diagnosis.safety import Guard

HELD = {"status": ("server hold",), "created": "2026-11-01T00:00:00Z"}
# name → what the registry says of its registrable name (None: nothing but "registered"), cause, confidence
SEEDED: list[tuple[str, dict[str, Any] | None, str, str]] = [
    ("healthy-shop.com", None, "fine", "seen"),
    ("www.healthy-shop.com", None, "fine", "seen"),
    ("sixonly-shop.com", None, "ipv6_only_answers", "seen"),
    ("some.wild-shop.com", None, "fine", "seen"),
    ("wild-shop.com", None, "only_other_name", "seen"),
    ("good-shop.cn", None, "other_name_missing", "seen"),
    ("例子.中国", None, "other_name_missing", "seen"),
    ("held-shop.com", HELD, "identity_missing", "likely"),
    ("young-shop.com", {**HELD, "created": "2026-11-22T00:00:00Z"}, "held_by_registry", "seen"),
    ("held-shop.cn", {"status": ("clientHold",)}, "held_by_registrar", "seen"),
    ("late-shop.com", {"status": ("client hold",), "expires": "2026-11-01T00:00:00Z"}, "expired", "seen"),
    ("redeem-shop.com", {"status": ("redemption period", "pending delete")}, "redemption", "seen"),
    ("lost-shop.com", None, "not_in_registry_zone", "likely"),
    ("gone-shop.cn", {"absent": True}, "not_registered", "seen"),
    ("gone-shop.com", {"absent": True}, "not_registered", "seen"),
    ("lame-shop.com", None, "name_servers_fail", "seen"),
    ("bogus-shop.com", None, "dnssec_broken", "seen"),
    ("www.loop-shop.com", None, "cname_loop", "seen"),
    ("www.dangling-shop.com", None, "cname_dangling", "seen"),
    ("nodata-shop.com", None, "no_record", "seen"),
    ("wwwonly-shop.com", None, "only_other_name", "seen"),
    ("apexonly-shop.com", None, "other_name_missing", "seen"),
    ("disagree-shop.com", None, "resolvers_disagree", "possible"),
    ("private-shop.com", None, "private_address", "seen"),
    ("metadata-shop.com", None, "private_address", "seen"),
    ("mixed-shop.com", None, "one_address_private", "seen"),
    ("closed-shop.com", None, "web_closed", "seen"),
    ("twoways-shop.com", None, "one_address_down", "seen"),
    ("inside-shop.com", None, "redirect_private", "seen"),
    ("looping-shop.com", None, "redirect_broken", "seen"),
    ("blocked-shop.com", None, "block_page", "seen"),
    ("broken-shop.com", None, "http_server_error", "seen"),
    ("missing-shop.com", None, "http_refuses", "seen"),
    ("wrongname-shop.com", None, "tls_wrong_name", "seen"),
    ("expired-shop.com", None, "tls_expired", "seen"),
    ("untrusted-shop.com", None, "tls_untrusted", "seen"),
]
SLOW = [("slow-shop.com", None, "dns_silent", "likely"), ("mute-shop.com", None, "no_http", "seen")]


def seed(lab: Lab, name: str, says: dict[str, Any] | None) -> None:
    """Put the name's record into the registries."""
    registrable, says = usable(name).registrable, dict(says or {})
    if says.pop("absent", False):
        return
    status = says.pop("status", ())
    lab.registries.rdap[registrable] = record(registrable, *status, **says)
    lab.registries.whois_texts[registrable] = cn_text(registrable, *status)


@pytest.mark.parametrize(("name", "says", "cause", "confidence"), SEEDED, ids=[row[0] for row in SEEDED])
def test_a_seeded_fault_is_found(name: str, says: dict[str, Any] | None, cause: str, confidence: str, lab: Lab) -> None:
    seed(lab, name, says)
    made = judged(name, lab.tools())
    assert (made.cause, made.confidence) == (cause, confidence), made.facts


@pytest.mark.parametrize(("name", "says", "cause", "confidence"), SLOW, ids=[row[0] for row in SLOW])
def test_what_is_slow_ends_with_the_budget(
    name: str, says: dict[str, Any] | None, cause: str, confidence: str, lab: Lab
) -> None:
    seed(lab, name, says)
    made = judged(name, lab.tools(seconds=1.5))
    assert (made.cause, made.confidence) == (cause, confidence), made.facts


def test_a_name_that_changes_its_answer_never_leads_inside(lab: Lab) -> None:
    seed(lab, "rebind-shop.com", None)
    lab.dns.answers = 0
    lab.web.connections.clear()
    first, second = judged("rebind-shop.com", lab.tools()), judged("rebind-shop.com", lab.tools())
    assert "10.0.0.5" in str(first.facts) + str(second.facts)  # it was offered
    assert set(lab.web.connections) <= {lab.web.at(GOOD)}
    assert second.cause in ("private_address", "one_address_private")


def test_nothing_private_is_contacted_by_the_assistants_own_guard(lab: Lab) -> None:
    """The same names without the tests' allow-list: the lab itself is private, so nothing may arrive there."""
    lab.web.connections.clear()
    for name in ("healthy-shop.com", "sixonly-shop.com", "inside-shop.com", "metadata-shop.com"):
        assert judged(name, lab.tools(guard=Guard())).cause == "private_address"
    assert lab.web.connections == []


def test_a_redirect_inside_is_not_followed(lab: Lab) -> None:
    seed(lab, "inside-shop.com", None)
    lab.web.connections.clear()
    judged("inside-shop.com", lab.tools())
    assert set(lab.web.connections) == {lab.web.at(REDIRECTS_INSIDE)}


def test_a_slow_registry_does_not_hold_up_the_rest(lab: Lab) -> None:
    lab.registries.rdap["healthy-shop.com"] = (0, {}, "")
    made = judged("healthy-shop.com", lab.tools(seconds=1.5))
    del lab.registries.rdap["healthy-shop.com"]
    assert (made.cause, made.note) == ("fine", "registry_unknown_fine")
    assert "registry_timeout" in [fact["id"] for fact in made.facts]


def test_with_all_resolvers_dead_the_registry_alone_is_told(lab: Lab) -> None:
    seed(lab, "held-shop.com", HELD)
    seed(lab, "healthy-shop.com", None)
    dead = lab.tools(resolvers=(lab.dns.dead,), seconds=1.5)
    causes = [judged(name, dead).cause for name in ("held-shop.com", "healthy-shop.com")]
    assert causes == ["identity_missing", "dns_not_looked"]


def test_without_any_network_nothing_is_claimed(lab: Lab) -> None:
    from actions.diagnosis.rdap import Rdap
    from actions.diagnosis.registry import Registry

    nowhere = Registry(Rdap(f"http://{lab.net}.9:1/dns.json", guard=lab.guard), {}, lab.guard)
    made: Report = judged("healthy-shop.com", lab.tools(resolvers=(), registry=nowhere, seconds=1.0))
    assert (made.looked, made.reason) == (False, "offline")


def test_no_budget_is_no_error(lab: Lab) -> None:
    evidence = run(look(usable("healthy-shop.com"), lab.tools(seconds=0.0)))
    assert not evidence.dns.looked and not evidence.registry.looked and not evidence.reach.looked


def test_the_budget_is_shared() -> None:
    budget = Budget(10)
    assert 3.9 < budget.part(0.4).left <= 4.0
    assert Budget(0).left == 0 and Budget(-1).part(0.5).left == 0
