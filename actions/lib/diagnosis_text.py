"""⑤ A report of actions/diagnosis in reviewed sentences: at most five lines for the user, all evidence for support."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from babel.dates import format_date

from actions.diagnosis.report import Report
from actions.diagnosis.verdict import Kind
from actions.lib.phrases import Phrases

_DATES = ("created", "expires", "until")  # values that are ISO dates
_PATTERNS = {"en": "d MMMM y", "zh": "y年M月d日"}


def reply(report: Report, phrases: Phrases) -> str:
    """What was found, how sure that is, who has to do what, and one remark: a line each."""
    values = in_words(report.values, phrases.language)
    lines = [
        phrases.text(f"utter_verdict__{report.cause}", **values),
        phrases.text(_sure(report, phrases)),
        phrases.text(f"utter_act__{report.actor}", next=phrases.text(f"utter_next__{report.cause}", **values)),
    ]
    if report.note:
        lines.append(phrases.text(f"utter_note__{report.note}", **values))
    return "\n".join(lines)


def _sure(report: Report, phrases: Phrases) -> str:
    """How sure: some causes say what their inference comes from; without a verdict there is nothing to be sure of."""
    own = f"utter_sure__{report.cause}"
    general = f"utter_sure__{'unknown' if report.kind == Kind.UNKNOWN.value else report.confidence}"
    return own if phrases.has(own) else general


def evidence(report: Report, phrases: Phrases) -> list[str]:
    """Every fact as a short line."""
    return [
        phrases.text(f"utter_fact__{fact['id']}", **in_words(fact["values"], phrases.language, short=True))
        for fact in report.facts
    ]


def summary(report: Report, phrases: Phrases) -> list[str]:
    """The check in the case summary: verdict with its codes, then the facts."""
    verdict = phrases.text(f"utter_verdict__{report.cause}", **in_words(report.values, phrases.language))
    codes = {"rule": report.rule, "confidence": report.confidence}
    return [
        phrases.text("utter_summary__diagnosed", at=report.at, verdict=verdict, **codes),
        *(phrases.text("utter_summary__fact", fact=line) for line in evidence(report, phrases)),
    ]


def in_words(values: Mapping[str, Any], language: str, short: bool = False) -> dict[str, Any]:
    """Dates as people say them (short: as they are); what is not a date stays."""
    return {name: value if short else _spoken(name, value, language) for name, value in values.items()}


def _spoken(name: str, value: Any, language: str) -> Any:
    try:
        day = datetime.date.fromisoformat(value) if name in _DATES else None
    except ValueError:
        return value
    return format_date(day, _PATTERNS[language], locale=language) if day else value
