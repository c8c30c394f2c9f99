"""Wait or act: business days since the notice, around weekends, National Day and Spring Festival."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, tracker

from actions.action_check_sync import ActionCheckSync

Today = Callable[[str], None]
Words = Callable[..., list[dict[str, Any]]]


def ran(domain: dict[str, Any], told: str | None, language: str = "en") -> Ran:
    return Ran(ActionCheckSync(), tracker({"notice_date": told, "language": language}), domain)


@pytest.mark.parametrize(
    ("today", "notice", "state", "days"),
    [
        ("2026-11-24", "2026-11-24", "in_time", 0),  # the same day
        ("2026-11-24", "2026-11-20", "in_time", 2),  # Friday to Tuesday
        ("2026-11-25", "2026-11-20", "overdue", 3),  # Friday to Wednesday
        ("2026-11-22", "2026-11-20", "in_time", 0),  # over a weekend
        ("2026-10-08", "2026-09-30", "in_time", 1),  # National Day week
        ("2026-10-09", "2026-09-30", "in_time", 2),
        ("2026-10-10", "2026-09-30", "overdue", 3),  # a Saturday worked
        ("2026-09-20", "2026-09-18", "in_time", 1),  # a Sunday worked
        ("2026-02-23", "2026-02-13", "in_time", 1),  # the Saturday worked before Spring Festival
        ("2026-02-24", "2026-02-13", "in_time", 2),
        ("2026-02-25", "2026-02-13", "overdue", 3),
        ("2026-02-28", "2026-02-26", "in_time", 2),  # the Saturday worked after it
        ("2026-11-24", "today", "in_time", 0),  # what the buttons carry
        ("2026-11-24", "yesterday", "in_time", 1),
    ],
)
def test_counts_chinas_business_days(
    today: str, notice: str, state: str, days: int, domain: dict[str, Any], today_is: Today
) -> None:
    today_is(today)
    done = ran(domain, notice)
    assert done.slots["sync_state"] == state
    assert done.slots["last_check"] == {"business_days": days}
    assert done.responses == (["utter_check_sync__in_time"] if state == "in_time" else [])


@pytest.mark.parametrize(("told", "kept"), [("yesterday", "2026-11-23"), ("2026-11-20", "2026-11-20")])
def test_keeps_the_notice_as_a_date(told: str, kept: str, domain: dict[str, Any], today_is: Today) -> None:
    today_is("2026-11-24")
    assert ran(domain, told).slots["notice_date"] == kept


@pytest.mark.parametrize("told", [None, "unknown"])
def test_explains_how_to_count_without_a_date(told: str | None, domain: dict[str, Any]) -> None:
    done = ran(domain, told)
    assert done.responses == ["utter_check_sync__unknown"]
    assert done.slots == {"sync_state": "unknown", "notice_date": None}


def test_doubts_a_date_that_has_not_come(domain: dict[str, Any], today_is: Today, words: Words) -> None:
    today_is("2026-11-24")
    done = ran(domain, "2026-11-25")
    assert done.slots == {"notice_date": None, "requested_slot": "notice_date"}
    assert done.followup == "action_listen"
    assert "Wednesday 25 November 2026 has not come yet" in words(done)[0]["text"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Wednesday 30 September 2026", "so far are 1 ", "by Friday 9 October 2026"]),
        ("zh", ["2026年9月30日星期三", "1 个工作日", "2026年10月9日星期五"]),
    ],
)
def test_says_by_which_day_to_expect_the_update(
    language: str, said: list[str], domain: dict[str, Any], today_is: Today, words: Words
) -> None:
    today_is("2026-10-08")
    [message] = words(ran(domain, "2026-09-30", language), language)
    assert [phrase for phrase in said if phrase not in message["text"]] == []
    assert "{" not in message["text"]
    assert "/ask_human" in [button["payload"] for button in message["buttons"]]
