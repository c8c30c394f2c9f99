"""A report in words; that every situation can be said stands in tests/actions/diagnosis/test_report.py."""

from __future__ import annotations

from typing import Any

import pytest
from diagnosis_lab.scenario_rows import GONE, NO_DNS
from diagnosis_lab.scenarios import evidence

from actions.diagnosis.report import report
from actions.lib import diagnosis_text
from actions.lib.diagnosis_text import in_words, reply
from actions.lib.phrases import Phrases


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "How sure: I saw this"),
        (GONE, "How sure: likely"),
        ({**GONE, "codes": ("serverhold",)}, "Verification is not public"),
        (NO_DNS, "no verdict yet"),
    ],
)
def test_how_sure_it_is(changes: dict[str, Any], said: str, domain: dict[str, Any]) -> None:
    assert said in reply(report(evidence(**changes), 0.1), Phrases(domain, "en")).splitlines()[1]


def test_dates_are_said_in_the_users_language() -> None:
    values = {"created": "2025-11-01", "expires": "soon", "domain": "2025-11-01.com"}
    assert in_words(values, "en") == {"created": "1 November 2025", "expires": "soon", "domain": "2025-11-01.com"}
    assert in_words(values, "zh")["created"] == "2025年11月1日"
    assert in_words(values, "en", short=True) == values


def test_every_fact_is_a_line(domain: dict[str, Any]) -> None:
    made = report(evidence(), 0.1)
    for language in ("en", "zh"):
        lines = diagnosis_text.evidence(made, Phrases(domain, language))
        assert len(lines) == len(made.facts) and all(lines)
