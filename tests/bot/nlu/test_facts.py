"""Facts stated in passing: 60 sentences per language, and what may not be read out of them."""

import datetime
from pathlib import Path

import pytest
import yaml

from bot.nlu.facts import find_facts

TODAY = datetime.date(2026, 11, 17)
SENTENCES = yaml.safe_load((Path(__file__).parent / "facts_sentences.yml").read_text(encoding="utf-8"))
CASES = [
    (fact, None if value == "none" else value, text)
    for fact, values in SENTENCES.items()
    for value, texts in values.items()
    for text in texts
]


def stated(text: str) -> dict[str, str]:
    return {entity: value for entity, value, _, _ in find_facts(text, TODAY)}


@pytest.mark.parametrize(("fact", "value", "text"), CASES)
def test_reads_what_is_said_and_nothing_else(fact: str, value: str | None, text: str) -> None:
    assert stated(text).get(fact) == value


def test_there_are_sixty_sentences_per_language() -> None:
    chinese = sum(any("\u4e00" <= letter <= "\u9fff" for letter in text) for _, _, text in CASES)
    assert chinese >= 60
    assert len(CASES) - chinese >= 60


def test_a_date_has_exact_offsets() -> None:
    [(entity, value, start, end)] = [f for f in find_facts("got it on Nov 12, thanks", TODAY) if f[0] == "date"]
    assert (entity, value, "got it on Nov 12, thanks"[start:end]) == ("date", "2026-11-12", "Nov 12")
