"""⑤ Diagnosis, below step 2: one question to one DNS resolver, and every kind of answer told apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import dns.asyncquery
import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver

from actions.diagnosis.budget import Budget

TRIES = 2  # UDP may lose one
MAX_CNAMES = 8
# Extended DNS errors (RFC 8914) that name a failed DNSSEC validation: 1, 2 and 5 to 12.
_DNSSEC_ERRORS = frozenset({1, 2, *range(5, 13)})


class Answer(str, Enum):
    """What a resolver said about a name and type."""

    FOUND = "found"
    NO_DATA = "no_data"  # the name exists, without this type
    NXDOMAIN = "nxdomain"
    CNAME_LOOP = "cname_loop"
    CNAME_DANGLING = "cname_dangling"  # an alias of a name that does not exist
    DNSSEC = "dnssec"  # SERVFAIL because signatures don't fit
    SERVFAIL = "servfail"
    REFUSED = "refused"  # or an answer that is none
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # the resolver itself, not the name


@dataclass(frozen=True)
class Resolver:
    """Address and port of a recursive resolver."""

    address: str
    port: int = 53


@dataclass(frozen=True)
class Reply:
    """answer; for FOUND the records in text form; chain: aliases on the way; note: the resolver's own words (EDE)."""

    answer: Answer
    records: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    note: str = ""


def parse_resolvers(setting: str) -> tuple[Resolver, ...]:
    """Resolvers of DNS_RESOLVERS, in order, each once; "system" stands for those of /etc/resolv.conf (maybe none)."""
    found: list[Resolver] = []
    for item in (part.strip() for part in setting.split(",")):
        if item == "system":
            found += _system()
        elif item.startswith("["):
            address, _, port = item[1:].partition("]:")
            found.append(Resolver(address, int(port)))
        elif item.count(":") == 1:
            address, _, port = item.partition(":")
            found.append(Resolver(address, int(port)))
        elif item:
            found.append(Resolver(item))
    return tuple(dict.fromkeys(found))


def _system() -> list[Resolver]:
    try:
        return [Resolver(str(address)) for address in dns.resolver.Resolver().nameservers]
    except dns.exception.DNSException:  # no usable /etc/resolv.conf
        return []


async def ask(resolver: Resolver, name: str, kind: str, budget: Budget) -> Reply:
    """What this resolver says about a name (A-labels) and type within the budget. Never raises for the net."""
    reply = await _ask(resolver, name, kind, budget)
    if reply.answer is not Answer.SERVFAIL:
        return reply
    # With "checking disabled" a resolver hands out what it could not validate: then DNSSEC alone was the reason.
    unchecked = await _ask(resolver, name, kind, budget, checking=False)
    if unchecked.answer in (Answer.FOUND, Answer.NO_DATA, Answer.NXDOMAIN):
        return Reply(Answer.DNSSEC, note=reply.note)
    return await _loop_or(reply, resolver, name, budget) if kind in ("A", "AAAA") else reply


async def _ask(resolver: Resolver, name: str, kind: str, budget: Budget, checking: bool = True) -> Reply:
    query = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    if not checking:
        query.flags |= dns.flags.CD
    answer, timeout = Answer.TIMEOUT, budget.left / TRIES
    for _ in range(TRIES):
        try:
            message, _ = await dns.asyncquery.udp_with_fallback(
                query, resolver.address, timeout=min(timeout, budget.left), port=resolver.port, ignore_unexpected=True
            )
            return read(message)
        except dns.exception.Timeout:
            continue
        except (dns.exception.DNSException, EOFError):
            return Reply(Answer.REFUSED)
        except OSError:
            answer = Answer.UNREACHABLE
    return Reply(answer)


def read(message: dns.message.Message) -> Reply:
    """What a resolver's message says."""
    note, dnssec = _extended_error(message)
    if message.rcode() == dns.rcode.SERVFAIL:
        return Reply(Answer.DNSSEC if dnssec else Answer.SERVFAIL, note=note)
    if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) or not message.question:
        return Reply(Answer.REFUSED, note=note)
    chain = tuple(str(rrset[0].target).rstrip(".") for rrset in message.answer if rrset.rdtype == dns.rdatatype.CNAME)[
        : MAX_CNAMES + 1
    ]
    wanted = message.question[0].rdtype
    records = tuple(sorted(record.to_text() for rrset in message.answer if rrset.rdtype == wanted for record in rrset))
    if records:
        return Reply(Answer.FOUND, records, chain, note)
    if wanted != dns.rdatatype.CNAME and chain:
        return Reply(Answer.CNAME_LOOP if len(set(chain)) < len(chain) else Answer.CNAME_DANGLING, (), chain, note)
    return Reply(Answer.NXDOMAIN if message.rcode() == dns.rcode.NXDOMAIN else Answer.NO_DATA, (), chain, note)


def _extended_error(message: dns.message.Message) -> tuple[str, bool]:
    """The resolver's reason in its words, and whether it is about DNSSEC."""
    errors = [option for option in message.options if option.otype == dns.edns.OptionType.EDE]
    words = "; ".join(f"EDE {int(error.code)} {error.text or ''}".strip() for error in errors)
    return words[:200], any(int(error.code) in _DNSSEC_ERRORS for error in errors)


async def _loop_or(reply: Reply, resolver: Resolver, name: str, budget: Budget) -> Reply:
    """CNAME_LOOP when the aliases go in a circle, else the reply as it is: resolvers call both "server failed"."""
    chain = [name.rstrip(".").lower()]
    while len(chain) <= MAX_CNAMES:
        step = await _ask(resolver, chain[-1], "CNAME", budget)
        if step.answer is not Answer.FOUND:
            return reply
        target = step.records[0].rstrip(".").lower()
        if target in chain:
            return Reply(Answer.CNAME_LOOP, chain=(*chain[1:], target), note=reply.note)
        chain.append(target)
    return Reply(Answer.CNAME_LOOP, chain=tuple(chain[1:]), note=reply.note)
