"""⑤ Diagnosis, step 1: is it a name that may be looked up? Nothing else ever reaches the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import idna

from bot.text.domains import BadAddress, DomainName, find_addresses

# Zones for the DNS itself, not for sites (RFC 3172), and names that never stand in the public DNS (RFC 6761, RFC 9476).
# Most are refused by find_addresses already; this list also holds for names that come from elsewhere (a redirect).
_RESERVED = frozenset({"arpa", "test", "invalid", "example", "onion", "alt", "localhost", "local", "internal", "lan"})
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
MAX_HOST_CHARS = 253


class NameStatus(str, Enum):
    """OK, or why the name is refused; most values are those of bot.text.domains.AddressProblem."""

    OK = "ok"
    MISSING = "missing"  # no name in the text
    IP = "ip"
    LOCAL = "local"
    RESERVED = "reserved"
    SUFFIX_ONLY = "suffix_only"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class NameCheck:
    """status; for OK the host, the registrable name and the suffix as lower-case A-labels, and the host for display."""

    status: NameStatus
    host: str = ""
    unicode: str = ""
    registrable: str = ""
    suffix: str = ""

    @property
    def www(self) -> str:
        """The registrable name with www. before it."""
        return f"www.{self.registrable}"

    @property
    def top_level(self) -> str:
        """The last label, which has the registry."""
        return self.suffix.rpartition(".")[2]


def check_name(text: str | None) -> NameCheck:
    """The first address in the text, judged. Never raises, whatever the text."""
    found = next(iter(find_addresses(text or "")), None)
    if found is None:
        return NameCheck(NameStatus.MISSING)
    if isinstance(found, BadAddress):
        return NameCheck(NameStatus(found.problem.value))
    return _judged(found)


def _judged(name: DomainName) -> NameCheck:
    labels = name.host.split(".")
    if labels[-1] in _RESERVED or f".{name.host}".endswith(".home.arpa"):
        return NameCheck(NameStatus.RESERVED)
    if len(name.host) > MAX_HOST_CHARS or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return NameCheck(NameStatus.MALFORMED)
    return NameCheck(NameStatus.OK, name.host, name.unicode, name.registrable, name.suffix)


def display(host: str) -> str:
    """A host for people: its A-labels in Unicode where they can be read."""
    try:
        return ".".join(idna.decode(label) if label.startswith("xn--") else label for label in host.split("."))
    except UnicodeError:  # idna.IDNAError is one
        return host
