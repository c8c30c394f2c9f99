"""Reasons and summaries: what is known about the case is listed, what is not stays out."""

from typing import Any

import pytest
from diagnosis_lab.scenario_rows import GONE
from diagnosis_lab.scenarios import evidence

from actions.diagnosis.names import check_name
from actions.diagnosis.report import report
from actions.diagnosis.service import not_looked
from actions.lib.escalation import Reason, reason_for, summary, topic_title
from actions.lib.phrases import Phrases

NOTHING = {"domain": None, "last_check": None, "owner_role": "former"}


@pytest.mark.parametrize(
    ("intent", "action", "turned_down", "reason"),
    [
        ("inform", "action_check_sync", False, Reason.SYNC_OVERDUE),
        ("nlu_fallback", "action_default_fallback", False, Reason.NOT_UNDERSTOOD),
        ("still_not_working", "outcome_form", False, Reason.NOT_SOLVED),
        ("deny", "outcome_form", True, Reason.NOT_SOLVED),
        ("none_of_these", "action_listen", False, Reason.NONE_OF_THESE),
        ("deny", "action_listen", True, Reason.NONE_OF_THESE),
        ("deny", "action_listen", False, Reason.NOT_SOLVED),
        ("still_not_working", "action_listen", False, Reason.NOT_SOLVED),
        ("ask_human", "action_listen", False, Reason.ASKED_FOR_PERSON),
        (None, None, False, Reason.ASKED_FOR_PERSON),
    ],
)
def test_finds_the_reason(intent: str | None, action: str | None, turned_down: bool, reason: Reason) -> None:
    assert reason_for(intent, action, turned_down) is reason


@pytest.mark.parametrize(
    ("slots", "reason", "english", "chinese"),
    [
        ({}, Reason.ASKED_FOR_PERSON, ["Problem: not told to the bot yet"], ["问题：还没有告诉机器人"]),
        (
            {"topic": "resolution_fails", "domain": "a.cn", "last_check": {"advice": "status", "suffix": "cn"}},
            Reason.NOT_SOLVED,
            [
                "Problem: Approved, but my site does not resolve",
                "Domain: a.cn",
                "Advised: check the domain's status",
                "Result: ",
            ],
            ["问题：备案通过了，网站解析不了", "域名：a.cn", "已建议：到域名注册平台", "结果："],
        ),
        (
            {"topic": "resolution_fails", "domain": "unknown"},
            Reason.ASKED_FOR_PERSON,
            ["Problem: Approved, but my site does not resolve"],
            ["问题：备案通过了，网站解析不了"],
        ),
        (
            {
                "topic": "progress_not_synced",
                "notice_date": "DAY",
                "sync_state": "overdue",
                "last_check": {"business_days": 4},
            },
            Reason.SYNC_OVERDUE,
            ["Problem: Notified, but", "Notice received: DAY", "Found: 4 business days"],
            ["问题：收到管局通知", "收到通知的日期：DAY", "情况：收到通知已 4 个工作日"],
        ),
        (
            {
                "topic": "progress_not_synced",
                "notice_date": "DAY",
                "sync_state": "in_time",
                "last_check": {"business_days": 1},
            },
            Reason.ASKED_FOR_PERSON,
            ["Problem: Notified, but", "Notice received: DAY"],
            ["问题：收到管局通知", "收到通知的日期：DAY"],
        ),
        (
            {
                "topic": "switch_to_hong_kong",
                "hosting": "server_elsewhere",
                "notice_date": "DAY",
                "transfer_scope": "all",
            },
            Reason.ASKED_FOR_PERSON,
            ["Problem: Moving to", "Filing / new server: filing at Tencent Cloud, new server elsewhere"],
            ["问题：换到香港", "备案和新服务器：备案在腾讯云，新服务器在别家"],
        ),
        (
            {"topic": "original_filing_after_transfer", "transfer_scope": "part", "hosting": "both_here"},
            Reason.ASKED_FOR_PERSON,
            ["Problem: The original", "Domain names transferred: some"],
            ["问题：转移备案后", "转走的域名：一部分"],
        ),
        (
            {
                "topic": "expired_domain_taken",
                "owner_role": "new",
                "last_check": {"advice": "identity", "suffix": "com"},
            },
            Reason.ASKED_FOR_PERSON,
            ["Problem: My domain", "The user is: the new owner"],
            ["问题：域名过期", "用户身份：域名的新持有人"],
        ),
        (
            {"topic": "change_server_system", "domain": "a.cn"},
            Reason.NONE_OF_THESE,
            ["Problem: Changing the server's system", "Domain: a.cn"],
            ["问题：备案后更换", "域名：a.cn"],
        ),
    ],
)
def test_lists_what_is_known_line_by_line(
    slots: dict[str, Any], reason: Reason, english: list[str], chinese: list[str], domain: dict[str, Any]
) -> None:
    for language, expected in (("en", english), ("zh", chinese)):
        lines = summary({**NOTHING, **slots}, reason, Phrases(domain, language)).splitlines()
        assert len(lines) == len(expected), lines
        assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True)), lines


@pytest.mark.parametrize("hosting", ["both_here", "server_elsewhere", "filing_elsewhere", "neither_here"])
def test_has_words_for_every_case_of_hosting(hosting: str, domain: dict[str, Any]) -> None:
    slots = {"topic": "switch_to_hong_kong", "hosting": hosting}
    for language in ("en", "zh"):
        assert hosting not in summary(slots, Reason.ASKED_FOR_PERSON, Phrases(domain, language))


@pytest.mark.parametrize("scope", ["all", "part"])
def test_has_words_for_every_case_of_a_transfer(scope: str, domain: dict[str, Any]) -> None:
    slots = {"topic": "original_filing_after_transfer", "transfer_scope": scope}
    assert len(summary(slots, Reason.ASKED_FOR_PERSON, Phrases(domain, "zh")).splitlines()) == 2


def test_calls_a_topic_as_the_menu_does(domain: dict[str, Any]) -> None:
    assert topic_title("switch_to_hong_kong", Phrases(domain, "zh")) == "换到香港服务器"


def test_the_summary_holds_all_that_the_check_saw(domain: dict[str, Any]) -> None:
    seen = report(evidence(**GONE, codes=("serverhold",)), 0.5)
    slots = {"topic": "resolution_fails", "domain": seen.domain, "last_check": seen.as_dict()}
    for language, said in (("en", "Status serverHold"), ("zh", "状态 serverHold")):
        text = summary(slots, Reason.NOT_SOLVED, Phrases(domain, language))
        assert said in text and "[R07, likely]" in text and "{" not in text
        assert len(text.splitlines()) >= len(seen.facts) + 3


def test_a_check_that_saw_nothing_is_not_told_as_one(domain: dict[str, Any]) -> None:
    kept = {**not_looked(check_name("example.com"), "offline").as_dict(), "advice": "identity", "suffix": "com"}
    text = summary({"topic": "resolution_fails", "last_check": kept}, Reason.NOT_SOLVED, Phrases(domain, "en"))
    assert "No live check was made" in text and "Checked by the bot" not in text
