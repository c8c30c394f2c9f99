"""⑤ Diagnosis, between the steps and the verdict: everything that was seen, and the questions the rules ask of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from actions.diagnosis.dns import Delegation, DnsResult
from actions.diagnosis.names import NameCheck
from actions.diagnosis.ping import Ping
from actions.diagnosis.reach import AddressReach, ReachResult, Redirect
from actions.diagnosis.registry_record import RegistryResult, RegistryStatus
from actions.diagnosis.resolvers import Answer
from actions.diagnosis.web import Tcp, Tls

HOLDS = frozenset({"serverhold", "clienthold"})
# Owners of names below these must be verified within so many days of registration (faq-source.md, question 1).
IDENTITY_SUFFIXES, IDENTITY_DAYS = frozenset({"com", "net"}), 5
_NO_ADDRESS = frozenset({Answer.NXDOMAIN, Answer.NO_DATA, Answer.CNAME_DANGLING})


@dataclass(frozen=True)
class Evidence:
    """Results of all steps of one look at a name, and the day on which it was made (UTC)."""

    name: NameCheck
    dns: DnsResult
    registry: RegistryResult
    reach: ReachResult
    today: datetime.date

    # --- registry
    def has(self, *codes: str) -> bool:
        """True when the registry lists one of these EPP codes."""
        return self.registry.status is RegistryStatus.REGISTERED and bool(self.registry.codes & set(codes))

    @property
    def held(self) -> bool:
        """The name is taken out of the DNS by registry or registrar."""
        return self.has(*HOLDS)

    @property
    def expired(self) -> bool:
        """The registry's date has passed."""
        return self.registry.expires is not None and self.registry.expires < self.today

    @property
    def identity_due(self) -> bool:
        """A .com or .net whose days for identity verification are over."""
        created = self.registry.created
        return (
            self.name.suffix in IDENTITY_SUFFIXES
            and created is not None
            and (self.today - created).days >= IDENTITY_DAYS
        )

    # --- DNS
    @property
    def answer(self) -> Answer:
        """What visitors get for the host."""
        return self.dns.host.answer

    @property
    def undelegated(self) -> bool:
        """The name does not stand in the registry's zone."""
        return self.answer is Answer.NXDOMAIN and self.dns.delegation is Delegation.ABSENT

    @property
    def other_host(self) -> str:
        """www for the apex and the apex for www: the other name that visitors type; empty for any other host."""
        pair = {self.name.registrable: self.name.www, self.name.www: self.name.registrable}
        return pair.get(self.name.host, "")

    @property
    def other_works(self) -> bool:
        """The host has no address but its other name has."""
        other = self.dns.www if self.other_host == self.name.www else self.dns.apex
        return bool(self.other_host) and self.answer in _NO_ADDRESS and other.answer is Answer.FOUND

    @property
    def other_missing(self) -> bool:
        """The host has an address but its other name has none."""
        other = self.dns.www if self.other_host == self.name.www else self.dns.apex
        return bool(self.other_host) and self.answer is Answer.FOUND and other.answer in _NO_ADDRESS

    # --- reach
    @property
    def tried(self) -> tuple[AddressReach, ...]:
        """Addresses that could be tried from here."""
        return tuple(address for address in self.reach.addresses if address.tried)

    @property
    def silent(self) -> tuple[AddressReach, ...]:
        """Tried addresses where no port opened."""
        return tuple(a for a in self.tried if Tcp.OPEN not in (a.http.tcp, a.https.tcp))

    @property
    def web_answers(self) -> bool:
        """A web server spoke at some address."""
        return any(address.answers for address in self.tried)

    @property
    def machine_answers(self) -> bool:
        """Some machine is there: it answers pings, or says that a port is closed."""
        return any(a.ping is Ping.ANSWERS or Tcp.CLOSED in (a.http.tcp, a.https.tcp) for a in self.tried)

    @property
    def unpingable(self) -> bool:
        """Pings were sent and none came back."""
        pings = {address.ping for address in self.reach.addresses}
        return Ping.SILENT in pings and Ping.ANSWERS not in pings

    def tls(self, fault: Tls) -> bool:
        """True when some address has this TLS fault on 443."""
        return any(address.https.tls is fault for address in self.tried)

    @property
    def status(self) -> int:
        """The HTTP status that visitors end with; 0 when there was none."""
        return self.reach.status if self.reach.redirect in (Redirect.NONE, Redirect.ENDS) else 0
