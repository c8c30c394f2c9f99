"""⑤ Diagnosis, step 6: the evidence as short facts, each an id with values; the sentences are utter_fact__<id>."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from actions.diagnosis.dns import Delegation, HostDns
from actions.diagnosis.evidence import Evidence
from actions.diagnosis.ping import Ping
from actions.diagnosis.reach import AddressReach, Redirect
from actions.diagnosis.registry_record import RegistryStatus
from actions.diagnosis.resolvers import Answer
from actions.diagnosis.web import Tcp, Tls, Web

# EPP codes with a sentence of their own; the others are listed by code.
EXPLAINED = (
    "serverhold", "clienthold", "redemptionperiod", "pendingrestore", "pendingdelete", "inactive", "autorenewperiod",
)  # fmt: skip
NOT_TOLD = "-"
MAX_LISTED = 6


@dataclass(frozen=True)
class Fact:
    """id and values of one line; dates are ISO."""

    id: str
    values: dict[str, str]


def facts(evidence: Evidence) -> tuple[Fact, ...]:
    """All that was seen, in the order of the steps."""
    return (*_dns(evidence), *_registry(evidence), *_reach(evidence))


def listed(items: tuple[str, ...]) -> str:
    """The first few, with commas."""
    return ", ".join(items[:MAX_LISTED]) + (" …" if len(items) > MAX_LISTED else "") if items else NOT_TOLD


def _dns(evidence: Evidence) -> Iterator[Fact]:
    dns = evidence.dns
    if not dns.looked:
        yield Fact("dns_unreachable", {})
        return
    for host in {host.host: host for host in (dns.host, dns.apex, dns.www)}.values():
        yield from _host(host)
    if dns.delegation in (Delegation.ABSENT, Delegation.BROKEN):
        yield Fact(f"delegation_{dns.delegation.value}", {"domain": evidence.name.registrable})
    elif dns.name_servers:
        yield Fact("name_servers", {"servers": listed(dns.name_servers)})


def _host(host: HostDns) -> Iterator[Fact]:
    values = {"host": host.host, "addresses": listed(host.addresses), "chain": " → ".join(host.chain[:MAX_LISTED])}
    yield Fact(f"dns_{host.answer.value}", values)
    if host.chain and host.answer is Answer.FOUND:
        yield Fact("alias", values)
    if host.note:
        yield Fact("resolver_note", {"note": host.note})
    if host.disagree:
        said = "; ".join(f"{resolver}: {answer.value}" for resolver, answer in host.by_resolver)
        yield Fact("disagree", {"host": host.host, "said": said})


def _registry(evidence: Evidence) -> Iterator[Fact]:
    record = evidence.registry
    values = {
        "domain": evidence.name.registrable,
        "registrar": record.registrar or NOT_TOLD,
        "created": record.created.isoformat() if record.created else NOT_TOLD,
        "expires": record.expires.isoformat() if record.expires else NOT_TOLD,
        "source": record.source.upper() or NOT_TOLD,
    }
    yield Fact(f"registry_{record.status.value}", values)
    if record.status is not RegistryStatus.REGISTERED:
        return
    for code in EXPLAINED:
        if code in record.codes:
            yield Fact(f"status_{code}", {})
    if other := tuple(sorted(record.codes - set(EXPLAINED))):
        yield Fact("status_other", {"codes": listed(other)})
    yield Fact("registry_servers", {"servers": listed(record.name_servers)})


def _reach(evidence: Evidence) -> Iterator[Fact]:
    reach = evidence.reach
    for address in reach.refused[:MAX_LISTED]:
        yield Fact("address_private", {"address": address})
    for seen in reach.addresses:
        yield from _address(seen)
    if reach.redirect is not Redirect.NONE:
        values = {"target": reach.target or NOT_TOLD, "status": str(reach.status or NOT_TOLD)}
        yield Fact(f"redirect_{reach.redirect.value}", values)
    if not reach.finished:
        yield Fact("reach_late", {})


def _address(seen: AddressReach) -> Iterator[Fact]:
    if seen.ping is not Ping.NOT_TRIED:
        yield Fact(f"ping_{seen.ping.value}", {"address": seen.address})
    for web in (seen.http, seen.https):
        yield _web(seen.address, web)
    if seen.https.tls is not Tls.NOT_TRIED:
        until = seen.https.valid_until.isoformat() if seen.https.valid_until else NOT_TOLD
        yield Fact(f"tls_{seen.https.tls.value}", {"address": seen.address, "until": until})


def _web(address: str, web: Web) -> Fact:
    values = {"address": address, "port": str(web.port), "status": str(web.status)}
    if web.tcp is Tcp.OPEN and web.answers:
        return Fact("web_answers", values)
    return Fact(f"web_{web.tcp.value}", values)
