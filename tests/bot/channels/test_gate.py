"""What every text channel checks before Rasa sees a message, and that no turn ends in silence."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.channels.action_endpoint import ForgivingActionEndpoint
from bot.channels.gate import Gate, offered_payloads

LIMIT = 2000  # the default of MAX_MESSAGE_CHARS


class Channel(Gate, RestInput):
    """Any Rasa channel behind the gate."""


class Rasa:
    """Stands behind the gate: keeps what gets through, answers `says`, or fails."""

    def __init__(self, says: str | None = "answer", fails: bool = False) -> None:
        self.seen: list[UserMessage] = []
        self._says, self._fails = says, fails

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message)
        await asyncio.sleep(0)
        if self._says:
            await message.output_channel.send_response(message.sender_id, {"text": self._says})
        if self._fails:
            raise RuntimeError("broken")


async def admit(agent: Any, rasa: Rasa, *messages: UserMessage) -> None:
    """Lets messages in at the same time."""
    channel = Channel()
    channel.blueprint(rasa)
    await channel._remember_app(SimpleNamespace(ctx=SimpleNamespace(agent=agent)), None)  # type: ignore[arg-type]
    await asyncio.gather(*(channel.admit(message) for message in messages))


def through(agent: Any, text: str | None, sender: str = "user") -> UserMessage:
    """One message as Rasa gets to see it."""
    rasa = Rasa()
    asyncio.run(admit(agent, rasa, UserMessage(text, sender_id=sender)))
    return rasa.seen[0]


def said(agent: Any, rasa: Rasa, text: str) -> list[str]:
    """What the user reads."""
    channel = CollectingOutputChannel()
    asyncio.run(admit(agent, rasa, UserMessage(text, channel)))
    return [message["text"] for message in channel.messages]


def offer(agent: Any, *payloads: str, sender: str = "user") -> None:
    """Puts a conversation into the store in which the bot has shown these buttons."""
    buttons = [{"title": "…", "payload": payload} for payload in payloads]
    events = [UserUttered("hi"), BotUttered("pick", {"buttons": buttons})]
    asyncio.run(agent.tracker_store.save(DialogueStateTracker.from_events(sender, events, agent.domain.slots)))


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("hello", "hello"),
        ("  hello\n", "hello"),
        ("he\u200bl\u202elo\ufeff", "hello"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("lone \ud800 half", "lone  half"),
        ("line one\nline\ttwo", "line one\nline\ttwo"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('{"json', '{"json'),
        ("a / b", "a / b"),
        ("备案/解析", "备案/解析"),
    ],
)
def test_cleans_the_text_and_leaves_the_rest_to_rasa(typed: str, seen: str, agent: Any) -> None:
    message = through(agent, typed)
    assert message.text == seen
    assert message.parse_data is None


@pytest.mark.parametrize(
    "typed", [None, "", "   \n\t", "\u3000", "\u200b\u200d", "\x00\x07", "/", " / ", "///", "/ \t/"]
)
def test_a_message_without_words_is_understood_as_empty(typed: str | None, agent: Any) -> None:
    assert through(agent, typed).parse_data["intent"] == {"name": "empty_message", "confidence": 1.0}


@pytest.mark.parametrize(("char", "language"), [("please ", "en"), ("备案", "zh")])
def test_100_kb_are_cut_and_answered_in_their_language(char: str, language: str, agent: Any) -> None:
    message = through(agent, char * (100_000 // len(char)))
    assert message.parse_data["intent"]["name"] == "too_long_message"
    assert len(message.text) == LIMIT and message.parse_data["text"] == message.text
    assert [(e["entity"], e["value"]) for e in message.parse_data["entities"]] == [("language", language)]


@pytest.mark.parametrize(("length", "passes"), [(LIMIT, True), (LIMIT + 1, False)])
def test_the_limit_is_exact(length: int, passes: bool, agent: Any) -> None:
    assert (through(agent, "x" * length).parse_data is None) is passes


def test_a_long_forged_payload_is_too_long_and_no_intent(agent: Any) -> None:
    assert through(agent, "/restart" + " " * LIMIT + "x").parse_data["intent"]["name"] == "too_long_message"


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "//restart",
        " /restart",
        "/ /restart",
        "/\t\n/restart",
        "/\r/restart",
        "/\u3000/restart",
        "/\u00a0/restart",
        "/\u2003/restart",
        "\u200b/restart",
        "/\u200b/restart",
        "\ufeff / / restart",
    ],
)
def test_a_typed_slash_starts_no_intent(typed: str, agent: Any) -> None:
    assert through(agent, typed).text == "restart"


@pytest.mark.parametrize("typed", ["/EXTERNAL_x", '/inform{"domain":"a.com"}', "/affirm"])
def test_the_words_behind_a_typed_slash_are_read_as_words(typed: str, agent: Any) -> None:
    message = through(agent, typed)
    assert message.text == typed[1:]
    assert message.parse_data is None


@pytest.mark.parametrize("payload", ["/ask_human", '/inform{"date":"today"}'])
def test_an_offered_payload_passes_unchanged(payload: str, agent: Any) -> None:
    offer(agent, "/ask_human", '/inform{"date":"today"}')
    assert through(agent, f" {payload} ").text == payload


@pytest.mark.parametrize(
    "typed", ["/ask_humanX", "/ask", "/ASK_HUMAN", '/ask_human{"a":"b"}', "//ask_human", "/ask_human x"]
)
def test_only_exactly_what_was_offered_passes(typed: str, agent: Any) -> None:
    offer(agent, "/ask_human")
    assert not through(agent, typed).text.startswith("/")


def test_what_was_offered_to_somebody_else_does_not_pass(agent: Any) -> None:
    offer(agent, "/affirm", sender="somebody else")
    assert through(agent, "/affirm", sender="user").text == "affirm"


@pytest.mark.parametrize("payload", ["/ask_human", "/resolution_fails"])
def test_the_greetings_buttons_may_be_pressed_before_the_bot_has_greeted(payload: str, agent: Any) -> None:
    assert through(agent, payload).text == payload


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_button_is_answered_in_the_language_that_its_channel_names(language: str, agent: Any) -> None:
    offer(agent, '/inform{"date":"today"}')
    rasa, message = Rasa(), UserMessage('/inform{"date":"today"}', sender_id="user", metadata={"language": language})
    agent.domain = agent.domain.merge(Domain.from_dict({"intents": ["inform"], "entities": ["date", "language"]}))
    asyncio.run(admit(agent, rasa, message))
    read = rasa.seen[0].parse_data
    assert read["intent"]["name"] == "inform"
    assert {e["entity"]: e["value"] for e in read["entities"]} == {"date": "today", "language": language}


def test_a_word_of_no_language_gets_the_one_that_the_channel_names(agent: Any) -> None:
    channel = CollectingOutputChannel()
    silent = Rasa(says=None)
    asyncio.run(admit(agent, silent, UserMessage("example.com", channel, metadata={"language": "zh"})))
    assert channel.messages[0]["text"].startswith("抱歉")


def test_collects_the_payloads_of_all_buttons_shown() -> None:
    shown = [BotUttered("a", {"buttons": [{"title": "A", "payload": "/a"}, {"title": "B"}]}), BotUttered("no buttons")]
    later = [UserUttered("/typed"), BotUttered("c", {"buttons": [{"title": "C", "payload": "/c"}]})]
    assert offered_payloads(DialogueStateTracker.from_events("user", [*shown, *later])) == {"/a", "/c"}


def test_a_repeat_during_a_turn_is_dropped(agent: Any) -> None:
    rasa, second = Rasa(), CollectingOutputChannel()
    asyncio.run(admit(agent, rasa, UserMessage("help"), UserMessage("help", second)))
    assert len(rasa.seen) == 1
    assert second.messages == []


@pytest.mark.parametrize(
    "other", [UserMessage("help!"), UserMessage("help", sender_id="somebody else")], ids=["other words", "other sender"]
)
def test_something_else_at_the_same_time_is_no_repeat(other: UserMessage, agent: Any) -> None:
    rasa = Rasa()
    asyncio.run(admit(agent, rasa, UserMessage("help"), other))
    assert len(rasa.seen) == 2


@pytest.mark.parametrize("rasa", [Rasa(says=None, fails=True), Rasa(says=None)], ids=["the turn fails", "silence"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my site is down", "Sorry, something on our side isn't working"),
        ("备案通过了打不开", "抱歉，我们这边出了点故障"),
        ("мой сайт не работает", "Sorry, something"),
        ("/restart", "Sorry, something"),
    ],
)
def test_the_user_is_told_when_no_answer_came(text: str, words: str, rasa: Rasa, agent: Any) -> None:
    [answer] = said(agent, rasa, text)
    assert answer.startswith(words)
    assert "4009-100-100" in answer and "https://console.cloud.tencent.com/workorder/category" in answer


@pytest.mark.parametrize("rasa", [Rasa(), Rasa(fails=True)], ids=["all is well", "it fails after its answer"])
def test_nothing_is_added_to_an_answer(rasa: Rasa, agent: Any) -> None:
    assert said(agent, rasa, "hello") == ["answer"]


def test_the_user_is_told_when_the_store_is_down(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(sender: str) -> None:
        raise ConnectionError(sender)

    monkeypatch.setattr(agent.tracker_store, "retrieve", down)
    [answer] = said(agent, Rasa(), "/affirm")
    assert answer.startswith("Sorry, something")


def test_survives_that_no_model_is_loaded_yet() -> None:
    assert said(None, Rasa(says=None), "/ask_human") == []


def test_everything_sent_arrives_as_it_was(agent: Any) -> None:
    async def everything(message: UserMessage) -> None:
        for part in (
            {"text": "t", "buttons": [{"title": "A", "payload": "/a"}]},
            {"image": "i.png"},
            {"custom": {"a": 1}},
        ):
            await message.output_channel.send_response("user", dict(part))

    channel = CollectingOutputChannel()
    message = UserMessage("hello", channel, sender_id="user")
    asyncio.run(admit(agent, everything, message))  # type: ignore[arg-type]
    assert channel.messages == [
        {"recipient_id": "user", "text": "t", "buttons": [{"title": "A", "payload": "/a"}]},
        {"recipient_id": "user", "image": "i.png"},
        {"recipient_id": "user", "custom": {"a": 1}},
    ]
    assert message.output_channel.name() == "collector"
    assert message.output_channel.messages is channel.messages


def test_puts_the_forgiving_way_to_the_action_server_in_place(agent: Any) -> None:
    agent.action_endpoint = EndpointConfig("http://127.0.0.1:1/webhook")
    through(agent, "hello")
    assert isinstance(agent.action_endpoint, ForgivingActionEndpoint)
    assert agent.processor.action_endpoint is agent.action_endpoint
