"""⑤ Diagnosis: one look at a name. DNS and registry at the same time, then the servers; all within one budget."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from actions.diagnosis import dns
from actions.diagnosis.budget import Budget
from actions.diagnosis.dns import DnsResult
from actions.diagnosis.evidence import Evidence
from actions.diagnosis.names import NameCheck
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.reach import Prober, ReachResult
from actions.diagnosis.registry import Registry, parse_whois_servers
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus
from actions.diagnosis.resolvers import Resolver, parse_resolvers
from actions.diagnosis.safety import Guard
from actions.diagnosis.web import new_tls
from bot.settings import ROOT, Settings

DNS_SHARE = 0.4  # of the budget; the servers get what is left
LAST_MOMENT = 0.1  # seconds kept for putting the result together


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.timezone.utc).date()


@dataclass(frozen=True)
class Tools:
    """What a look is made with. Everything but `from_settings` is for tests, which bring their own servers."""

    resolvers: tuple[Resolver, ...]
    registry: Registry
    seconds: float = 5.0
    guard: Guard = field(default_factory=Guard)
    tls: ssl.SSLContext = field(default_factory=lru_cache(new_tls))
    privileged_ping: bool = False
    today: Callable[[], datetime.date] = _today

    @classmethod
    def from_settings(cls, settings: Settings) -> Tools:
        """The real ones: public addresses only."""
        rdap = Rdap(settings.rdap_bootstrap_url, ROOT / "var" / "rdap-bootstrap.json")
        registry = Registry(rdap, parse_whois_servers(settings.whois_servers))
        return cls(parse_resolvers(settings.dns_resolvers), registry, float(settings.diagnosis_budget_seconds))


async def look(name: NameCheck, tools: Tools, seconds: float | None = None) -> Evidence:
    """Everything that can be seen of a usable name within the budget (or so many seconds, when part of it is used up);
    what is late is marked as such. Never raises for what the net does."""
    budget = Budget(max(0.0, (tools.seconds if seconds is None else seconds) - LAST_MOMENT))
    late = RegistryResult(RegistryStatus.TIMEOUT)
    registry = asyncio.ensure_future(budget.within(tools.registry.ask(name, budget), late))
    try:
        seen = await _dns(name, tools, budget)
        reach = await _reach(seen, tools, budget)
        return Evidence(name, seen, await registry, reach, tools.today())
    finally:
        registry.cancel()


async def _dns(name: NameCheck, tools: Tools, budget: Budget) -> DnsResult:
    part = budget.part(DNS_SHARE)
    # A resolver answers within its part or is a time-out; the outer limit only guards against surprises.
    return await budget.within(dns.look_up(name, tools.resolvers, part), dns.nothing(name))


async def _reach(seen: DnsResult, tools: Tools, budget: Budget) -> ReachResult:
    host = seen.host.host
    if not seen.host.addresses:
        return ReachResult(host)

    async def resolve(target: str) -> Sequence[str]:
        known = {each.host: each.addresses for each in (seen.host, seen.apex, seen.www)}
        return known.get(target) or (await dns.resolve(target, tools.resolvers, budget.part(0.5))).addresses

    prober = Prober(tools.guard, tools.tls, resolve, tools.privileged_ping)
    return await budget.within(prober.probe(host, seen.host.addresses, budget), ReachResult(host, finished=False))
