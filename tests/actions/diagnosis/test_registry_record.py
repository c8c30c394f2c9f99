"""Records of registries in one form, whatever is missing or odd."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from diagnosis_lab.registries import cn_text, record
from hypothesis import given
from hypothesis import strategies as st

from actions.diagnosis.registry_record import RegistryStatus, codes, date, from_rdap, from_whois, printable

VERISIGN = """   Domain Name: HELD-SHOP.COM
   Registrar: Example Registrar Ltd.
   Creation Date: 2026-11-01T04:00:00Z
   Registry Expiry Date: 2027-11-01T04:00:00Z
   Domain Status: serverHold https://icann.org/epp#serverHold
   Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
   Name Server: NS1.EXAMPLE-DNS.COM
>>> Last update of whois database: 2026-11-24T00:00:00Z <<<
"""


def test_a_whole_rdap_object() -> None:
    result = from_rdap(record("held-shop.com", "server hold", "client transfer prohibited"))
    assert result.status is RegistryStatus.REGISTERED
    assert result.codes == {"serverhold", "clienttransferprohibited"}
    assert (result.created, result.expires) == (datetime.date(2020, 5, 1), datetime.date(2027, 5, 1))
    assert (result.registrar, result.name_servers) == ("Example Registrar Ltd.", ("ns1.example-dns.com",))


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"events": None}, "created", None),
        ({"events": [{"eventAction": "registration"}, "x", None]}, "created", None),
        ({"events": [{"eventAction": "Registration", "eventDate": "2020-13-45"}]}, "created", None),
        ({"status": "Client Hold"}, "codes", {"clienthold"}),
        ({"status": ["CLIENT HOLD", 5, None]}, "codes", {"clienthold"}),
        ({"status": None}, "codes", frozenset()),
        ({"entities": None}, "registrar", ""),
        ({"entities": [{"roles": "registrar", "handle": "77"}]}, "registrar", "77"),
        ({"entities": [{"roles": ["Registrar"], "vcardArray": ["vcard", "?"], "handle": None}]}, "registrar", ""),
        ({"nameservers": [{"ldhName": "NS.X.CN."}, {}, 4]}, "name_servers", ("ns.x.cn",)),
        ({"nameservers": {}}, "name_servers", ()),
    ],
)
def test_oddities_of_rdap_are_left_out(change: dict[str, Any], field: str, value: Any) -> None:
    result = from_rdap({**record("odd-shop.com"), **change})
    assert result.status is RegistryStatus.REGISTERED
    assert getattr(result, field) == value


@pytest.mark.parametrize(
    "thing", [None, [], "x", 5, {}, {"errorCode": 500}, {"objectClassName": "entity", "handle": "x"}]
)
def test_what_is_no_record_is_not_read_as_one(thing: Any) -> None:
    assert from_rdap(thing).status is RegistryStatus.UNAVAILABLE


def test_not_found_with_status_200() -> None:
    assert from_rdap({"errorCode": 404, "title": "Not Found"}).status is RegistryStatus.NOT_REGISTERED


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(record("x.com"))), JSON))
def test_no_json_breaks_the_reader(thing: dict[str, Any]) -> None:
    result = from_rdap({"ldhName": "x.com", **thing})
    assert result.status in (RegistryStatus.REGISTERED, RegistryStatus.UNAVAILABLE)
    json.dumps(sorted(result.codes))


def test_whois_of_cn_form() -> None:
    result = from_whois(cn_text("held-shop.cn", "clientHold", "serverHold"))
    assert result.status is RegistryStatus.REGISTERED and result.codes == {"clienthold", "serverhold"}
    assert (result.created, result.expires) == (datetime.date(2020, 5, 1), datetime.date(2027, 5, 1))
    assert result.registrar == "某某云计算（北京）有限公司"
    assert result.name_servers == ("ns1.example-dns.com",)


def test_whois_of_a_thin_registry() -> None:
    result = from_whois(VERISIGN)
    assert result.codes == {"serverhold", "clienttransferprohibited"}
    assert (result.created, result.registrar) == (datetime.date(2026, 11, 1), "Example Registrar Ltd.")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("No matching record.\r\n", RegistryStatus.NOT_REGISTERED),
        ('No match for "GONE-SHOP.COM".\r\n>>> Last update ...', RegistryStatus.NOT_REGISTERED),
        ("Domain not found.\n", RegistryStatus.NOT_REGISTERED),
        ("Queried interval is too short.\r\n", RegistryStatus.RATE_LIMITED),
        ("Number of allowed queries exceeded: limit exceeded", RegistryStatus.RATE_LIMITED),
        ("", RegistryStatus.UNAVAILABLE),
        ("<html>502</html>", RegistryStatus.UNAVAILABLE),
        ("the domain you want to register is reserved", RegistryStatus.UNAVAILABLE),
    ],
)
def test_whois_without_a_record(text: str, status: RegistryStatus) -> None:
    assert from_whois(text).status is status


@given(st.text(max_size=400))
def test_no_text_breaks_the_whois_reader(text: str) -> None:
    assert from_whois(text).source == "whois"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-05-01T04:00:00Z", (2020, 5, 1)),
        ("2020-05-01 12:00:00", (2020, 5, 1)),
        ("2020.05.01", (2020, 5, 1)),
        ("01-May-2020", (2020, 5, 1)),
        ("2020-02-31", None),
        ("31-Foo-2020", None),
        ("soon", None),
        (None, None),
        (20200501, None),
    ],
)
def test_dates(text: Any, day: tuple[int, int, int] | None) -> None:
    assert date(text) == (datetime.date(*day) if day else None)


def test_codes_in_either_spelling_are_the_same() -> None:
    spelt = [
        "server hold",
        "serverHold",
        "SERVERHOLD",
        "serverHold https://icann.org/epp#serverHold",
        "server hold (x)",
    ]
    assert codes(spelt) == {"serverhold"}
    assert codes(["active"]) == {"ok"}


def test_foreign_text_is_made_harmless() -> None:
    assert printable("A\n[click](http://x)\x00<b>`{x}` 公司") == "A click (http://x) b x 公司"
    assert len(printable("x" * 500)) == 80
