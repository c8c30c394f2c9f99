"""⑤ Diagnosis: the time that one look at a domain may take, shared by its steps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Budget:
    """Seconds until a point in time; steps take what is left or a part of it."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.ends = self.started + seconds

    @property
    def left(self) -> float:
        """Seconds left, 0 when it is used up."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def used(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.started

    def part(self, share: float) -> Budget:
        """A budget of its own with this share (0 to 1) of what is left."""
        return Budget(self.left * share)

    async def within(self, work: Awaitable[T], otherwise: T) -> T:
        """The result of the work, or `otherwise` when the time is up (the work is then cancelled)."""
        try:
            return await asyncio.wait_for(work, self.left)
        except asyncio.TimeoutError:
            return otherwise
