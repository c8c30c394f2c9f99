"""What is said about the user's own domain name, and what is kept of it for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, tracker

from actions.action_check_domain import ActionCheckDomain

PING = "utter_check_domain__ping_steps"


def ran(domain: dict[str, Any], name: str | None, **more: Any) -> Ran:
    return Ran(ActionCheckDomain(), tracker({"domain": name, "outcome": "unsolved"}, **more), domain)


@pytest.mark.parametrize(
    ("name", "response", "advice", "suffix"),
    [
        ("example.com", "utter_check_domain__verify_identity", "identity", "com"),
        ("shop.example.net", "utter_check_domain__verify_identity", "identity", "net"),
        ("example.com.cn", "utter_check_domain__other_suffix", "status", "com.cn"),
        ("xn--fsqu00a.xn--fiqs8s", "utter_check_domain__other_suffix", "status", "中国"),
        ("unknown", "utter_check_domain__no_domain", "status", ""),
        (None, "utter_check_domain__no_domain", "status", ""),
    ],
)
def test_advises_by_the_suffix_then_explains_the_ping(
    name: str | None, response: str, advice: str, suffix: str, domain: dict[str, Any]
) -> None:
    done = ran(domain, name)
    assert done.responses == [response, PING]
    assert done.slots["last_check"] == {"advice": advice, "suffix": suffix}


def test_asks_anew_whether_it_helped(domain: dict[str, Any]) -> None:
    assert ran(domain, "example.com").slots["outcome"] is None


def test_takes_the_first_of_several_names(domain: dict[str, Any]) -> None:
    done = ran(domain, "example.com", entities={"other_domain": "example.net"})
    assert done.responses[0] == "utter_check_domain__more_domains"
    assert done.messages[0]["domain"] == "example.com"


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        (
            "en",
            "shop.example.com",
            ["shop.example.com ends in .com", "identity verification", "within 5 days", "ping shop.example.com"],
        ),
        ("zh", "shop.example.com", ["shop.example.com 是 .com 域名", "实名认证", "5 天", "ping shop.example.com"]),
        ("en", "example.cn", ["example.cn", "ping example.cn", "I have not tested the name"]),
        ("zh", "xn--fsqu00a.xn--fiqs8s", ["例子.中国", "ping 例子.中国", "没有替您测试"]),
        ("en", "unknown", [".com or .net", "ping example.com"]),
        ("zh", "unknown", [".com 或 .net", "ping example.com"]),
    ],
)
def test_says_it_in_the_users_words(
    language: str, name: str, said: list[str], domain: dict[str, Any], words: Callable[..., Any]
) -> None:
    text = "\n".join(message["text"] for message in words(ran(domain, name), language))
    assert [phrase for phrase in said if phrase not in text] == []
    assert "{" not in text and "xn--" not in text
