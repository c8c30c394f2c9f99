"""⑤ Diagnosis, its front door: a report for a name and a user, within limits, from the last minute if there is one."""

from __future__ import annotations

import asyncio
import functools
import logging
from dataclasses import dataclass, field

from actions.diagnosis.budget import Budget
from actions.diagnosis.diagnose import Tools, look
from actions.diagnosis.limits import Limits
from actions.diagnosis.names import NameCheck
from actions.diagnosis.report import NOT_LOOKED, Report, report
from bot.settings import load

logger = logging.getLogger(__name__)
AT_ONCE = 20  # looks at the same time in this process
_POLL = 0.1  # seconds between looks for another replica's report


@dataclass
class Service:
    """One for the process. enabled: False when the operator switched live checks off."""

    tools: Tools
    limits: Limits
    enabled: bool = True
    _running: dict[str, asyncio.Task[Report]] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def check(self, name: NameCheck, user: str) -> Report:
        """A report within the budget (and a moment), whatever happens; never raises. name: one that is OK."""
        if not self.enabled:
            return not_looked(name, "off")
        if known := await self.limits.cached(name.host):
            return known
        running = self._running.get(name.host)
        if running is None:
            if not await self.limits.admits(user):
                return not_looked(name, "limit")
            # No await between the look and the entry: two users who ask at once share one look.
            running = self._running.get(name.host) or asyncio.ensure_future(self._once(name))
            self._running[name.host] = running
            running.add_done_callback(lambda _: self._running.pop(name.host, None))
        return await asyncio.shield(running)

    async def _once(self, name: NameCheck) -> Report:
        try:
            if not await self.limits.first(name.host):
                return await self._of_other_replica(name)
            made = await self._look(name)
            await self.limits.keep(name.host, made)
        except Exception:  # the conversation goes on by hand, and the log has the reason
            logger.exception("the check of a domain failed")
            return not_looked(name, "error")
        logger.info("domain check: %s %s %s in %.2f s", made.rule, made.cause, made.confidence, made.seconds)
        return made

    async def _look(self, name: NameCheck) -> Report:
        """Only so many at a time, as all of them at once would all be late; the wait is part of the budget."""
        budget = Budget(self.tools.seconds)
        if not await budget.within(self._places.acquire(), False):
            return not_looked(name, "limit")
        try:
            return report(await look(name, self.tools, budget.left), budget.used)
        finally:
            self._places.release()

    async def _of_other_replica(self, name: NameCheck) -> Report:
        budget = Budget(self.tools.seconds)
        while budget.left:
            if known := await self.limits.cached(name.host):
                return known
            await asyncio.sleep(_POLL)
        return not_looked(name, "busy")


def not_looked(name: NameCheck, reason: str) -> Report:
    """A report that claims nothing. reason: see Report."""
    return Report(name.host, name.unicode, name.suffix, NOT_LOOKED, reason=reason, values={"domain": name.unicode})


@functools.lru_cache(maxsize=1)
def service() -> Service:
    """The process's own, from the settings."""
    settings = load()
    limits = Limits(settings.diagnosis_checks_per_user, settings.diagnosis_checks_per_minute, settings.redis_url)
    return Service(Tools.from_settings(settings), limits, settings.diagnosis_enabled == "on")
