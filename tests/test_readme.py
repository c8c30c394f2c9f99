"""The README tells the truth: its conversations are replayed, its paths and verbs exist, settings are documented."""

from __future__ import annotations

import re
import uuid
from dataclasses import fields
from typing import Any

import pytest
from conftest import ROOT, Assistant

from bot.settings import Settings
from bot.topics import TOPICS

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONVERSATIONS = re.findall(r"<!-- conversation: (\w+) -->\n```\n(.*?)```", README, flags=re.DOTALL)
INDENT = "     "


def shown(message: dict[str, Any]) -> str:
    """A message as the README prints it: text, then the buttons' titles on one line."""
    buttons = " ".join(f"[{button['title']}]" for button in message.get("buttons") or [])
    return "\n".join(filter(None, [message.get("text", ""), buttons]))


@pytest.mark.parametrize(("language", "conversation"), CONVERSATIONS)
def test_conversation_is_what_it_answers(language: str, conversation: str, assistant: Assistant) -> None:
    sender = uuid.uuid4().hex
    for turn in re.split(r"^you> ", conversation, flags=re.MULTILINE)[1:]:
        said, *expected = re.split(r"^bot> ", turn, flags=re.MULTILINE)
        answers = [shown(message) for message in assistant.say(said.strip(), sender)]
        assert answers == [re.sub(rf"^{INDENT}", "", text, flags=re.MULTILINE).strip() for text in expected]


def test_both_languages_are_shown() -> None:
    assert [language for language, _ in CONVERSATIONS] == ["en", "zh"]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:yml|md|toml))`", README))))
def test_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"(?:^|`)make ([a-z-]+)", README, flags=re.MULTILINE))))
def test_verb_exists(verb: str) -> None:
    assert re.search(rf"^{verb}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Settings)])
def test_setting_is_documented(name: str) -> None:
    assert re.search(rf"^#? ?{name}=", (ROOT / ".env.example").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("topic", TOPICS)
def test_topic_is_listed(topic: str) -> None:
    assert f"`{topic}`" in README and (ROOT / "data" / "faq" / f"{topic}.yml").exists()
