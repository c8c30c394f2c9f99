"""Whole conversations over HTTP with the started assistant: tests/dialogues/*.yml, user on one side, bot on the other.

A file holds conversations by title; a turn is `- user: what is typed` and `bot:` with the words that must be in the
answer (a list; `not:` words that must not be; `pushes:` presses the button with that title instead of typing).
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Assistant, spoken

from bot.topics import TOPICS

FOLDER = Path(__file__).parent / "dialogues"
CONVERSATIONS = [
    pytest.param(turns, id=f"{path.stem}: {title}")
    for path in sorted(FOLDER.glob("*.yml"))
    for title, turns in yaml.safe_load(path.read_text(encoding="utf-8")).items()
]


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], assistant: Assistant) -> None:
    sender, shown = uuid.uuid4().hex, {}
    for number, turn in enumerate(turns, start=1):
        typed = shown[turn["pushes"]] if "pushes" in turn else turn["user"]
        messages = assistant.say(typed, sender)
        answer = spoken(messages)
        shown |= {button["title"]: button["payload"] for message in messages for button in message.get("buttons") or []}
        for words in turn["bot"]:
            assert words in answer, f"turn {number} ({typed!r}): no {words!r} in\n{answer}"
        for words in turn.get("not", []):
            assert words not in answer, f"turn {number} ({typed!r}): {words!r} in\n{answer}"


def test_every_topic_has_conversations_in_both_languages() -> None:
    for topic in TOPICS:
        conversations = yaml.safe_load((FOLDER / f"{topic}.yml").read_text(encoding="utf-8"))
        languages = {title.split()[0] for title in conversations}
        assert languages == {"en", "zh"}, topic


def test_every_turn_expects_something() -> None:
    for parameters in CONVERSATIONS:
        assert all(turn["bot"] for turn in parameters.values[0]), parameters.id
