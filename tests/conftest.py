"""What all tests share: the running assistant, trackers for action tests, the domain as the action server sees it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

pytest_plugins = ["diagnosis_lab"]  # real DNS, registry and web servers on loopback, for tests/actions/diagnosis

ROOT = Path(__file__).resolve().parent.parent
START_UP_SECONDS = 180


def missing(what: str) -> None:
    """Skip on a developer's machine, but never let CI pass without having tried."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


def reachable_redis() -> str:
    """The address of a Redis for tests."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        missing(f"no Redis at TEST_REDIS_URL ({url}): {error}")
    return url


@contextmanager
def new_schema(prefix: str) -> Iterator[str]:
    """The address of a new, empty schema in PostgreSQL, which is dropped afterwards."""
    server = os.environ.get(
        "TEST_POSTGRESQL_URL",
        "postgresql://icp_test:icp_test@127.0.0.1:5432/icp_test",  # made by make services
    )
    name = f"{prefix}_{uuid.uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        admin.execute(f"CREATE SCHEMA {name}")
    except sa.exc.OperationalError as error:
        missing(f"no PostgreSQL at TEST_POSTGRESQL_URL ({server}): {error}")
    ours = sa.engine.make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    yield ours.render_as_string(hide_password=False)
    admin.execute(f"DROP SCHEMA {name} CASCADE")
    admin.dispose()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Assistant:
    """The really started assistant: `python -m bot.serve` with its own ports and database."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port, self.action_port, self.folder = free_port(), free_port(), folder
        self.address = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.address}/webhooks/rest/webhook"
        self._settings = {
            "PORT": str(self.port),
            "ACTION_PORT": str(self.action_port),
            "DATABASE_URL": f"sqlite:///{folder / 'assistant.db'}",
            "CUDA_VISIBLE_DEVICES": "",
            "DIAGNOSIS_ENABLED": "off",  # conversations must not depend on the network
            **settings,
        }
        self.start()

    def start(self) -> None:
        self.output = open(self.folder / "serve.log", "a")  # noqa: SIM115  open as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.serve"],
            cwd=ROOT,
            env={**os.environ, **self._settings},
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        for _ in range(START_UP_SECONDS * 2):
            if self.process.poll() is not None:
                break
            if "ready: http" in (self.folder / "serve.log").read_text():
                return
            time.sleep(0.5)
        pytest.fail("the assistant did not start:\n" + (self.folder / "serve.log").read_text()[-2000:])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        self.output.close()
        (self.folder / "serve.log").unlink()

    def tracked(self, sender: str) -> list[str]:
        """The ids of the messages that Rasa's tracker holds of a conversation (SQLite only)."""
        with sqlite3.connect(self.folder / "assistant.db") as database:
            rows = database.execute("SELECT data FROM events WHERE sender_id = ? AND type_name = 'user'", (sender,))
            return [json.loads(data).get("message_id", "") for (data,) in rows]

    def post(self, body: Any) -> requests.Response:
        return requests.post(self.url, json=body, timeout=60)

    def say(self, text: str, sender: str) -> list[dict[str, Any]]:
        """The bot's messages to one message of a user."""
        answer = self.post({"sender": sender, "message": text})
        assert answer.status_code == 200, answer.text
        return list(answer.json())


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for all tests that talk to it; each conversation has its own sender."""
    started = Assistant(tmp_path_factory.mktemp("assistant"))
    yield started
    started.stop()


@pytest.fixture
def talk(assistant: Assistant) -> Callable[[str], str]:
    """Says something in a new conversation and returns everything the bot answers, buttons included."""
    sender = uuid.uuid4().hex

    def say(text: str) -> str:
        return spoken(assistant.say(text, sender))

    return say


def spoken(messages: list[dict[str, Any]]) -> str:
    """Texts and buttons of the bot's messages as one text, a button as `[title](payload)`."""
    parts = []
    for message in messages:
        parts.append(message.get("text", ""))
        parts += [f"[{button['title']}]({button['payload']})" for button in message.get("buttons") or []]
    return "\n".join(parts)


@functools.lru_cache(maxsize=1)
def _domain() -> dict[str, Any]:
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")]
    )
    return dict(importer.get_domain().as_dict())


@pytest.fixture(scope="session")
def domain() -> dict[str, Any]:
    """The domain with all responses, as Rasa sends it to an action."""
    return _domain()


def tracker(
    slots: dict[str, Any] | None = None,
    intent: str = "affirm",
    before: tuple[tuple[str, str], ...] = (),
    after: str = "action_listen",
    active_loop: str | None = None,
    entities: dict[str, str] | None = None,
    ranking: dict[str, float] | None = None,
) -> Tracker:
    """A tracker for an action: `before`: earlier turns as (intent, action); `after`: the action that ran just now."""
    events: list[dict[str, Any]] = []
    for earlier_intent, action in before:
        events.append({"event": "action", "name": "action_listen"})
        events.append({"event": "user", "parse_data": {"intent": {"name": earlier_intent}}})
        events.append({"event": "action", "name": action})
    message = {
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "intent_ranking": [{"name": name, "confidence": value} for name, value in (ranking or {}).items()],
    }
    events += [{"event": "action", "name": "action_listen"}, {"event": "user", "parse_data": message}]
    if after != "action_listen":
        events.append({"event": "action", "name": after})
    values = {"language": "en", **(slots or {})}
    return Tracker("test", values, message, events, False, None, {"name": active_loop} if active_loop else {}, after)


class Ran:
    """What one run of an action did: the responses it uttered, with their values, and the events it returned."""

    def __init__(self, action: Any, tracker: Tracker, domain: dict[str, Any]) -> None:
        dispatcher = CollectingDispatcher()
        done = action.run(dispatcher, tracker, domain)
        self.events = asyncio.run(done) if inspect.isawaitable(done) else done
        self.messages = dispatcher.messages
        self.responses = [message["response"] for message in dispatcher.messages]

    @property
    def slots(self) -> dict[str, Any]:
        """Slots that the action set."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def followup(self) -> str | None:
        """The action that must follow."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)
