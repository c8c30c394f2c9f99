"""Finds the domain names in a message, so that a name once typed is never asked for again (understanding, step 3).

People type `https://Shop.Example.com:8080/x`, `我的域名是example.com打不开`, `example。com`, `example dot com`
or `例子.中国`.
The other half of the work is to leave alone what only looks like a name: files (`app.py`), versions (`v1.2`) and
sentences without a space after the full stop (`approved.it does not open`, where .it is Italy). The rule for those:

* .com, .cn, .net, .org and what is sold below them (.com.cn) always make a name;
* where the suffix is also an English word or a file ending (`WORDS`, `FILES`), or the label before it commonly ends a
  sentence (`BEFORE_STOP`), something must show that a name is meant: a scheme, "www.", an "@" before it, a port or
  path after it, quotes around it, "domain:" before it, a third label, Chinese text next to it (not for files), or a
  message without other words;
* a dot that is spoken ("dot", 点) or has spaces around it needs a suffix of the first kind.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import idna

from bot.text import _domain_patterns as p
from bot.text._domain_labels import Label, Sure, cut_tail, names_in, public_suffixes, split, suffix_size

MAX_CHARS = 2_000


class AddressProblem(str, Enum):
    """Why something that was meant as an address is not a domain name that can be filed."""

    ip = "ip"  # any spelling of an IPv4 or IPv6 address
    local = "local"  # localhost, .local, .internal, .lan, .home.arpa, or a single label after a scheme
    reserved = "reserved"  # .test, .invalid, .example, .onion; example.com stays usable, people try things with it
    suffix_only = "suffix_only"  # "com.cn": nothing in front of the public suffix
    malformed = "malformed"  # too long, illegal characters, or (after a scheme) no such suffix


@dataclass(frozen=True)
class DomainName:
    """A usable name. `host`, `registrable` and `suffix` are lower-case IDNA A-labels without a trailing dot, `unicode`
    is the host for display, `start` and `end` are where the host stands in the original text."""

    host: str
    unicode: str
    registrable: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True)
class BadAddress:
    """Something meant as an address that is no usable name; `text` as typed."""

    text: str
    problem: AddressProblem
    start: int
    end: int


Address = DomainName | BadAddress


def find_addresses(text: str) -> list[Address]:
    """All addresses in the text's first 2,000 characters, in order, each host once. Never raises, whatever the text.

    The host of an e-mail address counts as a domain (`user@shop.example.cn`): people answer "which domain?" with it.
    Private suffixes of the public suffix list are not used: a filing is made for the name that a registry sold, so
    `shop.github.io` belongs to `github.io`.
    """
    return list(_find_addresses(text[: MAX_CHARS + 1]))


@lru_cache(maxsize=64)  # each message is asked about by several parts of the understanding
def _find_addresses(text: str) -> tuple[Address, ...]:
    """As find_addresses, for a text that holds at most one character more than is read."""
    folded = text[:MAX_CHARS].translate(p.FOLD)
    if not p.ANY.search(folded):
        return ()
    folded = p.SPOKEN_DOT.sub(p.SPOKEN, folded)
    found: list[Address] = []
    for pattern, read in ((p.URL, _from_url), (p.IP, _from_ip), (p.CHAIN, _from_chain)):
        matches = list(pattern.finditer(folded))
        alone = not re.search(r"\w", pattern.sub("", folded))
        for match in matches:
            found += read(match, Sure.alone if alone else Sure.no)
        # What one kind took is blanked for the next: a path is no place for names, and an IP no chain of labels.
        for match in matches:
            folded = folded[: match.start()] + "\n" * len(match[0]) + folded[match.end() :]
    cut_short = len(text) > MAX_CHARS and not text[MAX_CHARS].isspace()
    unique: dict[str, Address] = {}
    for address in sorted(found, key=lambda a: a.start):
        if cut_short and address.end == MAX_CHARS:  # half a name would be another name
            continue
        if isinstance(address, BadAddress):
            address = replace(address, text=text[address.start : address.end])
        unique.setdefault(address.host if isinstance(address, DomainName) else address.text.lower(), address)
    return tuple(unique.values())


def _from_url(match: "re.Match[str]", _: Sure) -> list[Address]:
    host, start = match["host"], match.start("host")
    labels = split(host, start)
    if host.startswith("[") or (labels and p.NUMERIC.fullmatch(cut_tail(labels[-1], Sure.scheme).text)):
        return [_bad(AddressProblem.ip, start, start + len(host))]
    if re.search(r"[.。｡]{2,}\w", host):
        return [_bad(AddressProblem.malformed, start, start + len(host))]
    return [_address(name) for name in names_in(match, labels, Sure.scheme)] or _nameless_url(labels)


def _nameless_url(labels: Sequence[Label]) -> list[Address]:
    """What `http://` was put in front of, when it is not a name below a public suffix."""
    if not labels:
        return []
    first = cut_tail(labels[0], Sure.scheme)
    if len(labels) > 1 and not re.match(f"[{p.HAN}]", labels[1].text):
        return [_bad(AddressProblem.malformed, first.start, labels[-1].end)]
    if not first.text or not first.text.isascii():  # http://打不开: glued words, no address
        return []
    known = first.text.lower() not in p.LOCAL | p.RESERVED and suffix_size(first.text.lower())
    return [_bad(AddressProblem.suffix_only if known else AddressProblem.local, first.start, first.end)]


def _from_ip(match: "re.Match[str]", _: Sure) -> list[Address]:
    kind = next(k for k in ("v4", "v6", "name") if match[k])
    start, end = match.span(kind)
    if kind == "name":
        return [_bad(AddressProblem.local, start, end)]
    try:
        ipaddress.ip_address(match[kind])
    except ValueError:
        return []
    a_version = p.VERSION_BEFORE.search(match.string[max(0, start - 20) : start])
    # Without a digit, "::" is an operator of C++.
    return [] if a_version or not re.search(r"\d", match[kind]) else [_bad(AddressProblem.ip, start, end)]


def _from_chain(match: "re.Match[str]", sure: Sure) -> list[Address]:
    start, end, text = match.start(), match.start("tail"), match.string
    if text[end : end + 1] == "@":  # what stands before the @ of an e-mail address
        return []
    if p.GLUED.search(text, start, end):
        sure = Sure.no  # Chinese words touch the name, so there are other words
    labels = split(text[start:end], start)
    others = not sure or p.CHAIN.search(text, match.end()) or p.CHAIN.search(text, 0, start)
    if others and len(labels) > 2 and re.fullmatch(r"\d{1,2}", labels[0].text):
        labels = labels[1:]  # numbering: "1.example.com 2.example.net"
    return [_address(name) for name in names_in(match, labels, sure)]


def _address(parts: Sequence[Label]) -> Address:
    start, end = parts[0].start, parts[-1].end
    try:
        host = ".".join(_a_label(label.text) for label in parts)
        unicode = readable_host(host)
    except UnicodeError:  # idna.IDNAError is one
        return _bad(AddressProblem.malformed, start, end)
    if len(host) > 253:
        return _bad(AddressProblem.malformed, start, end)
    last = host.rpartition(".")[2]
    if last in p.LOCAL or f".{host}".endswith(".home.arpa"):
        return _bad(AddressProblem.local, start, end)
    if last in p.RESERVED:
        return _bad(AddressProblem.reserved, start, end)
    found = public_suffixes()(host)
    if not found.domain:
        return _bad(AddressProblem.suffix_only, start, end)
    return DomainName(host, unicode, f"{found.domain}.{found.suffix}", found.suffix, start, end)


def readable_host(host: str) -> str:
    """A host name as people write it: 例子.中国 for xn--fsqu00a.xn--fiqs8s. UnicodeError: a label is invalid."""
    return ".".join(idna.decode(label) if label.startswith("xn--") else label for label in host.split("."))


def _a_label(label: str) -> str:
    """One label in ASCII, lower case; raises UnicodeError when it can't be part of a host name."""
    label = re.sub(f"[{p.INVISIBLE}]", "", label).lower()
    if label.isascii() and not label.startswith("xn--"):
        # Not left to idna, which also refuses names that exist, such as r3---sn-x.
        if re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", label):
            return label
        raise UnicodeError("not letters, digits and inner hyphens, at most 63")
    return idna.encode(label, uts46=True, std3_rules=True).decode("ascii")


def _bad(problem: AddressProblem, start: int, end: int) -> BadAddress:
    return BadAddress("", problem, start, end)  # find_addresses fills in the text as typed
