"""For the channel tests: an agent without a model, with the project's real words and a real tracker store."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import yaml
from conftest import ROOT
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.nlg import AssistantNLG
from bot.settings import Settings


@pytest.fixture
def agent() -> SimpleNamespace:
    """What the gate uses of Rasa's agent."""
    words = yaml.safe_load((ROOT / "data" / "responses.yml").read_text(encoding="utf-8"))["responses"]
    language = {
        "type": "text",
        "initial_value": "en",
        "influence_conversation": False,
        "mappings": [{"type": "custom"}],
    }
    domain = Domain.from_dict({"slots": {"language": language}, "responses": words})
    processor = SimpleNamespace(nlg=AssistantNLG(None, domain, Settings()), action_endpoint=None)
    store = InMemoryTrackerStore(domain)
    return SimpleNamespace(domain=domain, processor=processor, tracker_store=store, action_endpoint=None)
