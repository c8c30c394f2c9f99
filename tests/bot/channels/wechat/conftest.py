"""For the WeChat tests: fakes, the channel alone, the databases, the whole assistant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from conftest import ROOT, new_schema
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from wechat_lab import Alone, Lab, Wechat, wechat_env

from bot.nlg import AssistantNLG
from bot.settings import Settings


@pytest.fixture
def lab() -> Iterator[Lab]:
    """Fresh fakes for one test."""
    one = Lab()
    yield one
    one.server.stop()


@pytest.fixture
def agent() -> SimpleNamespace:
    """What the channel uses of Rasa's agent, with the project's real words."""
    words: dict[str, Any] = {}
    for name in ("responses", "wechat"):
        words |= yaml.safe_load((ROOT / "data" / f"{name}.yml").read_text(encoding="utf-8"))["responses"]
    language = {"type": "text", "initial_value": "en", "influence_conversation": False}
    domain = Domain.from_dict(
        {"slots": {"language": {**language, "mappings": [{"type": "custom"}]}}, "responses": words}
    )
    processor = SimpleNamespace(nlg=AssistantNLG(None, domain, Settings()), action_endpoint=None)
    store = InMemoryTrackerStore(domain)
    return SimpleNamespace(domain=domain, processor=processor, tracker_store=store, action_endpoint=None)


@pytest.fixture
def alone(lab: Lab, agent: Any, tmp_path: Path) -> Iterator[Callable[..., Alone]]:
    """Makes an Official Account or customer service alone: `alone(OfficialAccountInput, answer, WECHAT_…="…")`."""
    started: list[Alone] = []

    def make(channel_class: Any, answer: Any, **env: str) -> Alone:
        base = {"DATABASE_URL": f"sqlite:///{tmp_path / 'alone.db'}", "WECHAT_ANSWER_SECONDS": "1"}
        settings = Settings.from_env({**wechat_env(lab.url), **base, **env})
        started.append(Alone(channel_class(settings), agent, answer))
        return started[-1]

    yield make
    for one in started:
        one.stop()


@pytest.fixture(name="engine", params=["sqlite", "postgresql"])
def _engine(request: Any, tmp_path: Path) -> Iterator[Any]:
    """A database of our own with the tables: an SQLite file, or a new schema in PostgreSQL."""
    from bot.channels.wechat.tables import connect

    if request.param == "sqlite":
        yield connect(f"sqlite:///{tmp_path / 'wechat.db'}")
        return
    with new_schema("wechat_test") as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def wechat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wechat]:
    """One started assistant for all tests that talk to it through WeChat."""
    started = Wechat(tmp_path_factory.mktemp("wechat"))
    yield started
    started.stop()
