"""What leaves a diagnosis: codes, the remark, facts; and that every code has its sentences in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from diagnosis_lab.scenario_rows import GONE, NO_DNS, NO_REGISTRY, ROWS
from diagnosis_lab.scenarios import DOWN, SILENT, V4, address, evidence

from actions.diagnosis.facts import EXPLAINED, facts
from actions.diagnosis.ping import Ping
from actions.diagnosis.registry_record import RegistryStatus
from actions.diagnosis.report import Report, report
from actions.diagnosis.resolvers import Answer
from actions.lib.diagnosis_text import reply, summary
from actions.lib.phrases import Phrases

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("changes", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_situation_can_be_said(changes: dict[str, Any], language: str, domain: dict[str, Any]) -> None:
    made, phrases = report(evidence(**changes), 1.0), Phrases(domain, language)
    lines = reply(made, phrases).splitlines()
    assert 3 <= len(lines) <= 5
    whole = "\n".join([*lines, *summary(made, phrases)])
    assert "{" not in whole and "None" not in whole
    assert made.rule in whole


def test_a_report_survives_json() -> None:
    made = report(evidence(**GONE, codes=("serverhold",)), 1.234)
    assert Report.from_dict(json.loads(json.dumps(made.as_dict()))) == made
    assert (made.rule, made.cause, made.confidence, made.actor) == ("R07", "identity_missing", "likely", "you")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({**GONE, "codes": ("serverhold",)}, "registrar"),
        ({"reach": (DOWN,)}, "registry_fine"),
        ({"reach": (DOWN,), **NO_REGISTRY}, "registry_unknown"),
        (NO_REGISTRY, "registry_unknown_fine"),
        ({"status": 502, "other": Answer.NXDOMAIN}, "other_missing"),
        ({"status": 502, "reach": (address(ping=Ping.SILENT),)}, "ping"),
        ({"other": Answer.NXDOMAIN}, ""),
        ({}, ""),
    ],
)
def test_the_remark_beside_the_verdict(changes: dict[str, Any], note: str) -> None:
    assert report(evidence(**changes), 0.1).note == note


def test_identity_is_said_as_an_inference(domain: dict[str, Any]) -> None:
    made = report(evidence(**GONE, codes=("serverhold",)), 1.0)
    english, chinese = (reply(made, Phrases(domain, language)) for language in LANGUAGES)
    assert "likely missing" in english and "not public" in english and "1 November 2025" in english
    assert "很可能" in chinese and "推断" in chinese and "2025年11月1日" in chinese


def test_nothing_seen_claims_nothing(domain: dict[str, Any]) -> None:
    made = report(evidence(**NO_DNS, **NO_REGISTRY), 5.0)
    assert not made.looked and made.reason == "offline"
    assert [fact["id"] for fact in made.facts] == ["dns_unreachable", "registry_timeout"]


def test_words_of_other_servers_are_made_harmless() -> None:
    made = report(evidence(answer=Answer.DNSSEC, note="[x](http://evil)\n{boom} <b>"), 1.0)
    said = next(fact["values"]["note"] for fact in made.facts if fact["id"] == "resolver_note")
    assert said == "x (http://evil) boom b"


def test_all_epp_codes_are_listed_once() -> None:
    codes = (*EXPLAINED, "clienttransferprohibited", "ok")
    listed = [fact.id for fact in facts(evidence(codes=codes)) if fact.id.startswith("status_")]
    assert listed == [*(f"status_{code}" for code in EXPLAINED), "status_other"]


def test_facts_follow_the_steps() -> None:
    ids = [fact.id for fact in facts(evidence(reach=(address(V4, Ping.SILENT, https=SILENT),)))]
    assert ids == ["dns_found", "dns_found", "registry_registered", "status_other", "registry_servers", "ping_silent",
                   "web_answers", "web_silent"]  # fmt: skip
    limited = [fact.id for fact in facts(evidence(registry=RegistryStatus.RATE_LIMITED))]
    assert "registry_rate_limited" in limited and "registry_servers" not in limited


def test_every_code_of_the_tables_has_its_sentence(domain: dict[str, Any]) -> None:
    from actions.diagnosis.dns import Delegation
    from actions.diagnosis.names import NameStatus
    from actions.diagnosis.reach import Redirect
    from actions.diagnosis.verdict import RULES, Actor
    from actions.diagnosis.web import Tcp, Tls

    wanted = [f"utter_{kind}__{rule.cause}" for rule in RULES for kind in ("verdict", "next")]
    wanted += [f"utter_act__{actor.value}" for actor in Actor]
    wanted += [f"utter_fact__dns_{answer.value}" for answer in Answer]
    wanted += [f"utter_fact__registry_{status.value}" for status in RegistryStatus]
    wanted += [f"utter_fact__status_{code}" for code in EXPLAINED]
    wanted += [f"utter_fact__delegation_{each.value}" for each in (Delegation.ABSENT, Delegation.BROKEN)]
    wanted += [f"utter_fact__ping_{ping.value}" for ping in Ping if ping is not Ping.NOT_TRIED]
    wanted += [f"utter_fact__web_{tcp.value}" for tcp in Tcp]
    wanted += [f"utter_fact__tls_{tls.value}" for tls in Tls if tls is not Tls.NOT_TRIED]
    wanted += [f"utter_fact__redirect_{redirect.value}" for redirect in Redirect if redirect is not Redirect.NONE]
    wanted += [f"utter_check_domain__refused_{status.value}" for status in NameStatus if status is not NameStatus.OK]
    wanted += [f"utter_check_domain__not_looked_{why}" for why in ("offline", "off", "limit", "busy", "error")]
    assert [name for name in wanted if name not in domain["responses"]] == []
