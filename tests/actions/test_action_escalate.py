"""The handover to people: one message with why, ticket, hotline and a summary of what is known and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, tracker

from actions.action_escalate import ActionEscalate

Words = Callable[..., list[dict[str, Any]]]
MISS = (("nlu_fallback", "action_default_fallback"),)
LATE = {
    "topic": "progress_not_synced",
    "notice_date": "2026-09-30",
    "sync_state": "overdue",
    "last_check": {"business_days": 3},
}
FAILED = {
    "topic": "resolution_fails",
    "domain": "example.com",
    "last_check": {"advice": "identity", "suffix": "com"},
    "outcome": "unsolved",
}


def ran(domain: dict[str, Any], slots: dict[str, Any] | None = None, **more: Any) -> Ran:
    return Ran(ActionEscalate(), tracker(slots, **{"intent": "ask_human", **more}), domain)


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        ({"intent": "ask_human"}, "asked_for_person"),
        ({"intent": "still_not_working", "slots": {"topic": "resolution_fails"}}, "not_solved"),
        ({"intent": "still_not_working", "before": (("ask_human", "action_escalate"),)}, "not_solved"),
        ({"intent": "deny", "after": "outcome_form"}, "not_solved"),
        ({"intent": "deny", "after": "outcome_form", "before": MISS}, "not_solved"),  # "no" to "did that help?"
        ({"intent": "none_of_these"}, "none_of_these"),
        ({"intent": "deny", "before": MISS}, "none_of_these"),  # "no" to the offered topics
        ({"intent": "nlu_fallback", "after": "action_default_fallback", "before": MISS}, "not_understood"),
    ],
)
def test_records_why(turn: dict[str, Any], reason: str, domain: dict[str, Any]) -> None:
    done = ran(domain, **turn)
    assert done.slots["escalation_reason"] == reason
    assert done.messages[0]["why"] == domain["responses"][f"utter_escalate__{reason}"][0]["text"]


@pytest.mark.parametrize(("language", "words_said"), [("en", "?"), ("zh", "？")])
def test_asks_what_the_trouble_is_before_sending_anybody_on(
    language: str, words_said: str, domain: dict[str, Any], words: Words
) -> None:
    done = ran(domain, {"language": language}, intent="still_not_working")
    assert done.responses == ["utter_which_trouble"]
    assert done.slots == {} and done.followup == "action_listen"
    [message] = words(done, language)
    assert words_said in message["text"] and "/ask_human" in [button["payload"] for button in message["buttons"]]


def test_ends_what_was_going_on_and_listens(domain: dict[str, Any]) -> None:
    done = ran(domain, active_loop="resolution_fails_form")
    assert {"event": "active_loop", "timestamp": None, "name": None} in done.events
    assert done.slots["requested_slot"] is None and done.slots["outcome"] is None
    assert done.followup == "action_listen"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "still isn't solved",
                "Ticket: https://console.cloud.tencent.com/workorder/category",
                "Hotline: 4009-100-100",
                "Problem: Approved, but my site does not resolve",
                "Domain: example.com",
                "Advised: check the .com name's identity verification",
                "Result: the user says it did not help",
            ],
        ),
        (
            "zh",
            [
                "问题还没解决",
                "工单：https://console.cloud.tencent.com/workorder/category",
                "客服热线：4009-100-100",
                "问题：备案通过了，网站解析不了",
                "域名：example.com",
                "已建议：检查 .com 域名的实名认证",
                "结果：用户表示没有解决",
            ],
        ),
    ],
)
def test_tells_the_whole_case_in_one_message(
    language: str, said: list[str], domain: dict[str, Any], words: Words
) -> None:
    done = ran(domain, {**FAILED, "language": language}, intent="still_not_working", after="outcome_form")
    [message] = words(done, language)
    assert [phrase for phrase in said if phrase not in message["text"]] == []
    assert "{" not in message["text"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Counting from Wednesday 30 September 2026, 3 business days have passed",
                "Notice received: Wednesday 30 September 2026",
                "Found: 3 business days since the notice",
            ],
        ),
        ("zh", ["2026年9月30日星期三", "收到通知的日期：2026年9月30日星期三", "收到通知已 3 个工作日"]),
    ],
)
def test_tells_how_late_the_console_is(language: str, said: list[str], domain: dict[str, Any], words: Words) -> None:
    done = ran(domain, {**LATE, "language": language}, intent="inform", after="action_check_sync")
    [message] = words(done, language)
    assert done.slots["escalation_reason"] == "sync_overdue"
    assert [phrase for phrase in said if phrase not in message["text"]] == []
    assert "{" not in message["text"]


@pytest.mark.parametrize(("told", "day"), [("today", "Tuesday 24 November"), ("yesterday", "Monday 23 November")])
def test_reads_a_date_button_that_no_check_has_turned_into_a_date(
    told: str, day: str, domain: dict[str, Any], today_is: Callable[[str], None]
) -> None:
    today_is("2026-11-24")
    done = ran(domain, {"topic": "progress_not_synced", "notice_date": told})
    assert f"Notice received: {day} 2026" in done.messages[0]["summary"]


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Problem: not told to the bot yet"), ("zh", "问题：还没有告诉机器人")]
)
def test_lists_nothing_that_is_unknown(language: str, line: str, domain: dict[str, Any], words: Words) -> None:
    nothing = {"domain": "unknown", "notice_date": "unknown", "hosting": "unknown", "transfer_scope": "unknown"}
    done = ran(domain, {**nothing, "owner_role": "former", "language": language})
    [message] = words(done, language)
    assert message["text"].split("———")[1].strip() == line
    assert "unknown" not in message["text"]
