"""⑤ Diagnosis: a name is looked at once a minute, a user and all users so many times a minute.

In Redis when REDIS_URL is set, so that replicas share it; in this process otherwise. Redis trouble is no reason not to
answer: this process then counts alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

import redis.asyncio
from redis.exceptions import RedisError

from actions.diagnosis.report import Report

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds
_REDIS_SECONDS = 0.5  # longest wait for Redis


class Store(Protocol):
    """Small values that expire after WINDOW."""

    async def get(self, key: str) -> str | None: ...
    async def put(self, key: str, value: str) -> None: ...
    async def count(self, key: str) -> int: ...


@dataclass
class MemoryStore:
    """In this process; holds what was written within the last WINDOW."""

    _held: dict[str, tuple[float, str]] = field(default_factory=dict)

    async def get(self, key: str) -> str | None:
        ends, value = self._held.get(key, (0.0, ""))
        return value if ends > time.monotonic() else None

    async def put(self, key: str, value: str) -> None:
        now = time.monotonic()
        self._held = {k: held for k, held in self._held.items() if held[0] > now}
        self._held[key] = (now + WINDOW, value)

    async def count(self, key: str) -> int:
        ends, _ = self._held.get(key, (0.0, ""))
        number = int(await self.get(key) or 0) + 1
        await self.put(key, str(number))
        if number > 1:  # the window began with the first
            self._held[key] = (ends, str(number))
        return number


class RedisStore:
    """In Redis; keys begin with icp:diagnosis:."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.asyncio.from_url(
            url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS, decode_responses=True
        )

    async def get(self, key: str) -> str | None:
        value = await self._redis.get(_named(key))
        return None if value is None else str(value)

    async def put(self, key: str, value: str) -> None:
        await self._redis.set(_named(key), value, ex=WINDOW)

    async def count(self, key: str) -> int:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(_named(key), 0, ex=WINDOW, nx=True)
            pipe.incr(_named(key))
            return int((await pipe.execute())[1])


def _named(key: str) -> str:
    return f"icp:diagnosis:{key}"


@dataclass
class Limits:
    """per_user, in_all: looks per WINDOW. redis_url: empty for this process alone."""

    per_user: int
    in_all: int
    redis_url: str = ""
    _memory: MemoryStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        self._shared: Store = RedisStore(self.redis_url) if self.redis_url else self._memory

    async def cached(self, domain: str) -> Report | None:
        """The report of the last minute."""
        stored = await self._do("get", f"report:{domain}")
        try:
            return Report.from_dict(json.loads(stored)) if stored else None
        except (ValueError, TypeError):  # of another version
            return None

    async def keep(self, domain: str, report: Report) -> None:
        """Answer with this for a minute."""
        await self._do("put", f"report:{domain}", json.dumps(report.as_dict()))

    async def first(self, domain: str) -> bool:
        """True for one caller a minute, which then makes the look; the others wait for its report."""
        return int(await self._do("count", f"claim:{domain}")) == 1

    async def admits(self, user: str) -> bool:
        """Count a look for this user and for all; False when it is one too many."""
        known_as = hashlib.sha256(user.encode()).hexdigest()[:32]  # no user names in a shared store
        if int(await self._do("count", f"user:{known_as}")) > self.per_user:
            return False
        return int(await self._do("count", "all")) <= self.in_all

    async def _do(self, what: str, *args: str) -> Any:
        try:
            return await getattr(self._shared, what)(*args)
        except (RedisError, OSError) as error:
            logger.warning("limits of the domain check are counted in this process alone: Redis: %s", error)
            return await getattr(self._memory, what)(*args)
