"""All six topics in the browser, in both languages, with clicks and typing: conversations of tests/dialogues/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from browser.conftest import Chat
from conftest import ROOT

from bot.topics import TOPICS

FOR_EACH = 2  # conversations of a topic and language; all of them run over REST in test_dialogues.py


def conversations() -> list[Any]:
    chosen = []
    for topic in TOPICS:
        told = yaml.safe_load((ROOT / f"tests/dialogues/{topic}.yml").read_text("utf-8"))
        for lang in ("en", "zh"):
            mine = [(title, turns) for title, turns in told.items() if title.startswith(lang)]
            # those with buttons to press first: they show more of the widget
            mine.sort(key=lambda one: -sum("pushes" in turn for turn in one[1]))
            chosen += [pytest.param(lang, turns, id=f"{topic}: {title}") for title, turns in mine[:FOR_EACH]]
    return chosen


@pytest.mark.parametrize(("lang", "turns"), conversations())
def test_a_conversation(lang: str, turns: list[dict[str, Any]], chat: Callable[..., Chat]) -> None:
    shown = chat(lang)
    for turn in turns:
        said = shown.push(turn["pushes"]) if "pushes" in turn else shown.type(turn["user"])
        for words in turn["bot"]:
            assert squeezed(words) in squeezed(said), f"{turn}: {said}"
        for words in turn.get("not", []):
            assert squeezed(words) not in squeezed(said), f"{turn}: {said}"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_topic_of_the_home_view_is_answered_in_its_language(lang: str, chat: Callable[..., Chat]) -> None:
    words = yaml.safe_load((ROOT / "data/responses.yml").read_text("utf-8"))["responses"]["utter_greet"]
    titles = [b["title"] for b in words[0 if lang == "en" else 1]["buttons"] if b["payload"] != "/ask_human"]
    assert len(titles) == 6
    for title in titles:
        said = chat(lang).push(title)
        assert any("\u4e00" <= character <= "\u9fff" for character in said) is (lang == "zh"), said


def squeezed(text: str) -> str:
    """Without what Markdown and line breaks add."""
    return "".join(character for character in text if not character.isspace() and character not in "*_[]")
