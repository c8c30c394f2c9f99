"""Two misses in a row, as the tracker's events show them."""

from typing import Any

import pytest

from actions.lib.misses import missed_before

MISS, ESCALATED, ANSWER = "action_default_fallback", "action_escalate", "utter_greet"


def events(*turns: list[str]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [{"event": "action", "name": "action_session_start"}, {"event": "session_started"}]
    for actions in turns:
        listed += [{"event": "action", "name": "action_listen"}, {"event": "user", "text": "…"}, {"event": "slot"}]
        listed += [{"event": "action", "name": name} for name in actions]
    return listed


@pytest.mark.parametrize(
    ("turns", "missed"),
    [
        ([], False),
        ([[]], False),
        ([[MISS]], False),
        ([[MISS], []], True),
        ([["resolution_fails_form", MISS, "resolution_fails_form"], []], True),
        ([[MISS], [ANSWER], []], False),
        ([[ANSWER], []], False),
        ([[MISS], [MISS, ESCALATED], []], False),
        ([[MISS], [MISS, ESCALATED], [MISS], []], True),
    ],
    ids=[
        "no message yet",
        "first message",
        "only the message being answered",
        "the one before",
        "in a form",
        "understood since",
        "always understood",
        "a person was called",
        "again after a person was called",
    ],
)
def test_looks_at_the_turn_before(turns: list[list[str]], missed: bool) -> None:
    assert missed_before(events(*turns)) is missed
