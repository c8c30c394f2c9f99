"""Rasa's own story test, end to end (`rasa test core --e2e`) on tests/stories/test_stories.yml."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import rasa.core.test
from conftest import ROOT
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

STORIES = ROOT / "tests" / "stories" / "test_stories.yml"
LEAST_STORIES = 8
FAILED = "failed_test_stories.yml"


@pytest.fixture(scope="module")
def agent() -> Agent:
    """The trained model; what it understands is brought into the form that stories can hold."""
    loaded = Agent.load(str(ROOT / "models" / "assistant.tar.gz"))
    understand = loaded.processor.parse_message

    async def parse(message: UserMessage, *args: Any, **kwargs: Any) -> dict[str, Any]:
        parsed = dict(await understand(message, *args, **kwargs))
        parsed["entities"] = [as_annotated(e, message.text) for e in parsed["entities"] if e["entity"] != "language"]
        return parsed

    loaded.processor.parse_message = parse
    return loaded


def as_annotated(entity: dict[str, Any], text: str) -> dict[str, Any]:
    """A date keeps only its words, tomorrow it is another day; facts but names are stated by the whole message."""
    if entity["entity"] == "date":
        return {**entity, "value": text[entity["start"] : entity["end"]]}
    return entity if entity["entity"] == "domain" else {**entity, "start": 0, "end": len(text)}


def run(agent: Agent, stories: Path, output: Path) -> tuple[dict[str, Any], str]:
    """(total and correct conversations, the failed ones as Rasa writes them)."""
    test = rasa.core.test.test(str(stories), agent, out_directory=str(output), e2e=True, disable_plotting=True)
    report = asyncio.run(test)["report"]
    return report["conversation_accuracy"], (output / FAILED).read_text(encoding="utf-8")


def test_every_story_goes_as_written(agent: Agent, tmp_path: Path) -> None:
    counted, failed = run(agent, STORIES, tmp_path)
    assert counted["correct"] == counted["total"] >= LEAST_STORIES, failed


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("intent: change_server_system", "intent: switch_to_hong_kong"),
        ("- action: utter_bot_challenge", "- action: utter_greet"),
        ("(domain)", ""),
    ],
    ids=["intent", "action", "fact"],
)
def test_a_wrong_story_would_be_found(right: str, wrong: str, agent: Agent, tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.yml"
    planted.write_text(STORIES.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    counted, _ = run(agent, planted, tmp_path)
    assert counted["correct"] == counted["total"] - 1
