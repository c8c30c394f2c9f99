"""What a client may send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import protocol

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(["id", "text", "payload", "locale", "before", "score", "comment", "helpful", "token", "after"])
SHAPED = st.dictionaries(FIELDS, ANYTHING, max_size=6)


def test_a_message_is_read() -> None:
    say = protocol.read_say({"id": "a-1", "text": " hi\x00 ", "payload": "/greet", "locale": "zh"})
    assert say == protocol.Say("a-1", "hi", "/greet", "zh")


@pytest.mark.parametrize(
    "data",
    [
        None,
        "hi",
        [],
        {},
        {"id": "a", "text": ""},
        {"id": "a", "text": "\u200b \x00"},
        {"id": "a", "text": 5},
        {"id": "a", "text": "x" * 20_001},
        {"id": "", "text": "x"},
        {"id": "a.1", "text": "x"},  # the bot's lines have such ids
        {"id": "a" * 65, "text": "x"},
        {"id": {"$ne": 1}, "text": "x"},
        {"id": "a", "text": "x", "payload": "greet"},
        {"id": "a", "text": "x", "payload": ["/greet"]},
    ],
)
def test_a_malformed_message_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        protocol.read_say(data)


@pytest.mark.parametrize("score", [0, 6, 2.5, True, "5"])
def test_a_score_is_one_to_five(score: Any) -> None:
    with pytest.raises(ValueError):
        protocol.read_rate({"id": "a", "score": score})
    assert protocol.read_rate({"id": "a", "score": None}).score is None


@given(ANYTHING | SHAPED)
def test_no_input_breaks_a_reader(data: Any) -> None:
    auth = protocol.read_auth(data)
    assert 0 <= auth["after"] < 2**53 and auth["locale"] in (None, "en", "zh")
    for read in (protocol.read_say, protocol.read_history, protocol.read_rate, protocol.read_vote):
        try:
            read(data)
        except ValueError:
            continue
