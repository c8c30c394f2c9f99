"""For the store tests: realistic turns without a model, and the real databases they are kept in."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import redis
from conftest import new_schema, reachable_redis
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)

DOMAIN = """
version: "3.1"
intents: [greet, faq, inform, affirm, stop, nlu_fallback]
entities: [domain]
slots:
  domain: {type: text, mappings: [{type: from_entity, entity: domain}]}
  helped: {type: bool, mappings: [{type: custom}]}
  stage: {type: categorical, values: [new, checked, escalated], initial_value: new, mappings: [{type: custom}]}
  tried: {type: list, influence_conversation: false, mappings: [{type: custom}]}
  language: {type: any, initial_value: en, mappings: [{type: custom}]}
forms:
  domain_form: {required_slots: [domain, helped]}
  stage_form: {required_slots: [stage]}
responses:
  utter_faq: [{text: answer}]
  utter_ask: [{text: question}]
actions: [action_check]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""
VALUES: dict[str, list[Any]] = {
    "domain": ["a.com", "例子.cn", None],
    "helped": [True, False, None],
    "stage": ["new", "checked", "escalated", None],
    "tried": [["ping"], [], None],
    "language": ["zh", "en", None],
}
# fmt: off
KINDS = [
    "faq", "check", "form_start", "form_goes_on", "form_goes_on", "form_asked_between", "form_asked_and_left",
    "form_interrupted", "form_ends", "form_dropped", "reset", "fallback", "back", "undo", "pause", "pushed",
    "restart", "restart_only", "session",
]
# fmt: on


class Talk:
    """A conversation as Rasa would log it: each call of a turn gives the events of that turn."""

    KINDS = KINDS

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.form: str | None = None

    def begin(self) -> list[Event]:
        self.form = None
        return [act("action_session_start"), SessionStarted(), *self._slots(1), listen()]

    def turn(self, kind: str) -> list[Event]:
        return list(getattr(self, kind)())

    def turns(self, number: int, kinds: Sequence[str] = KINDS) -> Iterator[list[Event]]:
        yield self.begin()
        for _ in range(number):
            yield self.turn(self.random.choice(kinds))

    def _said(self, intent: str) -> list[Event]:
        text = f"{intent} {self.random.random()}"
        entities = [{"entity": "domain", "value": "a.com"}] if self.random.random() < 0.3 else []
        data = {"intent": {"name": intent, "confidence": 0.9}, "entities": entities, "text": text}
        channel = self.random.choice(["rest", "slack"])
        said = UserUttered(text, data["intent"], entities, data, input_channel=channel, message_id=text)
        return [said, *self._slots(self.random.choice([0, 0, 1])), DefinePrevUserUtteredFeaturization(False)]

    def _slots(self, number: int) -> list[Event]:
        names = self.random.sample(sorted(VALUES), number)
        return [SlotSet(name, self.random.choice(VALUES[name])) for name in names]

    def _utter(self, action: str = "utter_faq") -> list[Event]:
        return [act(action), BotUttered(f"{action} {self.random.random()}")]

    def _ask(self) -> list[Event]:
        return [SlotSet("requested_slot", self.random.choice(["domain", "helped"])), BotUttered("question")]

    def faq(self) -> list[Event]:
        return [*self._said("faq"), *self._utter(), listen()]

    def check(self) -> list[Event]:
        return [*self._said("inform"), act("action_check"), *self._slots(2), *self._utter(), listen()]

    def form_start(self) -> list[Event]:
        if self.form:
            return self.form_goes_on()
        self.form = self.random.choice(["domain_form", "stage_form"])
        return [*self._said("greet"), act(self.form), ActiveLoop(self.form), *self._ask(), listen()]

    def form_goes_on(self) -> list[Event]:
        if not self.form:
            return self.faq()
        return [*self._said("inform"), act(self.form), *self._slots(1), *self._ask(), listen()]

    def form_asked_between(self) -> list[Event]:
        if not self.form:
            return self.faq()
        answer = [ActionExecutionRejected(self.form), *self._utter(), act(self.form)]
        return [*self._said("faq"), *answer, *self._ask(), listen()]

    def form_asked_and_left(self) -> list[Event]:
        rejected = [ActionExecutionRejected(self.form)] if self.form else []
        return [*self._said("faq"), *rejected, *self._utter(), listen()]

    def form_interrupted(self) -> list[Event]:
        return [*self._said("faq"), LoopInterrupted(True), *self._utter(), listen()]

    def _form_closes(self) -> list[Event]:
        self.form = None
        return [ActiveLoop(None), SlotSet("requested_slot", None)]

    def form_ends(self) -> list[Event]:
        if not self.form:
            return self.faq()
        ran = [*self._said("inform"), act(self.form), *self._slots(1)]
        return [*ran, *self._form_closes(), *self._utter(), listen()]

    def form_dropped(self) -> list[Event]:
        if not self.form:
            return self.faq()
        left = [ActionExecutionRejected(self.form), act("action_deactivate_loop")]
        return [*self._said("stop"), *left, *self._form_closes(), *self._utter(), listen()]

    def reset(self) -> list[Event]:
        return [*self._said("stop"), act("action_check"), AllSlotsReset(), *self._slots(1), listen()]

    def fallback(self) -> list[Event]:
        return [*self._said("nlu_fallback"), *self._utter("action_default_fallback"), UserUtteranceReverted(), listen()]

    def back(self) -> list[Event]:
        return [*self._said("stop"), act("action_back"), UserUtteranceReverted(), UserUtteranceReverted(), listen()]

    def undo(self) -> list[Event]:
        return [*self._said("stop"), act("action_check"), ActionReverted(), *self._utter(), listen()]

    def pause(self) -> list[Event]:
        return [self.random.choice([ConversationPaused, ConversationResumed])()]

    def pushed(self) -> list[Event]:
        """Appended through the HTTP API while nobody talks."""
        return [BotUttered("an agent's words"), *self._slots(1)]

    def restart(self) -> list[Event]:
        return [*self.restart_only()[:-1], act("action_session_start"), SessionStarted(), listen()]

    def restart_only(self) -> list[Event]:
        self.form = None
        return [*self._said("stop"), act("action_restart"), Restarted(), listen()]

    def session(self) -> list[Event]:
        return [*self.begin(), *self.faq()]


def act(name: str) -> Event:
    return ActionExecuted(name, policy="RulePolicy", confidence=1.0)


def listen() -> Event:
    return act("action_listen")


@pytest.fixture(name="talk")
def _talk() -> type[Talk]:
    return Talk


@pytest.fixture(name="domain", scope="session")
def _domain() -> Domain:
    return Domain.from_yaml(DOMAIN)


@pytest.fixture(name="database_url", params=["sqlite", "postgresql"])
def _database_url(request: Any, tmp_path: Any) -> Any:
    """A place of our own: an SQLite file in a folder that is not there yet, or a new schema in PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'var' / 'assistant.db'}"
        return
    with new_schema("tracker_test") as url:
        yield url


@pytest.fixture(name="redis_place")
def _redis_place() -> Any:
    """Address and key prefix of a part of Redis that is ours; emptied afterwards."""
    url = reachable_redis()
    client = redis.Redis.from_url(url)
    prefix = f"test{uuid.uuid4().hex}"
    yield url, prefix
    for key in client.scan_iter(f"{prefix}:*"):
        client.delete(key)
