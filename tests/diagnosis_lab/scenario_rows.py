"""The scenario table of the verdict: a situation, what it changes in a healthy name's evidence, cause, confidence."""

# ruff: noqa: E501 - a table: one situation, one line

from __future__ import annotations

import datetime
from typing import Any

from actions.diagnosis.dns import Delegation
from actions.diagnosis.ping import Ping
from actions.diagnosis.reach import Redirect
from actions.diagnosis.registry_record import RegistryStatus
from actions.diagnosis.resolvers import Answer
from actions.diagnosis.verdict import Confidence
from actions.diagnosis.web import Tcp, Tls, Web
from diagnosis_lab.scenarios import CLOSED, DOWN, LOST, SILENT, TODAY, V4, V6, address

A, D, R = Answer, Delegation, RegistryStatus
GONE = {"answer": A.NXDOMAIN, "delegation": D.ABSENT}
NO_REGISTRY = {"registry": R.TIMEOUT}
YOUNG, FIVE_DAYS = TODAY - datetime.timedelta(days=4), TODAY - datetime.timedelta(days=5)
PAST = TODAY - datetime.timedelta(days=3)
NO_DNS = {"answer": A.UNREACHABLE, "delegation": D.UNKNOWN}


def tls(fault: Tls) -> Any:
    return {"reach": (address(https=Web(443, Tcp.OPEN, fault)),)}


ROWS: list[tuple[str, dict[str, Any], str, Confidence]] = [
    # the registry
    ("nothing answered", {**NO_DNS, **NO_REGISTRY}, "not_looked", Confidence.SEEN),
    ("registry knows no such name", {**GONE, "registry": R.NOT_REGISTERED}, "not_registered", Confidence.SEEN),
    ("the same, and no DNS", {**NO_DNS, "registry": R.NOT_REGISTERED}, "not_registered", Confidence.SEEN),
    ("registry says no, but it resolves", {"registry": R.NOT_REGISTERED}, "fine", Confidence.SEEN),
    ("in redemption", {**GONE, "codes": ("redemptionperiod", "pendingdelete")}, "redemption", Confidence.SEEN),
    ("about to be deleted", {**GONE, "codes": ("pendingdelete",)}, "pending_delete", Confidence.SEEN),
    ("expired and down", {**GONE, "expires": PAST}, "expired", Confidence.SEEN),
    ("expired and held", {**GONE, "expires": PAST, "codes": ("clienthold",)}, "expired", Confidence.SEEN),
    ("expired by date but still up", {"expires": PAST}, "fine", Confidence.SEEN),
    ("held in the renewal days", {**GONE, "codes": ("clienthold", "autorenewperiod")}, "expired_likely", Confidence.LIKELY),
    (".com held after 5 days", {**GONE, "codes": ("serverhold",), "created": FIVE_DAYS}, "identity_missing", Confidence.LIKELY),
    (".net held by the registrar", {**GONE, "name": "li.net", "codes": ("clienthold",)}, "identity_missing", Confidence.LIKELY),
    (".com held within 5 days", {**GONE, "codes": ("serverhold",), "created": YOUNG}, "held_by_registry", Confidence.SEEN),
    (".com held, age not told", {**GONE, "codes": ("clienthold",), "created": None}, "held_by_registrar", Confidence.SEEN),
    (".cn held", {**GONE, "name": "li.cn", "codes": ("serverhold", "clienthold")}, "held_by_registry", Confidence.SEEN),
    (".com.cn is no .com", {**GONE, "name": "li.com.cn", "codes": ("clienthold",)}, "held_by_registrar", Confidence.SEEN),
    ("held, but an old answer is still cached", {"codes": ("serverhold",)}, "identity_missing", Confidence.LIKELY),
    ("no name servers by status", {**GONE, "codes": ("inactive",)}, "no_name_servers", Confidence.SEEN),
    ("no name servers in the record", {**GONE, "servers": ()}, "no_name_servers", Confidence.SEEN),
    # the DNS
    ("no DNS, registry fine", NO_DNS, "dns_not_looked", Confidence.SEEN),
    ("broken DNSSEC", {"answer": A.DNSSEC}, "dnssec_broken", Confidence.SEEN),
    ("resolvers disagree", {"said": (A.FOUND, A.NXDOMAIN)}, "resolvers_disagree", Confidence.POSSIBLE),
    ("one resolver silent is no disagreement", {"said": (A.FOUND, A.TIMEOUT)}, "fine", Confidence.SEEN),
    ("registered but not in the zone", GONE, "not_in_registry_zone", Confidence.LIKELY),
    ("gone, registry silent", {**GONE, **NO_REGISTRY}, "suspended_or_unregistered", Confidence.POSSIBLE),
    ("CNAME circle", {"name": "www.li.com", "answer": A.CNAME_LOOP}, "cname_loop", Confidence.SEEN),
    ("CNAME to nowhere", {"name": "cdn.li.com", "answer": A.CNAME_DANGLING}, "cname_dangling", Confidence.SEEN),
    ("only www has an address", {"answer": A.NO_DATA, "other": A.FOUND}, "only_other_name", Confidence.SEEN),
    ("only the apex has one", {"name": "www.li.com", "answer": A.NXDOMAIN, "other": A.FOUND}, "only_other_name", Confidence.SEEN),
    ("no record at all", {"answer": A.NO_DATA}, "no_record", Confidence.SEEN),
    ("host missing in its zone", {"name": "shop.li.com", "answer": A.NXDOMAIN}, "no_record", Confidence.SEEN),
    ("lame delegation", {"answer": A.SERVFAIL, "delegation": D.BROKEN}, "name_servers_fail", Confidence.SEEN),
    ("name servers silent", {"answer": A.TIMEOUT, "delegation": D.UNKNOWN}, "dns_silent", Confidence.LIKELY),
    # the servers
    ("address of a private network", {"addresses": ("10.0.0.5",), "reach": (), "refused": ("10.0.0.5",)}, "private_address", Confidence.SEEN),
    ("IPv6 alone, no way there", {"addresses": (V6,), "reach": (address(V6, Ping.NOT_TRIED, LOST, LOST),)}, "ipv6_only", Confidence.SEEN),
    ("IPv6 alone, answers", {"addresses": (V6,)}, "ipv6_only_answers", Confidence.SEEN),
    ("our own network has no way out", {"reach": (address(V4, Ping.NOT_TRIED, LOST, LOST),)}, "reach_not_looked", Confidence.SEEN),
    ("time was up before the server", {"finished": False, "reach": ()}, "reach_not_looked", Confidence.SEEN),
    ("page for sites without a filing", {"redirect": Redirect.BLOCK_PAGE, "status": 302}, "block_page", Confidence.SEEN),
    ("ports closed, pings answered", {"reach": (address(V4, Ping.ANSWERS, SILENT, SILENT),)}, "web_closed", Confidence.SEEN),
    ("ports closed, no pings", {"reach": (address(V4, Ping.SILENT, CLOSED, CLOSED),)}, "web_closed", Confidence.SEEN),
    ("no pings and no web", {"reach": (DOWN,)}, "server_silent", Confidence.LIKELY),
    ("certificate of another name", tls(Tls.WRONG_NAME), "tls_wrong_name", Confidence.SEEN),
    ("certificate expired", tls(Tls.EXPIRED), "tls_expired", Confidence.SEEN),
    ("certificate not trusted", tls(Tls.UNTRUSTED), "tls_untrusted", Confidence.SEEN),
    ("no TLS there, but HTTP", tls(Tls.FAILED), "fine", Confidence.SEEN),
    ("HTTPS closed, HTTP fine", {"reach": (address(https=CLOSED),)}, "fine", Confidence.SEEN),
    ("redirect inside", {"redirect": Redirect.PRIVATE}, "redirect_private", Confidence.SEEN),
    ("redirect in circles", {"redirect": Redirect.TOO_MANY}, "redirect_broken", Confidence.SEEN),
    ("redirect to nowhere", {"redirect": Redirect.BROKEN}, "redirect_broken", Confidence.SEEN),
    ("redirect to a page", {"redirect": Redirect.ENDS}, "fine", Confidence.SEEN),
    ("takes connections, says nothing", {"reach": (address(http=Web(80, Tcp.OPEN), https=CLOSED),), "status": 0}, "no_http", Confidence.SEEN),
    ("one of two servers down", {"reach": (address(), DOWN)}, "one_address_down", Confidence.SEEN),
    ("server error", {"status": 502}, "http_server_error", Confidence.SEEN),
    ("page missing", {"status": 404}, "http_refuses", Confidence.SEEN),
    ("one address private", {"refused": ("10.0.0.5",)}, "one_address_private", Confidence.SEEN),
    ("www missing", {"other": A.NXDOMAIN}, "other_name_missing", Confidence.SEEN),
    ("apex missing", {"name": "www.li.com", "other": A.NO_DATA}, "other_name_missing", Confidence.SEEN),
    ("no pings, but the web answers", {"reach": (address(ping=Ping.SILENT),)}, "fine_without_ping", Confidence.SEEN),
    ("ping not permitted here", {"reach": (address(ping=Ping.NOT_PERMITTED),)}, "fine", Confidence.SEEN),
    ("all well", {}, "fine", Confidence.SEEN),
    ("all well, registry silent", NO_REGISTRY, "fine", Confidence.SEEN),
]  # fmt: skip
