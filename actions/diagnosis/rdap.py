"""⑤ Diagnosis, step 3a: the registry's record by RDAP (RFC 9083). Which registry serves a suffix is whoisit's work."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from whoisit.bootstrap import BaseBootstrap
from whoisit.errors import WhoisItError
from whoisit.query import QueryBuilder

from actions.diagnosis.budget import Budget
from actions.diagnosis.fetch import FetchError, get
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus, from_rdap
from actions.diagnosis.safety import READ_LIMIT, Guard

BOOTSTRAP_LIMIT = 1024 * 1024  # bytes; IANA's list has some 50 kB
BOOTSTRAP_AGE = 7 * 24 * 3600.0  # seconds; it changes a few times a month
RETRY_AFTER = 60.0  # seconds until a list that could not be loaded is tried again
_NOT_USED: dict[str, Any] = {"services": [[[], []]]}  # lists of IP addresses and AS numbers, which whoisit insists on
_OF_STATUS = {0: RegistryStatus.TIMEOUT, 404: RegistryStatus.NOT_REGISTERED, 429: RegistryStatus.RATE_LIMITED}


@dataclass
class Rdap:
    """Client with its own copy of IANA's list, in memory and in `cache` (a file), which outlives the process."""

    bootstrap_url: str
    cache: Path | None = None
    guard: Guard = field(default_factory=Guard)
    _builder: QueryBuilder | None = None
    _next_load: float = 0.0
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _paused: dict[str, float] = field(default_factory=dict)  # host → until when it wants no questions

    async def ask(self, domain: str, budget: Budget) -> RegistryResult:
        """The registry's record of a registrable name (A-labels). Never raises for what the net does."""
        url = await self._url(domain, budget)
        if not url:
            return RegistryResult(RegistryStatus.NO_SERVICE)
        host = urlsplit(url).netloc
        if self._paused.get(host, 0.0) > time.monotonic():
            return RegistryResult(RegistryStatus.RATE_LIMITED, source="rdap")
        try:
            return from_rdap(json.loads(await get(url, READ_LIMIT, budget, self.guard)))
        except FetchError as error:
            if error.status == 429:
                self._paused[host] = time.monotonic() + error.pause
            status = _OF_STATUS.get(error.status, RegistryStatus.UNAVAILABLE)
        except (ValueError, RecursionError):  # no JSON
            status = RegistryStatus.UNAVAILABLE
        return RegistryResult(status, source="rdap")

    async def _url(self, domain: str, budget: Budget) -> str:
        """Address of the record; empty when the suffix has no RDAP service or the list could not be had."""
        async with self._loading:
            if time.monotonic() >= self._next_load:
                await self._load(budget)
        try:
            return str(self._builder.build("domain", domain)[1]) if self._builder else ""
        except WhoisItError:
            return ""

    async def _load(self, budget: Budget) -> None:
        """The list from the file when it is young, else from IANA; an old one is better than none."""
        stored = self._stored()
        young = time.time() - stored.get("timestamp", 0) < BOOTSTRAP_AGE
        self._next_load = time.monotonic() + (BOOTSTRAP_AGE if young else RETRY_AFTER)
        if stored:
            self._builder = built(stored, self.bootstrap_url)
        if not young:
            try:
                fresh = json.loads(await get(self.bootstrap_url, BOOTSTRAP_LIMIT, budget.part(0.5), self.guard))
                stored = {"timestamp": int(time.time()), "dns": fresh}
                self._builder = built(stored, self.bootstrap_url)
                self._next_load = time.monotonic() + BOOTSTRAP_AGE
                self._store(stored)
            except (FetchError, OSError, ValueError):
                pass  # without a list there is WHOIS, and this is tried again after RETRY_AFTER

    def _stored(self) -> dict[str, Any]:
        try:
            stored = json.loads(self.cache.read_text("utf-8")) if self.cache else {}
            if stored:
                built(stored, self.bootstrap_url)
            return dict(stored)
        except (OSError, ValueError):
            return {}

    def _store(self, stored: dict[str, Any]) -> None:
        if self.cache:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            part = self.cache.with_suffix(".part")
            part.write_text(json.dumps(stored), "utf-8")
            part.replace(self.cache)


def built(stored: dict[str, Any], url: str) -> QueryBuilder:
    """Look-ups in a list {"timestamp": s, "dns": RFC 9224 object}. ValueError when it has another form."""
    whole = {**dict.fromkeys(("asn", "ipv4", "ipv6", "object"), _NOT_USED), **stored}
    bootstrap = BaseBootstrap()
    plain = url.startswith("http:")  # tests only: the setting must be https
    try:
        bootstrap.load_bootstrap_data(whole, overrides=True, allow_insecure=plain, from_json=False)
    except (AttributeError, TypeError, ValueError, WhoisItError) as error:
        raise ValueError("not an RDAP bootstrap list") from error
    return QueryBuilder(bootstrap)
