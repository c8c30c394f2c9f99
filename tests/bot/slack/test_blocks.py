"""Responses as Slack messages: judged by slack_sdk's models, for every number of buttons and every length."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slack import faults_of_blocks
from slack_people import elements, shown

from bot.slack.blocks import BUTTON_VALUE, OPTION_VALUE, from_response, frozen, payload_of, value_of


def buttons(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"title": f"Title {n}", "payload": f"/choice_{n}", **more} for n in range(number)]


def titles_and_values(message: dict[str, Any]) -> list[tuple[str, str]]:
    parts = [part for e in elements(message) for part in (e["options"] if e["type"] == "static_select" else [e])]
    return [(part["text"]["text"], part["value"]) for part in parts]


@pytest.mark.parametrize("number", [1, 5, 6, 25, 26, 100, 101, 250])
def test_any_number_of_choices_is_shown(number: int) -> None:
    message = from_response({"text": "Which one?", "buttons": buttons(number)})
    assert faults_of_blocks(message["blocks"]) == []
    assert titles_and_values(message) == [(f"Title {n}", f"/choice_{n}") for n in range(number)]
    kinds = [e["type"] for e in elements(message)]
    assert kinds == (["button"] * number if number <= 25 else ["static_select"] * -(-number // 100))


def test_buttons_stand_in_rows_of_five() -> None:
    blocks = from_response({"text": "?", "buttons": buttons(12)})["blocks"]
    assert [len(block["elements"]) for block in blocks if block["type"] == "actions"] == [5, 5, 2]


@pytest.mark.parametrize("number", [3, 30])
def test_links_are_buttons_that_say_nothing(number: int) -> None:
    link = {"title": "Open the console", "url": "https://a.example/x"}
    message = from_response({"text": "?", "buttons": [link, *buttons(number)]})
    assert faults_of_blocks(message["blocks"]) == []
    (shown_link,) = [e for e in elements(message) if "url" in e]
    assert (
        shown_link["url"] == link["url"]
        and "value" not in shown_link
        and not shown_link["action_id"].startswith("say-")
    )
    assert "[Title 0](/choice_0)" in shown([message])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/" + "x" * 3000, "https://a b"])
def test_a_link_that_slack_would_refuse_does_not_cost_the_message(url: str) -> None:
    message = from_response({"text": "read", "buttons": [{"title": "x", "url": url}, *buttons(1)]})
    assert faults_of_blocks(message["blocks"]) == [] and titles_and_values(message) == [("Title 0", "/choice_0")]


def test_long_titles_are_cut_and_long_payloads_are_found_again() -> None:
    title, payload = "备案" * 60, "/inform" + "x" * 3000
    for number, limit in ((2, BUTTON_VALUE), (30, OPTION_VALUE)):
        choices = [*buttons(number - 1), {"title": title, "payload": payload}]
        message = from_response({"text": "?", "buttons": choices})
        assert faults_of_blocks(message["blocks"]) == []
        shown_title, value = titles_and_values(message)[-1]
        assert (len(shown_title), shown_title[-1]) == (75, "…") and len(value) <= limit
        assert payload_of(value, ["/other", payload]) == payload
        assert payload_of(value, ["/other"]) == value  # not offered: stays what it is, a word without meaning


def test_a_short_payload_is_its_own_value() -> None:
    assert value_of("/ask_human", OPTION_VALUE) == "/ask_human" == payload_of("/ask_human", [])


@pytest.mark.parametrize("length", [2_999, 3_000, 3_001, 20_000, 200_000])
@pytest.mark.parametrize("word", ["word ", "备案", "line\n", "<", "[a](https://a.example/b) "])
def test_long_texts_fit(word: str, length: int) -> None:
    text = (word * length)[:length]
    message = from_response({"text": text, "buttons": buttons(25)})
    assert faults_of_blocks(message["blocks"]) == [] and 0 < len(message["text"]) <= 3000


@pytest.mark.parametrize(
    "response", [{}, {"text": ""}, {"text": " \n "}, {"text": None, "buttons": []}, {"custom": {"a": 1}}]
)
def test_nothing_to_show_is_no_message(response: dict[str, Any]) -> None:
    assert from_response(response) == {}


def test_buttons_alone_and_pictures_are_messages() -> None:
    for response in ({"buttons": buttons(2)}, {"image": "https://a.example/map.png"}, {"quick_replies": buttons(1)}):
        message = from_response(response)
        assert faults_of_blocks(message["blocks"]) == [] and message["text"]
    assert from_response({"image": "file:///etc/passwd"}) == {}


def test_a_choice_takes_the_place_of_the_buttons() -> None:
    link = {"title": "Open", "url": "https://a.example/x"}
    message = from_response({"text": "Which **one**?", "buttons": [*buttons(12), link]})
    after = frozen(message, "Title 7 <&*>")
    assert faults_of_blocks(after["blocks"]) == []
    assert [block["type"] for block in after["blocks"]] == ["section", "context", "actions"]
    assert after["blocks"][1]["elements"][0]["text"] == "✓ *Title 7 &lt;&amp;&gt;*"
    assert after["blocks"][2]["elements"][0]["url"] == link["url"]
    assert frozen(after, "Title 7") == {}  # nothing left to choose


@pytest.mark.parametrize("message", [{}, {"blocks": None}, {"blocks": "x"}, {"blocks": [None, {"block_id": 7}]}])
def test_a_message_without_choices_stays(message: dict[str, Any]) -> None:
    assert frozen(message, "Title") == {}
