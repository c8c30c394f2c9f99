"""⑤ How often in a row the assistant did not understand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_MISS, _ESCALATED = "action_default_fallback", "action_escalate"


def missed_before(events: Sequence[dict[str, Any]]) -> bool:
    """True when the user's previous message was not understood either (and did not lead to a person already).

    events: the tracker's events as dicts, oldest first; the last "user" event is the message being answered now.
    """
    turns = _actions_by_turn(events)
    previous = turns[-2] if len(turns) > 1 else []
    return _MISS in previous and _ESCALATED not in previous


def _actions_by_turn(events: Sequence[dict[str, Any]]) -> list[list[str]]:
    turns: list[list[str]] = []
    for event in events:
        if event["event"] == "user":
            turns.append([])
        elif event["event"] == "action" and turns:
            turns[-1].append(event["name"])
    return turns
