"""Dates in words, and what the date buttons carry."""

import datetime

import pytest

from actions.lib import clock

TODAY = datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        ("2026-11-27", "en", "Friday 27 November 2026"),
        ("2026-11-27", "zh", "2026年11月27日星期五"),
        ("2026-03-01", "en", "Sunday 1 March 2026"),
        ("2026-03-01", "zh", "2026年3月1日星期日"),
    ],
)
def test_says_a_date_in_words(day: str, language: str, words: str) -> None:
    assert clock.spoken(datetime.date.fromisoformat(day), language) == words


@pytest.mark.parametrize(
    ("value", "day"), [("today", "2026-03-01"), ("yesterday", "2026-02-28"), ("2025-12-31", "2025-12-31")]
)
def test_reads_dates_and_what_the_buttons_carry(value: str, day: str) -> None:
    assert clock.day_of(value, TODAY).isoformat() == day


@pytest.mark.parametrize("value", ["tomorrow", "", "unknown", "2026-02-30", "27 November"])
def test_refuses_what_is_no_date(value: str) -> None:
    with pytest.raises(ValueError):
        clock.day_of(value, TODAY)
