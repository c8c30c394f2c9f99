"""One message at a time per conversation, in order, in one process and on a Redis that replicas share."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.shared.exceptions import ConnectionException
from rasa.utils.endpoints import EndpointConfig

from bot.settings import Settings
from bot.stores import lock_store
from bot.stores.lock_store import FreshTicketLock, MemoryLocks, PromptLockStore, RedisLocks

TYPE = "bot.stores.lock_store.PromptLockStore"


@pytest.fixture(autouse=True)
def _no_redis_set(monkeypatch: Any) -> None:
    monkeypatch.setattr(lock_store, "load", lambda: Settings.from_env({}))


@pytest.fixture(name="redis_config")
def _redis_config(redis_place: Any) -> EndpointConfig:
    """The endpoints.yml entry for our part of Redis."""
    url, prefix = redis_place
    return EndpointConfig(url, type=TYPE, key_prefix=prefix)


@pytest.fixture(name="redis_locks")
def _redis_locks(redis_place: Any) -> RedisLocks:
    return RedisLocks(*redis_place)


@pytest.fixture(name="store", params=["memory", "redis"])
def _store(request: Any) -> LockStore:
    config = EndpointConfig(type=TYPE) if request.param == "memory" else request.getfixturevalue("redis_config")
    return LockStore.create(config)  # as Rasa makes it


def test_memory_is_the_default_and_redis_url_or_the_endpoint_choose_redis(redis_config: Any, monkeypatch: Any) -> None:
    assert isinstance(PromptLockStore().locks, MemoryLocks)
    assert isinstance(PromptLockStore(redis_config).locks, RedisLocks)
    monkeypatch.setattr(lock_store, "load", lambda: Settings.from_env({"REDIS_URL": redis_config.url}))
    assert isinstance(PromptLockStore(EndpointConfig(type=TYPE)).locks, RedisLocks)


def test_a_redis_that_does_not_answer_stops_the_start_with_a_sentence() -> None:
    with pytest.raises(ConnectionException, match=r"Redis \(REDIS_URL\) does not answer") as error:
        PromptLockStore(EndpointConfig("redis://:secret@127.0.0.1:1/0", type=TYPE))
    assert "secret" not in str(error.value)


def test_messages_of_one_conversation_are_answered_in_the_order_they_came(store: LockStore) -> None:
    log: list[str] = []

    async def message(number: int) -> None:
        async with store.lock("anna"):
            log.append(f"{number} begins")
            await asyncio.sleep(0)
            log.append(f"{number} ends")

    async def talk() -> None:
        await asyncio.gather(*(message(i) for i in range(4)))

    asyncio.run(talk())
    assert log == [f"{i} {what}" for i in range(4) for what in ("begins", "ends")]
    assert store.get_lock("anna") is None


def test_other_conversations_do_not_wait(store: LockStore) -> None:
    async def both() -> None:
        async with store.lock("anna"), store.lock("bob"):
            assert store.is_someone_waiting("anna") and store.is_someone_waiting("bob")

    asyncio.run(both())


def test_who_waits_looks_every_50_ms(store: LockStore, monkeypatch: Any) -> None:
    waits: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real(0)

    async def second() -> None:
        async with store.lock("anna"):
            pass

    async def talk() -> None:
        async with store.lock("anna"):
            waiting = asyncio.ensure_future(second())
            while len(waits) < 3:
                await real(0)
        await waiting

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(talk())
    assert set(waits) == {0.05}


def test_a_turn_that_fails_or_is_cancelled_gives_the_conversation_back(store: LockStore) -> None:
    async def fails() -> None:
        async with store.lock("anna"):
            raise RuntimeError("turn")

    async def talk() -> None:
        with pytest.raises(RuntimeError, match="turn"):
            await fails()
        async with store.lock("anna"):
            waiting = asyncio.ensure_future(fails())
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert store.get_lock("anna") is None

    asyncio.run(talk())


def test_a_hung_turn_holds_a_conversation_no_longer_than_its_lifetime(store: LockStore) -> None:
    async def talk() -> None:
        store.issue_ticket("anna", 0.1)  # a replica that died
        async with store.lock("anna") as lock:
            assert len(lock.tickets) == 1

    asyncio.run(talk())


def test_who_waits_longer_than_the_lifetime_gets_an_error_and_does_not_wait_for_ever(store: LockStore) -> None:
    async def late() -> None:
        async with store.lock("anna", lock_lifetime=0.1):
            pytest.fail("got a conversation that is held")

    async def talk() -> None:
        async with store.lock("anna"):
            with pytest.raises(LockError):
                await asyncio.wait_for(late(), timeout=30)

    asyncio.run(talk())


def test_a_turn_that_outlived_its_ticket_does_not_free_the_next_one(store: LockStore) -> None:
    expired = store.issue_ticket("anna", -1)
    current = store.issue_ticket("anna", 60)
    store.cleanup("anna", expired)
    lock = store.get_lock("anna")
    assert lock is not None and not lock.is_locked(current)


def test_ticket_numbers_rise_even_when_the_lock_was_forgotten_in_between() -> None:
    numbers = [FreshTicketLock("anna").issue_ticket(60), FreshTicketLock("anna").issue_ticket(60)]
    assert numbers[0] < numbers[1]


def test_two_replicas_never_draw_the_same_ticket(redis_config: Any, redis_locks: RedisLocks) -> None:
    theirs = PromptLockStore(redis_config)
    drawn: list[int] = []

    def while_they_draw_too(lock: Any) -> int:
        if not drawn:
            drawn.append(theirs.issue_ticket("anna"))
        return int(lock.issue_ticket(60))

    drawn.append(redis_locks._change("anna", while_they_draw_too))
    assert drawn[0] < drawn[1]
    lock = theirs.get_lock("anna")
    assert lock is not None and [t.number for t in lock.tickets] == drawn


def test_giving_back_does_not_delete_a_ticket_drawn_meanwhile(redis_config: Any, redis_locks: RedisLocks) -> None:
    theirs = PromptLockStore(redis_config)
    mine, drawn = redis_locks.issue_ticket("anna"), list[int]()

    def while_they_draw(lock: Any) -> None:
        if not drawn:
            drawn.append(theirs.issue_ticket("anna"))
        lock.remove_ticket_for(mine)

    redis_locks._change("anna", while_they_draw)
    lock = theirs.get_lock("anna")
    assert lock is not None and [t.number for t in lock.tickets] == drawn


def test_a_lock_in_redis_does_not_outlive_a_replica_that_died(redis_locks: RedisLocks) -> None:
    redis_locks.issue_ticket("anna", 60)
    assert 0 < redis_locks.red.pttl(redis_locks.key_prefix + "anna") <= 60_001


def test_replicas_with_many_messages_never_hold_a_conversation_at_once(redis_config: Any) -> None:
    held: dict[str, int] = {"anna": 0, "bob": 0}
    seen: list[int] = []

    async def message(store: LockStore, who: str) -> None:
        async with store.lock(who, wait_time_in_seconds=0.001):
            held[who] += 1
            seen.append(held[who])
            await asyncio.sleep(0.0005)
            held[who] -= 1

    async def replica() -> None:
        store = LockStore.create(redis_config)
        await asyncio.gather(*(message(store, who) for who in held for _ in range(25)))

    # Threads, as Redis is asked synchronously: tasks of one loop alone could never meet inside a change.
    replicas = [threading.Thread(target=lambda: asyncio.run(replica())) for _ in range(3)]
    for thread in replicas:
        thread.start()
    for thread in replicas:
        thread.join()
    assert seen == [1] * 150
