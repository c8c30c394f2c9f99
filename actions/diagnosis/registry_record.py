"""⑤ Diagnosis, step 3: a registry's record in one form, read from RDAP objects and WHOIS text, whatever is missing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any


class RegistryStatus(str, Enum):
    """REGISTERED and NOT_REGISTERED are the registry's words; all others mean that nothing is known."""

    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"
    NO_SERVICE = "no_service"  # the suffix has neither RDAP nor a known WHOIS server
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"  # an answer that can't be used
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class RegistryResult:
    """status; the record: EPP codes in lower case without blanks ("clienthold"), dates in UTC, None when not told."""

    status: RegistryStatus
    codes: frozenset[str] = frozenset()
    created: datetime.date | None = None
    expires: datetime.date | None = None
    registrar: str = ""
    name_servers: tuple[str, ...] = ()
    source: str = ""  # rdap | whois

    @property
    def looked(self) -> bool:
        """True when the registry said something about the name."""
        return self.status in (RegistryStatus.REGISTERED, RegistryStatus.NOT_REGISTERED)


def from_rdap(record: Any) -> RegistryResult:
    """An RDAP domain object; UNAVAILABLE when it is none. Parts that are missing or odd are left out."""
    if not isinstance(record, dict) or str(record.get("objectClassName", "domain")).lower() != "domain":
        return RegistryResult(RegistryStatus.UNAVAILABLE, source="rdap")
    if record.get("errorCode") == 404:  # some registries answer "not found" with status 200
        return RegistryResult(RegistryStatus.NOT_REGISTERED, source="rdap")
    if "errorCode" in record or not {"ldhName", "handle", "status", "events"} & set(record):
        return RegistryResult(RegistryStatus.UNAVAILABLE, source="rdap")
    events = {str(e.get("eventAction", "")).lower(): e.get("eventDate") for e in _dicts(record.get("events"))}
    return RegistryResult(
        RegistryStatus.REGISTERED,
        codes(record.get("status")),
        date(events.get("registration")),
        date(events.get("expiration")),
        _registrar(record),
        tuple(sorted(_host(str(n.get("ldhName", ""))) for n in _dicts(record.get("nameservers")) if n.get("ldhName"))),
        "rdap",
    )


def codes(statuses: Any) -> frozenset[str]:
    """EPP codes of a list of statuses, in RDAP's words ("client hold") or EPP's ("clientHold https://icann.org/…")."""
    listed = [statuses] if isinstance(statuses, str) else statuses if isinstance(statuses, list) else []
    plain = (
        re.sub(r"https?://\S*|\(.*?\)|[^a-z]", "", status[:100].lower()) for status in listed if isinstance(status, str)
    )
    return frozenset("ok" if code == "active" else code for code in plain if code)


def date(value: Any) -> datetime.date | None:
    """The day of 2020-01-31T…, 2020-01-31 12:00:00, 2020.01.31, 2020/01/31 or 31-Jan-2020; None for anything else."""
    text = value if isinstance(value, str) else ""
    if found := re.search(r"\b(\d{4})[-./](\d{2})[-./](\d{2})", text):
        year, month, day = map(int, found.groups())
    elif found := re.search(r"\b(\d{2})-([A-Za-z]{3})-(\d{4})\b", text):
        names = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
        day, year = int(found[1]), int(found[3])
        month = names.index(found[2].lower()) + 1 if found[2].lower() in names else 0
    else:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _registrar(record: dict[str, Any]) -> str:
    """The registrar's name in its vCard (RFC 7095), else its handle."""
    for entity in _dicts(record.get("entities")):
        roles = entity.get("roles")
        if "registrar" in [str(role).lower() for role in (roles if isinstance(roles, list) else [roles])]:
            return printable(_full_name(entity.get("vcardArray")) or str(entity.get("handle") or ""))
    return ""


def _full_name(vcard: Any) -> str:
    if not (isinstance(vcard, list) and len(vcard) > 1 and isinstance(vcard[1], list)):
        return ""
    lines = (line for line in vcard[1] if isinstance(line, list) and len(line) > 3)
    return next((line[3] for line in lines if line[0] == "fn" and isinstance(line[3], str)), "")


def _host(name: str) -> str:
    return re.sub(r"[^a-z0-9.-]", "", name.lower()).strip(".")[:253]


def printable(text: str, longest: int = 80) -> str:
    """Foreign text for a sentence of ours: one line, no control characters or markup, at most so many characters."""
    return re.sub(r"[\s<>\[\]{}`*|\\]+", " ", "".join(c for c in text if c.isprintable() or c.isspace())).strip()[
        :longest
    ]


_FIELDS = {
    "created": r"registration time|creation date|created(?: on| date)?|registered(?: on)?|domain create date",
    "expires": r"expiration time|registry expiry date|registrar registration expiration date|expir\w*(?: date| on)?"
    r"|paid-till|renewal date|valid until",
    "registrar": r"sponsoring registrar|registrar(?: name)?",
    "status": r"domain status|status|state",
    "server": r"name servers?|nserver|nameservers?",
}
_NOT_THERE = re.compile(
    r"^\W*(?:no matching record|no match\b|not found|no data found|no entries found|no object found|domain not found"
    r"|nothing found|the queried object does not exist|status:\s*(?:free|available)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_TOO_OFTEN = re.compile(
    r"queried interval is too short|limit exceeded|too many (?:requests|queries)|quota", re.IGNORECASE
)


def from_whois(text: str) -> RegistryResult:
    """WHOIS text as registries write it (.cn, Verisign's thin records and their like)."""
    found: dict[str, list[str]] = {name: [] for name in _FIELDS}
    for line in text.splitlines():
        key, _, value = line[:500].partition(":")
        for name, pattern in _FIELDS.items():
            if value.strip() and re.fullmatch(pattern, key.strip(), re.IGNORECASE):
                found[name].append(value.strip())
    if not (found["created"] or found["expires"] or found["registrar"]):
        return RegistryResult(_without_record(text), source="whois")
    return RegistryResult(
        RegistryStatus.REGISTERED,
        codes([status.split()[0] for status in found["status"]]),
        date(_first(found["created"])),
        date(_first(found["expires"])),
        printable(_first(found["registrar"])),
        tuple(sorted({_host(value.split()[0]) for value in found["server"]} - {""})),
        "whois",
    )


def _without_record(text: str) -> RegistryStatus:
    if _TOO_OFTEN.search(text):
        return RegistryStatus.RATE_LIMITED
    return RegistryStatus.NOT_REGISTERED if _NOT_THERE.search(text) else RegistryStatus.UNAVAILABLE


def _first(values: Iterable[str]) -> str:
    return next(iter(values), "")
