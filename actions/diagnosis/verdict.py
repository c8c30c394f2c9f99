"""⑤ Diagnosis, step 5: from evidence to the most likely cause. One table, read from top to bottom; the first rule wins.

Sentences for each cause are in data/diagnosis/verdicts.yml: utter_verdict__<cause> says what is wrong,
utter_next__<cause> what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from actions.diagnosis.dns import Delegation
from actions.diagnosis.evidence import Evidence
from actions.diagnosis.reach import Redirect
from actions.diagnosis.registry_record import RegistryStatus
from actions.diagnosis.resolvers import Answer
from actions.diagnosis.web import Tls


class Confidence(str, Enum):
    """SEEN is a fact that was read off; LIKELY and POSSIBLE are inferred from facts, and the reply says so."""

    SEEN = "seen"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def inferred(self) -> bool:
        """True when the cause itself was not seen."""
        return self is not Confidence.SEEN


class Actor(str, Enum):
    """Who must act next."""

    YOU = "you"
    REGISTRAR = "registrar"  # the company where the name is registered, asked by the user
    US = "us"  # the provider's support
    NOBODY = "nobody"


class Kind(str, Enum):
    """What the verdict comes to; the exit code of `make check-domain`."""

    FINE = "fine"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rule:
    """id is stable and counted; cause names the sentences; when decides."""

    id: str
    cause: str
    confidence: Confidence
    actor: Actor
    when: Callable[[Evidence], bool]
    kind: Kind = Kind.FAULT


_SEEN, _LIKELY, _POSSIBLE = Confidence
_YOU, _REGISTRAR, _US, _NOBODY = Actor
_REFERRED = (Redirect.NONE, Redirect.ENDS)

# fmt: off
RULES: tuple[Rule, ...] = (
    # The registry's word comes first: while it withholds the name, all else follows from that.
    Rule("R01", "not_looked", _SEEN, _NOBODY, lambda e: not e.dns.looked and not e.registry.looked, Kind.UNKNOWN),
    Rule("R02", "not_registered", _SEEN, _YOU,
         lambda e: e.registry.status is RegistryStatus.NOT_REGISTERED
         and e.answer in (Answer.NXDOMAIN, Answer.UNREACHABLE)),
    Rule("R03", "redemption", _SEEN, _YOU, lambda e: e.has("redemptionperiod", "pendingrestore")),
    Rule("R04", "pending_delete", _SEEN, _YOU, lambda e: e.has("pendingdelete")),
    Rule("R05", "expired", _SEEN, _YOU, lambda e: e.expired and (e.held or e.answer is not Answer.FOUND)),
    Rule("R06", "expired_likely", _LIKELY, _YOU, lambda e: e.held and e.has("autorenewperiod")),
    Rule("R07", "identity_missing", _LIKELY, _YOU, lambda e: e.held and e.identity_due),
    Rule("R08", "held_by_registry", _SEEN, _REGISTRAR, lambda e: e.has("serverhold")),
    Rule("R09", "held_by_registrar", _SEEN, _REGISTRAR, lambda e: e.has("clienthold")),
    Rule("R10", "no_name_servers", _SEEN, _YOU,
         lambda e: e.has("inactive") or (e.undelegated and e.registry.looked and not e.registry.name_servers)),
    # The DNS.
    Rule("R20", "dns_not_looked", _SEEN, _NOBODY, lambda e: not e.dns.looked, Kind.UNKNOWN),
    Rule("R21", "dnssec_broken", _SEEN, _YOU, lambda e: e.answer is Answer.DNSSEC),
    Rule("R22", "resolvers_disagree", _POSSIBLE, _NOBODY, lambda e: e.dns.host.disagree),
    Rule("R23", "not_in_registry_zone", _LIKELY, _REGISTRAR, lambda e: e.undelegated and e.registry.looked),
    Rule("R24", "suspended_or_unregistered", _POSSIBLE, _REGISTRAR, lambda e: e.undelegated),
    Rule("R25", "cname_loop", _SEEN, _YOU, lambda e: e.answer is Answer.CNAME_LOOP),
    Rule("R26", "cname_dangling", _SEEN, _YOU, lambda e: e.answer is Answer.CNAME_DANGLING and not e.other_works),
    Rule("R27", "only_other_name", _SEEN, _YOU, lambda e: e.other_works),
    Rule("R28", "no_record", _SEEN, _YOU, lambda e: e.answer in (Answer.NXDOMAIN, Answer.NO_DATA)),
    Rule("R29", "name_servers_fail", _SEEN, _YOU,
         lambda e: e.answer in (Answer.SERVFAIL, Answer.REFUSED) or e.dns.delegation is Delegation.BROKEN),
    Rule("R30", "dns_silent", _LIKELY, _YOU, lambda e: e.answer is Answer.TIMEOUT),
    # The servers.
    Rule("R40", "private_address", _SEEN, _YOU, lambda e: bool(e.reach.refused) and not e.reach.addresses),
    Rule("R41", "ipv6_only", _SEEN, _YOU, lambda e: not e.dns.host.v4 and not e.web_answers),
    Rule("R42", "reach_not_looked", _SEEN, _NOBODY, lambda e: not e.reach.looked, Kind.UNKNOWN),
    Rule("R43", "block_page", _SEEN, _US, lambda e: e.reach.redirect is Redirect.BLOCK_PAGE),
    Rule("R44", "web_closed", _SEEN, _YOU, lambda e: e.silent == e.tried and e.machine_answers),
    Rule("R45", "server_silent", _LIKELY, _YOU, lambda e: e.silent == e.tried),
    Rule("R46", "tls_wrong_name", _SEEN, _YOU, lambda e: e.tls(Tls.WRONG_NAME)),
    Rule("R47", "tls_expired", _SEEN, _YOU, lambda e: e.tls(Tls.EXPIRED)),
    Rule("R48", "tls_untrusted", _SEEN, _YOU, lambda e: e.tls(Tls.UNTRUSTED)),
    Rule("R49", "redirect_private", _SEEN, _YOU, lambda e: e.reach.redirect is Redirect.PRIVATE),
    Rule("R50", "redirect_broken", _SEEN, _YOU, lambda e: e.reach.redirect in (Redirect.TOO_MANY, Redirect.BROKEN)),
    Rule("R51", "no_http", _SEEN, _YOU, lambda e: not e.web_answers),
    Rule("R52", "one_address_down", _SEEN, _YOU, lambda e: bool(e.silent)),
    Rule("R53", "http_server_error", _SEEN, _YOU, lambda e: e.status >= 500),
    Rule("R54", "http_refuses", _SEEN, _YOU, lambda e: 400 <= e.status < 500),
    Rule("R55", "one_address_private", _SEEN, _YOU, lambda e: bool(e.reach.refused)),
    # Nothing wrong with what visitors need.
    Rule("R60", "other_name_missing", _SEEN, _YOU, lambda e: e.other_missing),
    Rule("R61", "ipv6_only_answers", _SEEN, _YOU, lambda e: not e.dns.host.v4),
    Rule("R62", "fine_without_ping", _SEEN, _NOBODY, lambda e: e.unpingable, Kind.FINE),
    Rule("R63", "fine", _SEEN, _NOBODY, lambda e: True, Kind.FINE),
)
# fmt: on


def judge(evidence: Evidence) -> Rule:
    """The first rule that applies; the last one always does."""
    return next(rule for rule in RULES if rule.when(evidence))
