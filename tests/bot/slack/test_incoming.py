"""Slack's requests as what a person said or pressed, and conversation ids that lead back to the place."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.address import Address
from bot.slack.incoming import Pressed, Said, to_incoming

BOT = {"team_id": "T1", "user_id": "UBOT", "is_bot": True}
EVENT = {"type": "message", "user": "U1", "channel": "D1", "ts": "100.5", "text": "hello"}


def said(**event: Any) -> Any:
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "authorizations": [BOT]}
    return to_incoming(body | {"event": EVENT | event})


def pressed(**body: Any) -> Any:
    action = {"type": "button", "action_id": "say-0", "value": "/a", "text": {"type": "plain_text", "text": "A"}}
    container = {"type": "message", "message_ts": "100.6", "channel_id": "C1", "thread_ts": "100.5"}
    whole = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "container": container}
    return to_incoming(whole | {"actions": [action], "message": {"text": "?"}} | body)


def test_a_direct_message() -> None:
    assert said() == Said(Address("T1", "D1", user="U1"), "U1", "hello", "100.5", "Ev1")


@pytest.mark.parametrize("event", [{"type": "app_mention"}, {"text": "<@UBOT> hello"}])
def test_a_mention_opens_a_thread_and_continues_one(event: dict[str, Any]) -> None:
    begun = said(channel="C1", **event)
    assert (begun.address, begun.text, begun.to_bot) == (Address("T1", "C1", thread="100.5"), "hello", True)
    assert said(channel="G1", thread_ts="90.1", **event).address == Address("T1", "G1", thread="90.1")


def test_a_message_of_a_thread_counts_if_the_bot_talks_there() -> None:
    message = said(channel="C1", thread_ts="90.1")
    assert (message.address.conversation_id, message.to_bot) == ("slack:T1:C1:90.1", False)
    assert said(channel="C1") is None
    assert said(channel="C1", thread_ts="90.1", text="<@U2> lunch?") is None


def test_the_workspace_is_the_one_where_the_app_is_installed() -> None:
    body = {"type": "event_callback", "team_id": "T9", "event": EVENT}
    assert to_incoming(body | {"authorizations": [BOT]}).address.team == "T1"  # shared channels: T9 is the sender's
    assert to_incoming(body).address.team == "T9"
    assert to_incoming({"type": "event_callback", "enterprise_id": "E1", "event": EVENT}).address.team == "E1"


def test_both_events_of_a_mention_share_a_key_and_presses_of_a_message_do() -> None:
    assert said(type="app_mention", channel="C1").keys[-1] == said(text="<@UBOT> hello", channel="C1").keys[-1]
    assert pressed().keys == pressed(actions=[{"action_id": "say-1", "value": "/b"}]).keys
    assert said().keys[0] != said(ts="100.7").keys[1]


def test_a_press() -> None:
    assert pressed() == Pressed(Address("T1", "C1", thread="100.5"), "U1", "/a", "A", "100.6", {"text": "?"}, "100.5")


def test_a_press_in_direct_messages_belongs_to_the_persons_conversation() -> None:
    container = {"message_ts": "100.6", "channel_id": "D1", "thread_ts": "100.5"}
    press = pressed(container=container)
    assert (press.address.conversation_id, press.reply_thread) == ("slack:T1:D1:U1", "100.5")


def test_a_selected_option() -> None:
    option = {"text": {"text": "B"}, "value": "/b"}
    press = pressed(actions=[{"type": "static_select", "action_id": "say-list-0", "selected_option": option}])
    assert (press.value, press.title) == ("/b", "B")


@pytest.mark.parametrize(
    "body",
    [
        {"actions": []},
        {"actions": [{"action_id": "open-0", "text": {"text": "link"}}]},
        {"actions": [{"action_id": "other", "value": "/a"}]},
        {"actions": [{"action_id": "say-0", "value": ""}]},
        {"container": {"message_ts": "100.6", "channel_id": "C1", "is_ephemeral": True}},
        {"container": {"message_ts": "100.6"}},
        {"user": {}},
        {"team": {}},
    ],
    ids=str,
)
def test_a_press_of_nothing_of_ours_is_nothing(body: dict[str, Any]) -> None:
    assert pressed(**body) is None


@pytest.mark.parametrize("address", [Address("T1", "C1", thread="100.5"), Address("T1", "D1", user="U1")])
def test_a_conversation_id_leads_back_to_the_place(address: Address) -> None:
    assert Address.of(address.conversation_id) == address


@pytest.mark.parametrize(
    "other",
    ["", "me", "slack:T1:C1", "slack:T1:C1:", "slack:t1:C1:U1", "slack:T1:C1:U1\n", "slack:T1:C1:１.１", "x" * 300],
)
def test_any_other_text_is_no_address(other: str) -> None:
    assert Address.of(other) is None
