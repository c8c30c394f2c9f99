"""Which texts become a name that is looked up, and why others don't."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.diagnosis.names import NameStatus, check_name, display


@pytest.mark.parametrize(
    ("text", "host", "registrable", "suffix"),
    [
        ("example.com", "example.com", "example.com", "com"),
        ("https://Shop.Example.com:8080/x?y", "shop.example.com", "example.com", "com"),
        ("www.example.com.cn", "www.example.com.cn", "example.com.cn", "com.cn"),
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s", "xn--fiqs8s"),
        ("shop.github.io", "shop.github.io", "github.io", "io"),  # a filing belongs to the name that a registry sold
    ],
)
def test_a_name_is_taken_apart(text: str, host: str, registrable: str, suffix: str) -> None:
    name = check_name(text)
    assert (name.status, name.host, name.registrable) == (NameStatus.OK, host, registrable)
    assert name.top_level == suffix.rpartition(".")[2]
    assert name.www == f"www.{registrable}"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", NameStatus.MISSING),
        (None, NameStatus.MISSING),
        ("my site is down", NameStatus.MISSING),
        ("http://127.0.0.1/", NameStatus.IP),
        ("http://[::1]/", NameStatus.IP),
        ("http://2130706433/", NameStatus.IP),
        ("http://0x7f.1/", NameStatus.IP),
        ("localhost", NameStatus.LOCAL),
        ("http://metadata.internal/", NameStatus.LOCAL),
        ("http://printer.local/", NameStatus.LOCAL),
        ("http://router.home.arpa/", NameStatus.LOCAL),
        ("http://shop.test/", NameStatus.RESERVED),
        ("http://shop.example/", NameStatus.RESERVED),
        ("http://abc.onion/", NameStatus.RESERVED),
        ("http://1.0.0.127.in-addr.arpa/", NameStatus.RESERVED),
        ("com.cn", NameStatus.SUFFIX_ONLY),
        ("http://" + "a" * 64 + ".com/", NameStatus.MALFORMED),
        ("http://" + "a" * 60 + ("." + "b" * 60) * 4 + ".com/", NameStatus.MALFORMED),
        ("http://xn--zzzzzzzzz--.com/", NameStatus.MALFORMED),
    ],
)
def test_a_refusal_says_why(text: str | None, status: NameStatus) -> None:
    name = check_name(text)
    assert (name.status, name.host) == (status, "")


@given(st.text(max_size=120) | st.from_regex(r"(http://)?[\w.\-:/@\[\]]{1,80}"))
def test_whatever_is_typed_only_host_names_get_through(text: str) -> None:
    name = check_name(text)
    if name.status is NameStatus.OK:
        assert re.fullmatch(r"(?!.*(?:--\.|\.\.))[a-z0-9]([a-z0-9.-]*[a-z0-9])", name.host)
        assert len(name.host) <= 253 and max(map(len, name.host.split("."))) <= 63
        assert name.host.endswith(name.registrable) and not name.host.endswith((".arpa", ".local", ".internal"))
    else:
        assert name.host == ""


def test_a_host_is_shown_readable() -> None:
    assert display("www.xn--fsqu00a.xn--fiqs8s") == "www.例子.中国"
    assert display("xn--broken--.com") == "xn--broken--.com"
