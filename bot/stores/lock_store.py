"""Between ② gate and ④ dialogue: one message at a time per conversation, in the order in which they came.

Rasa's ticket lock with two changes: who waits looks every 50 ms instead of every second, and on Redis each change of a
lock is one transaction. Rasa's own Redis store reads, changes and writes in three steps, so two replicas can draw the
same ticket, or one deletes the lock in which the other has just drawn one.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import redis
from rasa.core.lock import NO_TICKET_ISSUED, TicketLock
from rasa.core.lock_store import (
    DEFAULT_SOCKET_TIMEOUT_IN_SECONDS,
    LOCK_LIFETIME,
    InMemoryLockStore,
    LockError,
    LockStore,
    RedisLockStore,
)
from rasa.shared.exceptions import ConnectionException
from rasa.utils.endpoints import EndpointConfig

from bot.settings import load

WAIT_SECONDS = 0.05

T = TypeVar("T")


class FreshTicketLock(TicketLock):
    """Never gives a number twice: a turn that outlived its ticket would else give back the ticket of somebody else."""

    def is_locked(self, ticket_number: int) -> bool:
        """Whether somebody else is served. LockError: the ticket expired while waiting (Rasa would wait for ever)."""
        if self._ticket_for_ticket_number(ticket_number) is None:
            raise LockError(f"Waited too long for the conversation '{self.conversation_id}': the ticket has expired.")
        return super().is_locked(ticket_number)

    @property
    def last_issued(self) -> int:
        """The number of the ticket drawn last; with no ticket left the time stands in, so numbers go on rising."""
        last = super().last_issued
        return last if last != NO_TICKET_ISSUED else time.time_ns() // 1000


class MemoryLocks(InMemoryLockStore):
    """Rasa's locks of one process."""

    @staticmethod
    def create_lock(conversation_id: str) -> TicketLock:
        """A lock nobody has a ticket for yet."""
        return FreshTicketLock(conversation_id)


class RedisLocks(RedisLockStore):
    """Rasa's locks in Redis, each change made by WATCH and MULTI: tried again when another replica was faster."""

    def __init__(self, url: str, key_prefix: str | None = None) -> None:
        """Connect to `url`; ConnectionException when nobody answers there."""
        super().__init__(key_prefix=key_prefix)
        self.red = redis.Redis.from_url(url, socket_timeout=DEFAULT_SOCKET_TIMEOUT_IN_SECONDS)
        try:
            self.red.ping()
        except redis.RedisError as error:
            # The address may hold a password, the error does not.
            raise ConnectionException(f"Redis (REDIS_URL) does not answer: {error}") from error

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """The lock as it is now, None when nobody holds or waits."""
        stored: Any = self.red.get(self.key_prefix + conversation_id)
        return FreshTicketLock.from_dict(json.loads(stored)) if stored else None

    def issue_ticket(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME) -> int:
        """Draw the next ticket. LockError: Redis does not answer."""
        try:
            return self._change(conversation_id, lambda lock: lock.issue_ticket(lock_lifetime))
        except redis.RedisError as error:
            raise LockError(f"Error while acquiring lock. Error:\n{error}") from error

    def update_lock(self, conversation_id: str) -> None:
        """Nothing to do while waiting: a reader leaves out expired tickets, the key expires with the last."""

    def finish_serving(self, conversation_id: str, ticket_number: int) -> None:
        """Give the ticket back; the next one is served."""
        self._change(conversation_id, lambda lock: lock.remove_ticket_for(ticket_number))

    def cleanup(self, conversation_id: str, ticket_number: int) -> None:
        """Give the ticket back, and the lock with it when nobody waits."""
        self.finish_serving(conversation_id, ticket_number)

    def _change(self, conversation_id: str, change: Callable[[TicketLock], T]) -> T:
        key = self.key_prefix + conversation_id

        def step(pipe: Any) -> T:
            stored = pipe.get(key)
            known = {"conversation_id": conversation_id, "tickets": []}
            lock = FreshTicketLock.from_dict(json.loads(stored) if stored else known)
            result = change(lock)
            lock.remove_expired_tickets()
            pipe.multi()
            if lock.tickets:
                seconds = max(ticket.expires for ticket in lock.tickets) - time.time()
                pipe.set(key, lock.dumps(), px=max(int(seconds * 1000), 0) + 1)
            else:
                pipe.delete(key)
            return result

        changed: T = self.red.transaction(step, key, value_from_callable=True)  # type: ignore[assignment]
        return changed


class PromptLockStore(LockStore):
    """The lock store of endpoints.yml: in Redis, shared by replicas, when REDIS_URL is set, else in this process."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Rasa gives the entry of endpoints.yml: `url` (before REDIS_URL), `key_prefix` (letters and digits).

        ConnectionException: Redis is set but does not answer.
        """
        given = endpoint_config.kwargs if endpoint_config else {}
        url = (endpoint_config.url if endpoint_config else None) or load().redis_url
        self.locks: LockStore = RedisLocks(url, given.get("key_prefix")) if url else MemoryLocks()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = WAIT_SECONDS
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait for the conversation and hold it, at most `lock_lifetime` seconds from now.

        LockError: the lifetime ran out while waiting, or Redis does not answer.
        """
        async with self.locks.lock(conversation_id, lock_lifetime, wait_time_in_seconds) as lock:
            yield lock

    def get_lock(self, conversation_id: str) -> TicketLock | None:
        """The lock of the conversation, None when nobody holds or waits."""
        return self.locks.get_lock(conversation_id)

    def save_lock(self, lock: TicketLock) -> None:
        """Overwrite the lock of the conversation."""
        self.locks.save_lock(lock)

    def delete_lock(self, conversation_id: str) -> None:
        """Forget the lock of the conversation, whoever waits for it."""
        self.locks.delete_lock(conversation_id)

    def issue_ticket(self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME) -> int:
        """Draw the next ticket."""
        return self.locks.issue_ticket(conversation_id, lock_lifetime)

    def update_lock(self, conversation_id: str) -> None:
        """Leave out expired tickets."""
        self.locks.update_lock(conversation_id)

    def finish_serving(self, conversation_id: str, ticket_number: int) -> None:
        """Give a ticket back."""
        self.locks.finish_serving(conversation_id, ticket_number)

    def cleanup(self, conversation_id: str, ticket_number: int) -> None:
        """Give a ticket back, and the lock with it when nobody waits."""
        self.locks.cleanup(conversation_id, ticket_number)
