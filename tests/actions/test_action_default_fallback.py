"""Unsure: topics to choose from or a request to rephrase; a person after two misses in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, tracker

from actions.action_default_fallback import ActionDefaultFallback

LIKELY = {"nlu_fallback": 0.6, "switch_to_hong_kong": 0.3, "icp_other": 0.2, "resolution_fails": 0.1}


def ran(domain: dict[str, Any], **more: Any) -> Ran:
    return Ran(ActionDefaultFallback(), tracker(intent="nlu_fallback", **more), domain)


def test_offers_the_likely_topics_then_none_of_these(domain: dict[str, Any]) -> None:
    done = ran(domain, ranking=LIKELY)
    assert done.responses == ["utter_did_you_mean"]
    assert [button["payload"] for button in done.messages[0]["buttons"]] == [
        "/switch_to_hong_kong",
        "/resolution_fails",
        "/none_of_these",
    ]
    assert done.followup == "action_listen"


@pytest.mark.parametrize(
    ("language", "text", "titles"),
    [
        (
            "en",
            "I'm not quite sure. Did you mean one of these?",
            ["Moving to a Hong Kong server", "Approved, but my site does not resolve", "None of these"],
        ),
        ("zh", "我不太确定，您要问的是下面这个吗？", ["换到香港服务器", "备案通过了，网站解析不了", "都不是"]),
    ],
)
def test_offers_them_in_the_users_language(
    language: str, text: str, titles: list[str], domain: dict[str, Any], words: Callable[..., Any]
) -> None:
    [message] = words(ran(domain, ranking=LIKELY, slots={"language": language}), language)
    assert message["text"] == text
    assert [button["title"] for button in message["buttons"]] == titles


@pytest.mark.parametrize("ranking", [{}, {"icp_other": 0.4, "greet": 0.3}, {"resolution_fails": 0.079}])
def test_asks_to_rephrase_when_no_topic_is_likely(ranking: dict[str, float], domain: dict[str, Any]) -> None:
    done = ran(domain, ranking=ranking)
    assert done.responses == ["utter_rephrase"]
    assert done.followup == "action_listen"


def test_leaves_the_next_step_to_an_open_form(domain: dict[str, Any]) -> None:
    done = ran(domain, active_loop="resolution_fails_form")
    assert done.responses == ["utter_rephrase"]
    assert done.events == []


def test_brings_in_a_person_at_the_second_miss_in_a_row(domain: dict[str, Any]) -> None:
    done = ran(domain, before=(("nlu_fallback", "action_default_fallback"),), ranking=LIKELY)
    assert done.responses == []
    assert done.followup == "action_escalate"


def test_starts_anew_when_something_was_understood_in_between(domain: dict[str, Any]) -> None:
    before = (("nlu_fallback", "action_default_fallback"), ("greet", "utter_greet"))
    assert ran(domain, before=before).responses == ["utter_rephrase"]
