"""⑤ Diagnosis, step 3: is the name registered, held, expired? RDAP first, WHOIS (RFC 3912) where RDAP has nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.diagnosis.budget import Budget
from actions.diagnosis.names import NameCheck
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus, from_whois
from actions.diagnosis.safety import READ_LIMIT, Guard

WHOIS_PORT = 43
RDAP_SHARE = 0.6  # of the time; the rest is for WHOIS when RDAP does not answer
ANY = "*"


def parse_whois_servers(setting: str) -> dict[str, tuple[str, int]]:
    """WHOIS_SERVERS ("cn=whois.cnnic.cn,*=whois.iana.org:43") as suffix → (host, port); `*` knows the others."""
    servers = {}
    for item in filter(None, (part.strip() for part in setting.split(","))):
        suffix, _, server = item.partition("=")
        host, _, port = server.partition(":")
        servers[suffix.strip().lower()] = (host, int(port or WHOIS_PORT))
    return servers


@dataclass
class Registry:
    """Both ways to a registry. whois_servers: see parse_whois_servers."""

    rdap: Rdap
    whois_servers: Mapping[str, tuple[str, int]]
    guard: Guard = field(default_factory=Guard)

    async def ask(self, name: NameCheck, budget: Budget) -> RegistryResult:
        """The record of the registrable name. Never raises for what the net or the registry does."""
        rdap_time = budget.part(RDAP_SHARE)
        late = RegistryResult(RegistryStatus.TIMEOUT, source="rdap")
        by_rdap = await rdap_time.within(self.rdap.ask(name.registrable, rdap_time), late)
        if by_rdap.looked:
            return by_rdap
        late = RegistryResult(RegistryStatus.TIMEOUT, source="whois")
        by_whois = await budget.within(self._whois(name), late)
        return by_whois if by_whois.looked or by_rdap.status is RegistryStatus.NO_SERVICE else by_rdap

    async def _whois(self, name: NameCheck) -> RegistryResult:
        try:
            server = self.whois_servers.get(name.top_level) or await self._referral(name.top_level)
            if not server:
                return RegistryResult(RegistryStatus.NO_SERVICE)
            return from_whois(await self._query(server, name.registrable))
        except (OSError, ValueError):
            return RegistryResult(RegistryStatus.UNAVAILABLE, source="whois")

    async def _referral(self, suffix: str) -> tuple[str, int] | None:
        if ANY not in self.whois_servers:
            return None
        text = await self._query(self.whois_servers[ANY], suffix)
        found = re.search(r"^(?:refer|whois):[ \t]*([a-z0-9.-]+)[ \t]*\r?$", text, re.IGNORECASE | re.MULTILINE)
        return (found[1], WHOIS_PORT) if found else None

    async def _query(self, server: tuple[str, int], question: str) -> str:
        """The server's text, at most 64 kB. OSError when there is none, also for a server that is not public."""
        infos = await asyncio.get_running_loop().getaddrinfo(*server, type=1)
        address = next((str(info[4][0]) for info in infos if self.guard.allows(str(info[4][0]))), None)
        if address is None:
            raise OSError(f"{server[0]} has no public address")
        reader, writer = await asyncio.open_connection(address, server[1])
        try:
            writer.write(question.encode("ascii") + b"\r\n")
            text = bytearray()
            while (part := await reader.read(4096)) and len(text) < READ_LIMIT:
                text += part
            return text[:READ_LIMIT].decode("utf-8", errors="replace")
        finally:
            writer.close()
