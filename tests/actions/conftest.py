"""For the action tests: what an action said in full words, and a fixed today."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Ran
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import AssistantNLG
from bot.settings import Settings

HOTLINE, TICKET_URL = "4009-100-100", "https://console.cloud.tencent.com/workorder/category"


@pytest.fixture(scope="session")
def nlg() -> AssistantNLG:
    """The real words of the project with the default contact facts."""
    return AssistantNLG(None, Domain.load([str(Path(ROOT, "domain.yml")), str(Path(ROOT, "data"))]), Settings())


@pytest.fixture
def words(nlg: AssistantNLG) -> Callable[..., list[dict[str, Any]]]:
    """The messages of one run ({"text", "buttons"}) as Rasa renders them for a conversation in `language`."""

    def render(ran: Ran, language: str = "en") -> list[dict[str, Any]]:
        tracker = DialogueStateTracker("test", [])
        tracker.current_slot_values = lambda: {"language": language}  # type: ignore[method-assign]
        messages = [dict(message) for message in ran.messages]
        uttered = asyncio.run(RemoteAction._utter_responses(messages, CollectingOutputChannel(), nlg, tracker))
        return [{"text": event.text, "buttons": event.data.get("buttons") or []} for event in uttered]

    return render


@pytest.fixture
def today_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Fixes today's date for the actions that ask for it."""

    def fix(day: str) -> None:
        for module in ("action_check_sync", "action_escalate"):
            monkeypatch.setattr(f"actions.{module}.today", lambda: datetime.date.fromisoformat(day))

    return fix
