"""What is said about the user's own domain name, and what is kept of it for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, tracker
from diagnosis_lab.scenario_rows import GONE, NO_DNS
from diagnosis_lab.scenarios import evidence

from actions import action_check_domain as module
from actions.action_check_domain import ActionCheckDomain
from actions.diagnosis.names import NameCheck
from actions.diagnosis.report import Report, report
from actions.diagnosis.service import not_looked

FOUND, PING = "utter_check_domain__found", "utter_check_domain__ping_steps"


class FakeService:
    """Answers with what a test wants to have been found; `asked`: (host, user) of every call."""

    def __init__(self, **changes: Any) -> None:
        self.changes, self.asked = changes, []
        self.reason = self.changes.pop("reason", "")

    async def check(self, name: NameCheck, user: str) -> Report:
        self.asked.append((name.host, user))
        return not_looked(name, self.reason) if self.reason else report(evidence(name.host, **self.changes), 0.5)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeService]:
    """Put a service in place that finds so much."""

    def put(**changes: Any) -> FakeService:
        fake = FakeService(**changes)
        monkeypatch.setattr(module, "service", lambda: fake)
        return fake

    return put


def ran(domain: dict[str, Any], name: str | None, **more: Any) -> Ran:
    language = more.pop("language", "en")
    slots = {"domain": name, "outcome": "unsolved", "domain_withheld": True, "language": language}
    return Ran(ActionCheckDomain(), tracker(slots, **more), domain)


def test_a_look_is_told_in_few_lines_and_kept(looking: Callable[..., FakeService], domain: dict[str, Any]) -> None:
    fake = looking(**GONE, codes=("serverhold",))
    done = ran(domain, "shop-of-li.com")
    assert done.responses == [FOUND] and len(done.messages[0]["lines"].splitlines()) <= 5
    kept = done.slots["last_check"]
    assert (kept["cause"], kept["rule"], kept["confidence"]) == ("identity_missing", "R07", "likely")
    assert "status_serverhold" in [fact["id"] for fact in kept["facts"]]
    assert fake.asked == [("shop-of-li.com", "test")]


def test_asks_anew_whether_it_helped(looking: Callable[..., FakeService], domain: dict[str, Any]) -> None:
    looking()
    slots = ran(domain, "shop-of-li.com").slots
    assert slots["outcome"] is None and slots["domain_withheld"] is None


def test_takes_the_first_of_several_names(looking: Callable[..., FakeService], domain: dict[str, Any]) -> None:
    looking()
    done = ran(domain, "shop-of-li.com", entities={"other_domain": "example.net"})
    assert done.responses == ["utter_check_domain__more_domains", FOUND]
    assert done.messages[0]["domain"] == "shop-of-li.com"


@pytest.mark.parametrize("reason", ["offline", "off", "limit", "busy", "error"])
def test_without_a_look_it_says_so_and_gives_the_steps_by_hand(
    reason: str, looking: Callable[..., FakeService], domain: dict[str, Any], words: Callable[..., Any]
) -> None:
    looking(reason=reason)
    done = ran(domain, "example.com")
    assert done.responses == [f"utter_check_domain__not_looked_{reason}", "utter_check_domain__verify_identity", PING]
    assert done.slots["last_check"]["advice"] == "identity" and done.slots["last_check"]["cause"] == "not_looked"
    text = "\n".join(message["text"] for message in words(done, "en"))
    assert "by hand" in text and "I saw" not in text


@pytest.mark.parametrize(
    ("name", "response", "advice", "suffix"),
    [
        ("shop.example.net", "utter_check_domain__verify_identity", "identity", "net"),
        ("example.com.cn", "utter_check_domain__other_suffix", "status", "com.cn"),
        ("xn--fsqu00a.xn--fiqs8s", "utter_check_domain__other_suffix", "status", "中国"),
    ],
)
def test_by_hand_the_suffix_decides(
    name: str, response: str, advice: str, suffix: str, looking: Callable[..., FakeService], domain: dict[str, Any]
) -> None:
    looking(reason="off")
    done = ran(domain, name)
    assert done.responses[1:] == [response, PING]
    kept = done.slots["last_check"]
    assert (kept["advice"], kept["suffix"]) == (advice, suffix)


@pytest.mark.parametrize("name", ["unknown", None])
def test_without_a_name_nothing_is_looked_at(
    name: str | None, looking: Callable[..., FakeService], domain: dict[str, Any]
) -> None:
    fake = looking()
    done = ran(domain, name)
    assert done.responses == ["utter_check_domain__no_domain", PING]
    assert done.slots["last_check"] == {"advice": "status", "suffix": ""} and fake.asked == []


@pytest.mark.parametrize(
    ("name", "status"), [("10.0.0.5", "ip"), ("shop.test", "reserved"), ("com.cn", "suffix_only"), ("a.local", "local")]
)
def test_a_forged_name_is_refused(
    name: str, status: str, looking: Callable[..., FakeService], domain: dict[str, Any]
) -> None:
    fake = looking()
    assert ran(domain, name).responses[0] == f"utter_check_domain__refused_{status}"
    assert fake.asked == []


def test_with_the_dns_unseen_the_steps_follow(looking: Callable[..., FakeService], domain: dict[str, Any]) -> None:
    looking(**NO_DNS)
    assert ran(domain, "shop-of-li.com").responses == [FOUND, PING]


@pytest.mark.parametrize(
    ("language", "changes", "said"),
    [
        ("en", {**GONE, "codes": ("serverhold",)}, ["likely", "identity verification", "5 days", "What you can do:"]),
        ("zh", {**GONE, "codes": ("serverhold",)}, ["很可能", "实名认证", "5 天", "需要您处理："]),
        ("en", {"codes": ("ok",)}, ["resolves and its website answers", "I saw this"]),
        ("zh", {"codes": ("ok",)}, ["解析正常", "直接查到"]),
    ],
)
def test_says_it_in_the_users_words(
    language: str,
    changes: dict[str, Any],
    said: list[str],
    looking: Callable[..., FakeService],
    domain: dict[str, Any],
    words: Callable[..., Any],
) -> None:
    looking(**changes)
    text = "\n".join(message["text"] for message in words(ran(domain, "shop-of-li.com", language=language), language))
    assert [phrase for phrase in said if phrase not in text] == []
    assert "{" not in text and "xn--" not in text


def test_a_chinese_name_is_shown_as_it_is_written(
    looking: Callable[..., FakeService], domain: dict[str, Any], words: Callable[..., Any]
) -> None:
    looking()
    text = words(ran(domain, "xn--fsqu00a.xn--fiqs8s", language="zh"), "zh")[0]["text"]
    assert "例子.中国" in text and "xn--" not in text
