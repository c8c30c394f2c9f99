"""⑤ Diagnosis, step 2: what the DNS says about the name, its apex and its www, asked at several resolvers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from actions.diagnosis.budget import Budget
from actions.diagnosis.names import NameCheck
from actions.diagnosis.resolvers import Answer, Reply, Resolver, ask

# Of the two replies for A and AAAA, the one that says most about the host; found addresses always win.
_WEIGHT = (
    Answer.FOUND,
    Answer.DNSSEC,
    Answer.CNAME_LOOP,
    Answer.CNAME_DANGLING,
    Answer.SERVFAIL,
    Answer.NXDOMAIN,
    Answer.TIMEOUT,
    Answer.NO_DATA,
    Answer.REFUSED,
    Answer.UNREACHABLE,
)
# Says nothing about the name when another resolver knew more.
_NO_NEWS = frozenset({Answer.TIMEOUT, Answer.REFUSED, Answer.UNREACHABLE})

GRACE = 0.75  # seconds that other resolvers get when one has answered


class Delegation(str, Enum):
    """Does the registry's zone send visitors on to name servers of this name?"""

    PRESENT = "present"
    ABSENT = "absent"
    BROKEN = "broken"  # it does, but they don't answer as they must
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class HostDns:
    """One host name: what visitors get, IPv4 and IPv6 addresses, aliases, and what each resolver said."""

    host: str
    answer: Answer
    v4: tuple[str, ...] = ()
    v6: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    note: str = ""
    by_resolver: tuple[tuple[str, Answer], ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """IPv4 before IPv6."""
        return self.v4 + self.v6

    @property
    def disagree(self) -> bool:
        """True when resolvers that know the name say different things about it (other addresses are no difference)."""
        return len({answer for _, answer in self.by_resolver if answer not in _NO_NEWS}) > 1


@dataclass(frozen=True)
class DnsResult:
    """The host that was named, apex and www (one of them may be the host itself), and the delegation."""

    host: HostDns
    apex: HostDns
    www: HostDns
    delegation: Delegation = Delegation.UNKNOWN
    name_servers: tuple[str, ...] = ()
    soa: str = ""

    @property
    def looked(self) -> bool:
        """False when no resolver could be asked: then nothing is known about the name."""
        return self.host.answer is not Answer.UNREACHABLE


def nothing(name: NameCheck) -> DnsResult:
    """The result when no resolver could be asked."""
    host, apex, www = (HostDns(host, Answer.UNREACHABLE) for host in (name.host, name.registrable, name.www))
    return DnsResult(host, apex, www)


async def look_up(name: NameCheck, resolvers: Sequence[Resolver], budget: Budget) -> DnsResult:
    """Ask all resolvers everything at once; what is not answered within the budget is a TIMEOUT."""
    hosts = tuple(dict.fromkeys((name.host, name.registrable, name.www)))
    questions = [(host, kind) for host in hosts for kind in ("A", "AAAA")]
    questions += [(name.registrable, "NS"), (name.registrable, "SOA"), (name.top_level, "NS")]
    replies = await asyncio.gather(*(_all(*question, resolvers, budget) for question in questions))
    # A top-level domain always has name servers. A resolver that does not know them is dead, or stands in a network of
    # its own that knows nothing of the public DNS: its word about the name counts for nothing.
    useful = [index for index, reply in enumerate(replies[-1]) if reply.answer in (Answer.FOUND, Answer.NO_DATA)]
    if not useful:
        return nothing(name)
    said = {question: [each[i] for i in useful] for question, each in zip(questions, replies, strict=True)}
    asked = [resolvers[i] for i in useful]
    found = {host: _host(host, asked, said[host, "A"], said[host, "AAAA"]) for host in hosts}
    return DnsResult(
        found[name.host],
        found[name.registrable],
        found[name.www],
        delegation(reply.answer for reply in said[name.registrable, "NS"]),
        tuple(record.rstrip(".").lower() for record in _records(said[name.registrable, "NS"])),
        next(iter(_records(said[name.registrable, "SOA"])), ""),
    )


async def resolve(host: str, resolvers: Sequence[Resolver], budget: Budget) -> HostDns:
    """One host name at all resolvers."""
    v4, v6 = await asyncio.gather(_all(host, "A", resolvers, budget), _all(host, "AAAA", resolvers, budget))
    return _host(host, resolvers, v4, v6)


def _host(host: str, resolvers: Sequence[Resolver], v4: Sequence[Reply], v6: Sequence[Reply]) -> HostDns:
    """Put a host's replies together, one for A and one for AAAA from each resolver."""
    each = [min(pair, key=lambda reply: _WEIGHT.index(reply.answer)) for pair in zip(v4, v6, strict=True)]
    best = combined(each)
    said = tuple((resolver.address, reply.answer) for resolver, reply in zip(resolvers, each, strict=True))
    return HostDns(host, best.answer, _unique(v4), _unique(v6), best.chain, best.note, said)


def delegation(answers: Iterable[Answer]) -> Delegation:
    """From what the resolvers say about the registrable name's NS records."""
    said = set(answers)
    if said & {Answer.FOUND, Answer.NO_DATA, Answer.DNSSEC}:
        return Delegation.PRESENT
    if Answer.NXDOMAIN in said:
        return Delegation.ABSENT
    return Delegation.BROKEN if Answer.SERVFAIL in said else Delegation.UNKNOWN


async def _all(name: str, kind: str, resolvers: Sequence[Resolver], budget: Budget) -> list[Reply]:
    """The resolvers' replies, in their order; once one has a result the others get only a moment more."""
    tasks = [asyncio.ensure_future(ask(resolver, name, kind, budget)) for resolver in resolvers]
    try:
        for first in asyncio.as_completed(tasks):
            if (await first).answer not in _NO_NEWS:
                await asyncio.wait(tasks, timeout=GRACE)
                break
        return [task.result() if task.done() else Reply(Answer.TIMEOUT) for task in tasks]
    finally:
        for task in tasks:
            task.cancel()


def _records(replies: Iterable[Reply]) -> tuple[str, ...]:
    """Records of the first resolver that has any."""
    return next((reply.records for reply in replies if reply.records), ())


def combined(replies: Sequence[Reply]) -> Reply:
    """One answer for several resolvers: what they saw before what they could not see; a failed DNSSEC check counts."""
    dnssec = [reply for reply in replies if reply.answer is Answer.DNSSEC]
    known = [reply for reply in replies if reply.answer not in _NO_NEWS]
    candidates = dnssec or known or list(replies)
    return min(candidates, key=lambda reply: _WEIGHT.index(reply.answer), default=Reply(Answer.UNREACHABLE))


def _unique(replies: Iterable[Reply]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record for reply in replies for record in reply.records))
