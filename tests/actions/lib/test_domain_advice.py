"""Advice for one domain name, by its public suffix."""

import pytest

from actions.lib.domain_advice import DomainAdvice, advise


@pytest.mark.parametrize(
    ("host", "advice", "display", "suffix"),
    [
        ("example.com", "identity", "example.com", "com"),
        ("www.shop.example.net", "identity", "www.shop.example.net", "net"),
        ("EXAMPLE.COM", "identity", "example.com", "com"),
        ("xn--fsqu00a.com", "identity", "例子.com", "com"),
        ("example.com.cn", "status", "example.com.cn", "com.cn"),
        ("example.cn", "status", "example.cn", "cn"),
        ("example.org", "status", "example.org", "org"),
    ],
)
def test_only_com_and_net_need_a_verified_owner(host: str, advice: str, display: str, suffix: str) -> None:
    found = advise(host)
    assert (found.advice, found.display, found.suffix) == (advice, display, suffix)
    assert found.response == (
        "utter_check_domain__verify_identity" if advice == "identity" else "utter_check_domain__other_suffix"
    )


@pytest.mark.parametrize("host", [None, "unknown", "", "127.0.0.1", "localhost"])
def test_does_without_a_name(host: str | None) -> None:
    assert advise(host) == DomainAdvice("utter_check_domain__no_domain", "status", "example.com")
