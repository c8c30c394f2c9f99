"""⑤ Diagnosis, what leaves it: a small report that a slot, a cache or JSON can hold, without sentences."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass, field
from typing import Any

from actions.diagnosis.evidence import Evidence
from actions.diagnosis.facts import facts, listed
from actions.diagnosis.names import display
from actions.diagnosis.registry_record import RegistryStatus, printable
from actions.diagnosis.verdict import Actor, Confidence, Kind, Rule, judge

NOT_LOOKED = "not_looked"
# Causes that the registrar can lift: the reply then names it.
_AT_REGISTRAR = frozenset({
    "redemption", "pending_delete", "expired", "expired_likely", "identity_missing", "held_by_registry",
    "held_by_registrar", "no_name_servers", "not_in_registry_zone",
})  # fmt: skip
# "No ping means that the registry has suspended the name" (faq-source.md, question 1) would name the wrong cause here.
_BY_RULE_OF_THUMB_SUSPENDED = frozenset({"server_silent", "web_closed"})
_WITHOUT_REGISTRY_UNCLEAR = frozenset({"suspended_or_unregistered", "server_silent", "dns_silent", "name_servers_fail"})


@dataclass(frozen=True)
class Report:
    """The verdict (codes of verdict.py), what its sentences need, a remark's id ("" for none), and all facts.

    reason: for not_looked, why (offline | off | limit | busy | error); seconds: how long the look took; at: when it was
    made (UTC, to the minute).
    """

    domain: str
    display: str
    suffix: str
    cause: str
    rule: str = ""
    confidence: str = Confidence.SEEN.value
    actor: str = Actor.NOBODY.value
    kind: str = Kind.UNKNOWN.value
    note: str = ""
    reason: str = ""
    seconds: float = 0.0
    at: str = ""
    values: dict[str, str] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def looked(self) -> bool:
        """False when nothing at all could be seen: then the reply makes no claim and gives the steps to try by hand."""
        return self.cause != NOT_LOOKED

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Report:
        """From `as_dict`. TypeError when it is something else."""
        return cls(**stored)


def report(evidence: Evidence, seconds: float) -> Report:
    """Verdict and facts of a look that was made."""
    rule, name = judge(evidence), evidence.name
    return Report(
        name.host, name.unicode, name.suffix, rule.cause, rule.id, rule.confidence.value, rule.actor.value,
        rule.kind.value, note(evidence, rule), "offline" if rule.cause == NOT_LOOKED else "", round(seconds, 3),
        datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M"), _clean(values(evidence)),
        [{"id": fact.id, "values": _clean(fact.values)} for fact in facts(evidence)],
    )  # fmt: skip


def _clean(told: dict[str, str]) -> dict[str, str]:
    """Much of it was written by other servers."""
    return {name: printable(value, 200) for name, value in told.items()}


def note(evidence: Evidence, rule: Rule) -> str:
    """The one remark that matters most beside the verdict: utter_note__<id>."""
    if rule.cause in _AT_REGISTRAR:
        return "registrar" if evidence.registry.registrar else ""
    if rule.cause in _WITHOUT_REGISTRY_UNCLEAR and not evidence.registry.looked:
        return "registry_unknown"
    if rule.cause in _BY_RULE_OF_THUMB_SUSPENDED and evidence.registry.status is RegistryStatus.REGISTERED:
        return "registry_fine"
    if rule.cause != "other_name_missing" and evidence.other_missing:
        return "other_missing"
    if rule.kind is Kind.FINE and not evidence.registry.looked:
        return "registry_unknown_fine"
    return "ping" if rule.kind is Kind.FAULT and evidence.unpingable and evidence.web_answers else ""


def values(evidence: Evidence) -> dict[str, str]:
    """What sentences may name; dates are ISO."""
    record, reach, dns = evidence.registry, evidence.reach, evidence.dns
    down = tuple(address.address for address in evidence.silent)
    told = {
        "domain": evidence.name.unicode,
        "registrable": display(evidence.name.registrable),
        "suffix": evidence.name.suffix,
        "other": display(evidence.other_host),
        "registrar": record.registrar,
        "created": record.created.isoformat() if record.created else "",
        "expires": record.expires.isoformat() if record.expires else "",
        "addresses": listed(dns.host.addresses),
        "private": listed(reach.refused),
        "down": listed(down),
        "target": reach.target,
        "status": str(evidence.status),
        "chain": " → ".join((dns.host.host, *dns.host.chain[:4])),
        "registered": "yes" if record.status is RegistryStatus.REGISTERED else "",
    }
    return {name: value for name, value in told.items() if value}
