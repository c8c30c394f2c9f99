"""One action, one file: its stem, its class's name() and the domain agree; every reason and topic has its words."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action

import actions
from actions.lib.escalation import Reason
from actions.lib.phrases import Phrases
from bot.topics import TOPICS

STEMS = sorted(path.stem for path in Path(actions.__file__).parent.glob("*.py") if path.stem != "__init__")


def test_every_action_of_the_domain_has_its_file(domain: dict[str, Any]) -> None:
    assert sorted(name for name in domain["actions"] if name.startswith("action_")) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_a_file_holds_one_action_of_its_name(stem: str) -> None:
    module = importlib.import_module(f"actions.{stem}")
    own = [c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == module.__name__]
    assert [c().name() for c in own if issubclass(c, Action)] == [stem]


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_has_its_sentence(reason: Reason, language: str, domain: dict[str, Any]) -> None:
    said = Phrases(domain, language).text(f"utter_escalate__{reason.value}", notice_date="DAY", business_days=7)
    assert said and "{" not in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_greeting_offers_every_topic_and_a_person(language: str, domain: dict[str, Any]) -> None:
    payloads = [button["payload"] for button in Phrases(domain, language).buttons("utter_greet")]
    assert payloads == [*(f"/{topic}" for topic in TOPICS), "/ask_human"]
