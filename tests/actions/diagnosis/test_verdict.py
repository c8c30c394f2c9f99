"""From evidence to cause: one row for each situation, in words that a support lead can check."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosis_lab.scenario_rows import FIVE_DAYS, GONE, ROWS, YOUNG
from diagnosis_lab.scenarios import CLOSED, DOWN, V4, address, evidence

from actions.diagnosis.ping import Ping
from actions.diagnosis.verdict import RULES, Actor, Confidence, Kind, judge


@pytest.mark.parametrize(("changes", "cause", "confidence"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_cause(changes: dict[str, Any], cause: str, confidence: Confidence) -> None:
    rule = judge(evidence(**changes))
    assert (rule.cause, rule.confidence) == (cause, confidence)


def test_every_rule_has_a_row() -> None:
    assert {judge(evidence(**row[1])).id for row in ROWS} == {rule.id for rule in RULES}


def test_rules_are_counted_by_ids_and_causes_of_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len({rule.cause for rule in RULES}) == len(RULES)


def test_only_the_identity_and_other_inferences_are_inferred() -> None:
    inferred = {rule.cause for rule in RULES if rule.confidence.inferred}
    assert inferred == {
        "expired_likely", "identity_missing", "resolvers_disagree", "not_in_registry_zone",
        "suspended_or_unregistered", "dns_silent", "server_silent",
    }  # fmt: skip


def test_who_acts() -> None:
    acts = {rule.cause: rule.actor for rule in RULES}
    assert acts["held_by_registry"] is acts["held_by_registrar"] is Actor.REGISTRAR
    assert acts["block_page"] is Actor.US and acts["identity_missing"] is Actor.YOU
    assert {rule.actor for rule in RULES if rule.kind is not Kind.FAULT} == {Actor.NOBODY}


def test_an_unpingable_name_with_a_good_registry_entry_is_never_called_suspended() -> None:
    """The source's rule of thumb, with the nuance."""
    for reach in ((DOWN,), (address(ping=Ping.SILENT),), (address(V4, Ping.SILENT, CLOSED, CLOSED),)):
        assert "held" not in judge(evidence(reach=reach)).cause


def test_the_day_on_which_identity_is_due() -> None:
    held = {**GONE, "codes": ("serverhold",)}
    assert [judge(evidence(**held, created=day)).cause for day in (YOUNG, FIVE_DAYS)] == [
        "held_by_registry",
        "identity_missing",
    ]
