"""⑤ What applies to one domain name. The live checks of the name, its registry and its servers will join here."""

from __future__ import annotations

from dataclasses import dataclass

from actions.lib.escalation import UNKNOWN
from bot.text.domains import DomainName, find_addresses

# Names under these must have a verified owner within 5 days of registration (faq-source.md, question 1).
IDENTITY_SUFFIXES = frozenset({"com", "net"})


@dataclass(frozen=True)
class DomainAdvice:
    """response: what to say; advice: code for the summary (identity | status); suffix: public suffix, may be empty."""

    response: str
    advice: str
    display: str
    suffix: str = ""


def advise(domain: str | None) -> DomainAdvice:
    """Advice for a host name as it stands in the slot; None or "unknown" means that we do without."""
    names = [] if domain in (None, UNKNOWN) else [a for a in find_addresses(str(domain)) if isinstance(a, DomainName)]
    if not names:
        return DomainAdvice("utter_check_domain__no_domain", "status", "example.com")
    name = names[0]
    # The suffix as people write it: 中国, not xn--fiqs8s.
    suffix = ".".join(name.unicode.split(".")[-len(name.suffix.split(".")) :])
    if name.suffix in IDENTITY_SUFFIXES:
        return DomainAdvice("utter_check_domain__verify_identity", "identity", name.unicode, suffix)
    return DomainAdvice("utter_check_domain__other_suffix", "status", name.unicode, suffix)
