"""Words: the conversation's language, the operator's facts, and the offer to answer a second question."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import yaml
from conftest import ROOT
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import AssistantNLG
from bot.nlu.marks import ALSO_TOPIC
from bot.settings import Settings

SETTINGS = Settings.from_env(
    {"HOTLINE": "010-1234", "TICKET_URL": "https://help.example.com/new", "MAX_MESSAGE_CHARS": "1500"}
)


@pytest.fixture(scope="module")
def project() -> Domain:
    """Real sentences, and the one slot that chooses between them."""
    responses: dict[str, Any] = {}
    for path in ("responses.yml", "faq/change_server_system.yml", "faq/resolution_fails.yml"):
        responses |= yaml.safe_load((ROOT / "data" / path).read_text(encoding="utf-8"))["responses"]
    language = {"type": "text", "initial_value": "en", "mappings": [{"type": "custom"}]}
    return Domain.from_dict({"slots": {"language": language}, "responses": responses})


@pytest.fixture
def nlg(project: Domain) -> AssistantNLG:
    return AssistantNLG(None, project, SETTINGS)


def tracker(project: Domain, *events: Event, language: str = "en") -> DialogueStateTracker:
    return DialogueStateTracker.from_events("user", [SlotSet("language", language), *events], project.slots)


def asked(also: str | None = None) -> UserUttered:
    """The user's message, with the topic of its second question."""
    return UserUttered("…", {"name": "change_server_system"}, parse_data={"text": "…", ALSO_TOPIC: also})  # type: ignore[typeddict-unknown-key]


def say(nlg: AssistantNLG, name: str, to: DialogueStateTracker, **values: Any) -> Any:
    return asyncio.run(nlg.generate(name, to, "rest", **values))


@pytest.mark.parametrize(("language", "text"), [("en", "You're welcome!"), ("zh", "不客气！")])
def test_speaks_the_language_of_the_conversation(language: str, text: str, nlg: AssistantNLG, project: Domain) -> None:
    assert say(nlg, "utter_thank", tracker(project, language=language))["text"].startswith(text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("utter_icp_other", ["010-1234", "https://help.example.com/new"]),
        ("utter_service_down", ["010-1234", "https://help.example.com/new"]),
        ("utter_other_language", ["010-1234", "https://help.example.com/new"]),
        ("utter_message_too_long", ["1,500"]),
    ],
)
def test_fills_in_the_operators_facts(
    name: str, facts: list[str], language: str, nlg: AssistantNLG, project: Domain
) -> None:
    text = say(nlg, name, tracker(project, language=language))["text"]
    assert [fact for fact in facts if fact not in text] == []
    assert "{" not in text and "4009-100-100" not in text


def test_fills_in_what_an_action_gives(nlg: AssistantNLG, project: Domain) -> None:
    said = say(nlg, "utter_check_domain__verify_identity", tracker(project), domain="a.com", suffix="com")
    assert said["text"].startswith("a.com ends in .com,")


def test_uses_the_settings_of_the_process_when_none_are_given(project: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.nlg.load", lambda: SETTINGS)
    assert "010-1234" in say(AssistantNLG(None, project), "utter_service_down", tracker(project))["text"]


def test_an_unknown_response_is_none_even_with_a_second_question(nlg: AssistantNLG, project: Domain) -> None:
    assert say(nlg, "utter_missing", tracker(project)) is None
    assert say(nlg, "utter_missing", tracker(project, asked(also="resolution_fails"))) is None


@pytest.mark.parametrize(
    ("language", "title", "offer"),
    [
        ("en", "Approved, but my site does not resolve", "You also asked about something else."),
        ("zh", "备案通过了，网站解析不了", "您还问到了另一个问题"),
    ],
)
def test_offers_the_second_question_below_the_answer_and_first_of_the_buttons(
    language: str, title: str, offer: str, nlg: AssistantNLG, project: Domain
) -> None:
    plain = say(nlg, "utter_change_server_system", tracker(project, asked(), language=language))
    said = say(nlg, "utter_change_server_system", tracker(project, asked(also="resolution_fails"), language=language))
    assert said["text"].startswith(plain["text"] + "\n\n" + offer) and f"“{title}”" in said["text"]
    assert said["buttons"] == [{"title": title, "payload": "/resolution_fails"}, *plain["buttons"]]


def test_the_offered_button_stands_there_once(nlg: AssistantNLG, project: Domain) -> None:
    menu = say(nlg, "utter_greet", tracker(project, asked(also="change_server_system")))
    payloads = [button["payload"] for button in menu["buttons"]]
    assert payloads[0] == "/change_server_system"
    assert len(payloads) == len(set(payloads)) == 7


def test_offers_below_an_answer_without_buttons(nlg: AssistantNLG, project: Domain) -> None:
    said = say(nlg, "utter_resolution_fails", tracker(project, asked(also="change_server_system")))
    assert [button["payload"] for button in said["buttons"]] == ["/change_server_system"]


@pytest.mark.parametrize("also", [None, "no_such_topic"])
def test_offers_nothing_without_a_second_topic(also: str | None, nlg: AssistantNLG, project: Domain) -> None:
    said = say(nlg, "utter_thank", tracker(project, asked(also)))
    assert "also asked" not in said["text"] and not said.get("buttons")


@pytest.mark.parametrize(
    "events",
    [[asked("resolution_fails"), BotUttered("answer")], [asked("resolution_fails"), BotUttered("answer"), asked()], []],
    ids=["already answered", "a message later", "nothing said yet"],
)
def test_offers_only_with_the_first_answer(events: list[Event], nlg: AssistantNLG, project: Domain) -> None:
    assert "also asked" not in say(nlg, "utter_thank", tracker(project, *events))["text"]


def test_offers_once_when_one_action_says_several_things(nlg: AssistantNLG, project: Domain) -> None:
    messages = [
        {"response": "utter_check_domain__no_domain"},
        {"response": "utter_check_domain__ping_steps", "target": "x"},
    ]
    to = tracker(project, asked(also="change_server_system"))
    said = asyncio.run(RemoteAction._utter_responses(messages, CollectingOutputChannel(), nlg, to))
    assert ["also asked" in (event.text or "") for event in said] == [True, False]


def test_offers_to_everybody_who_sends_the_same_words(nlg: AssistantNLG, project: Domain) -> None:
    for _ in range(2):
        assert "also asked" in say(nlg, "utter_thank", tracker(project, asked(also="resolution_fails")))["text"]
