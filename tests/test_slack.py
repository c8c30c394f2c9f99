"""Slack with the started assistant and the fake Slack: whole conversations, repeats, trouble, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Assistant
from fake_slack import FakeSlack
from slack_people import SECRET, TEAM, TOKEN, Person, shown

from bot.topics import TOPICS

TEAM_2, TOKEN_2 = "T0000002", "xoxb-fake-2"
FOLDER = Path(__file__).parent / "dialogues"
CONVERSATIONS = [
    pytest.param(turns, id=f"{topic}: {title}")
    for topic in TOPICS
    for title, turns in yaml.safe_load((FOLDER / f"{topic}.yml").read_text(encoding="utf-8")).items()
]
QUESTION = "may we reinstall the filed machine with another OS?"
HONG_KONG = "would our record be struck off if the site were served from Hong Kong?"
HONG_KONG_ZH = "网站如果放到香港，备案会不会被撤掉"


class Office:
    """The assistant with its Slack, and where its files are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.slack = folder, FakeSlack({TOKEN: TEAM, TOKEN_2: TEAM_2})
        self.assistant = Assistant(
            folder,
            SLACK_BOT_TOKEN=f"{TOKEN},{TOKEN_2}",
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_API_URL=self.slack.api_url,
            NO_PROXY="127.0.0.1",
        )
        self.url = f"http://127.0.0.1:{self.assistant.port}/webhooks/slack/events"

    def person(self, channel: str = "", team: str = TEAM) -> Person:
        return Person(self.slack, self.url, self.folder / "assistant.db", channel, team)

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text()

    def stop(self) -> None:
        self.assistant.stop()
        self.slack.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    started = Office(tmp_path_factory.mktemp("slack"))
    yield started
    started.stop()


@pytest.fixture
def person(office: Office) -> Person:
    """Somebody new who writes to the bot directly."""
    return office.person()


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], person: Person) -> None:
    for number, turn in enumerate(turns, start=1):
        answer = shown(person.press(turn["pushes"]) if "pushes" in turn else person.say(turn["user"]))
        for words in turn["bot"]:
            assert words in answer, f"turn {number} ({turn}): no {words!r} in\n{answer}"
        for words in turn.get("not", []):
            assert words not in answer, f"turn {number} ({turn}): {words!r} in\n{answer}"


def test_the_start_says_that_slack_is_on(office: Office) -> None:
    assert "channel slack: on" in office.log
