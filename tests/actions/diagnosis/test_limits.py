"""One look a minute for a name, so many for a user and for all; in this process and in Redis."""

from __future__ import annotations

import uuid

import pytest
import redis
from conftest import reachable_redis
from diagnosis_lab import run
from diagnosis_lab.scenarios import evidence

from actions.diagnosis.limits import Limits, MemoryStore
from actions.diagnosis.report import report

MADE = report(evidence(), 0.5)


@pytest.fixture(params=["memory", "redis", "redis that is down"])
def url(request: pytest.FixtureRequest) -> str:
    return {"memory": lambda: "", "redis": reachable_redis, "redis that is down": lambda: "redis://127.0.0.1:1/0"}[
        request.param
    ]()


def test_a_report_is_kept_and_a_name_has_one_first_caller(url: str) -> None:
    name, other = f"{uuid.uuid4().hex}.com", f"{uuid.uuid4().hex}.com"

    async def steps() -> None:
        limits = Limits(5, 1_000_000, url)
        assert await limits.cached(name) is None
        assert [await limits.first(name), await limits.first(name), await limits.first(other)] == [True, False, True]
        await limits.keep(name, MADE)
        assert await limits.cached(name) == MADE and await limits.cached(other) is None

    run(steps())


def test_a_user_has_so_many_looks(url: str) -> None:
    user, other = uuid.uuid4().hex, uuid.uuid4().hex

    async def steps() -> list[bool]:
        limits = Limits(2, 1_000_000, url)
        return [await limits.admits(who) for who in (user, user, user, other)]

    assert run(steps()) == [True, True, False, True]


def test_all_users_have_so_many_looks() -> None:
    async def steps() -> list[bool]:
        limits = Limits(5, 3)
        return [await limits.admits(f"user{number}") for number in range(5)]

    assert run(steps()) == [True, True, True, False, False]


def test_replicas_share_what_redis_holds() -> None:
    url, name = reachable_redis(), f"{uuid.uuid4().hex}.com"

    async def steps() -> tuple[bool, bool]:
        one, two = Limits(5, 1_000_000, url), Limits(5, 1_000_000, url)
        firsts = await one.first(name), await two.first(name)
        await one.keep(name, MADE)
        assert await two.cached(name) == MADE
        return firsts

    assert run(steps()) == (True, False)
    client = redis.Redis.from_url(url)
    assert 0 < client.ttl(f"icp:diagnosis:report:{name}") <= 60 and 0 < client.ttl(f"icp:diagnosis:claim:{name}") <= 60


def test_what_is_held_in_the_process_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("actions.diagnosis.limits.time.monotonic", lambda: now[0])
    store = MemoryStore()
    assert [run(store.count("a")), run(store.count("a"))] == [1, 2]
    run(store.put("b", "x"))
    now[0] += 59
    assert run(store.count("a")) == 3  # the window began with the first
    now[0] += 2
    assert run(store.count("a")) == 1 and run(store.get("b")) is None
    run(store.put("c", "y"))
    assert set(store._held) == {"a", "c"}


def test_a_report_of_another_version_is_not_used() -> None:
    limits = Limits(5, 5)
    run(limits._memory.put("report:x.com", '{"colour": "red"}'))
    assert run(limits.cached("x.com")) is None
