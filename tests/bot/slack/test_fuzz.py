"""Whatever comes, the readers of Slack's payloads and the writer of its blocks give a value and never fail.

A small number in the normal run. `FUZZ=12000 .venv/bin/python -m pytest tests/bot/slack/test_fuzz.py` tries 12,000
inputs for each of the five properties.
"""

from __future__ import annotations

import json
import os
import re
import time
from typing import Any
from urllib.parse import quote_from_bytes

from fake_slack import faults_of_blocks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_people import SECRET, signed

from bot.settings import Settings
from bot.slack.address import Address
from bot.slack.blocks import from_response, frozen
from bot.slack.incoming import Pressed, Said, to_incoming
from bot.slack.mrkdwn import from_mrkdwn, split, to_mrkdwn
from bot.slack.requests import refusal

many = settings(
    max_examples=int(os.environ.get("FUZZ", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SETTINGS = Settings(slack_signing_secret=SECRET)

NAMES = """type event event_callback block_actions message app_mention user channel ts thread_ts text team id team_id
    value authorizations user_id actions action_id say-0 open-0 container message_ts channel_id selected_option blocks
    T1 U1 C1 D1 UBOT 100.5 subtype bot_id file_share is_ephemeral enterprise enterprise_id event_id block_id choice-0"""
WORDS = st.sampled_from(NAMES.split())
TEXT = st.text(max_size=40) | WORDS
LINK = "https://a.example/"
MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", "|", "&", "&amp;", "@U1", "!here", "**", "*", "[", "](", ")", "https://a.example/", "\n", "- "]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | MARKUP,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=20,
)


def changed(like: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object like that one, with some fields gone or turned into anything."""
    fields = {key: st.just(value) | (changed(value) if isinstance(value, dict) else ANY) for key, value in like.items()}
    return st.fixed_dictionaries({}, optional=fields)


EVENT = {
    "type": "message",
    "user": "U1",
    "channel": "D1",
    "ts": "100.5",
    "text": "x",
    "thread_ts": "90.1",
    "subtype": "",
}
EVENTS = changed({"type": "event_callback", "team_id": "T1", "event_id": "E", "event": EVENT, "authorizations": [{}]})
OPTION = {"value": "/a", "text": {"text": "A"}}
PRESSES = changed(
    {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "C1"},
        "container": {"message_ts": "100.5", "channel_id": "C1", "thread_ts": "90.1"},
        "message": {"ts": "100.5", "text": "x", "blocks": [{"type": "actions", "block_id": "choice-0"}]},
        "actions": [{"action_id": "say-0", "selected_option": OPTION, **OPTION}],
    }
)


@many
@given(ANY | EVENTS | PRESSES)
def test_any_payload_is_something_said_or_pressed_or_nothing(body: Any) -> None:
    incoming = to_incoming(body)
    if incoming is not None:
        assert isinstance(incoming, Said | Pressed) and len(incoming.address.conversation_id) <= 255
        assert Address.of(incoming.address.conversation_id) is not None
        assert all(isinstance(key, str) for key in incoming.keys)
    if isinstance(incoming, Pressed):
        content = frozen(incoming.message, incoming.title)
        assert not content or json.dumps(content)


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


BODIES = (
    st.binary(max_size=200)
    | ANY.map(as_bytes)
    | EVENTS.map(as_bytes)
    | PRESSES.map(lambda body: b"payload=" + quote_from_bytes(as_bytes(body)).encode())
    | st.binary(max_size=60).map(lambda raw: b"payload=" + raw)
    | st.binary(max_size=60).map(lambda raw: b"{" + raw)
)
FORM = "application/x-www-form-urlencoded"
KINDS = st.sampled_from(["application/json", "application/json; charset=utf-8", FORM, "", "x"])
HEADER = st.text(st.characters(max_codepoint=255), max_size=30)


@many
@given(BODIES, KINDS, st.none() | HEADER, st.none() | HEADER | st.just(str(int(time.time()))))
def test_any_request_is_taken_or_refused(body: bytes, kind: str, signature: str | None, timestamp: str | None) -> None:
    try:
        headers = {name.lower(): value for name, value in signed(body).items()} | {"content-type": kind}
        expected: tuple[int | None, ...] = (None, 400)
    except UnicodeDecodeError:  # Slack signs text
        headers, expected = {"content-type": kind}, (401,)
    assert refusal(body, headers, SETTINGS) in expected
    forged = {"x-slack-signature": signature, "x-slack-request-timestamp": timestamp}
    bad = headers | {name: value for name, value in forged.items() if value is not None}
    if bad != headers:
        assert refusal(body, bad, SETTINGS) == 401


@many
@given(MARKUP | st.text(max_size=300))
def test_any_text_becomes_mrkdwn_without_markup_of_its_own(text: str) -> None:
    mrkdwn = to_mrkdwn(text)
    rest = mrkdwn
    for mark in ("&amp;", "&lt;", "&gt;"):
        rest = rest.replace(mark, "")
    assert "&" not in rest
    opened = [part.split(">")[0] for part in rest.split("<")[1:]]
    assert all(part.startswith(("https://", "http://", "mailto:")) for part in opened)  # no mention, no call to all
    assert rest.count("<") == rest.count(">")
    limit = max(60, *map(len, re.findall("<[^>]*>", mrkdwn)), 0)
    pieces = split(mrkdwn, limit)
    assert all(0 < len(piece) <= limit and piece.count("<") == piece.count(">") for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(mrkdwn.split())


@many
@given(MARKUP | st.text(max_size=300))
def test_any_text_of_a_person_is_read(text: str) -> None:
    assert "<@UBOT>" not in from_mrkdwn(f"<@UBOT> {text}", "UBOT").replace(text, "")
    assert isinstance(from_mrkdwn(text, "UBOT"), str)


BUTTON = st.fixed_dictionaries(
    {"title": st.text(max_size=100) | MARKUP}, optional={"payload": st.text(max_size=300), "url": st.text(max_size=50)}
)


@many
@given(st.text(max_size=200) | MARKUP, st.lists(BUTTON, max_size=6), st.integers(0, 40))
def test_any_response_is_a_message_that_slack_takes(text: str, buttons: list[dict[str, Any]], more: int) -> None:
    choices = buttons + [{"title": f"{n}", "payload": "/x"} for n in range(more)]
    message = from_response({"text": text, "buttons": choices})
    if message:
        assert faults_of_blocks(message["blocks"]) == [] and message["text"]
        after = frozen(message, "chosen")
        assert not after or faults_of_blocks(after["blocks"]) == []
