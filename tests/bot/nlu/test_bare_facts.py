"""Bare domains, whole messages and bare facts are decided before the classifier; more than that is not."""

from datetime import date

import pytest

from bot.nlu.facts import find_facts
from bot.nlu.fixed import fixed_intent, fixed_messages
from bot.text.domains import DomainName, find_addresses


def decided(text: str) -> str | None:
    entities = [
        {"entity": "domain" if isinstance(found, DomainName) else "bad_address", "start": found.start, "end": found.end}
        for found in find_addresses(text)
    ]
    return fixed_intent(text, entities)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("转人工", "ask_human"),
        ("轉人工！", "ask_human"),
        ("Human", "ask_human"),
        ("ＹＥＳ", "affirm"),
        ("好的。", "affirm"),
        ("no", "deny"),
        ("不是", "deny"),
        ("谢谢！！", "thank"),
        ("example.com", "provide_domain"),
        ("it's shop.example.com", "provide_domain"),
        ("我的域名是 example.cn", "provide_domain"),
        ("😀😀", "out_of_scope"),
        ("!!!", "out_of_scope"),
        ("", "out_of_scope"),
        ("my site example.com does not resolve", None),
        ("不是我的域名过期了", None),
        ("human rights", None),
        ("yes but it still fails", None),
    ],
)
def test_decides_only_what_is_certain(text: str, intent: str | None) -> None:
    assert decided(text) == intent


def test_no_message_is_listed_twice() -> None:
    assert len(fixed_messages()) > 100


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("all of them", "inform"),
        ("just two of the domains", "inform"),
        ("both are with Tencent", "inform"),
        ("the filing is with you, the Hong Kong server is at AWS", "inform"),
        ("yesterday", "inform"),
        ("全部", "inform"),
        ("只转了两个", "inform"),
        ("都是腾讯云的", "inform"),
        ("备案和服务器都在你们这", "inform"),
        ("昨天收到的", "inform"),
        ("both with you, will the filing be cancelled", None),
        ("all our filings went over to you, will the first provider strike us off", None),
        ("全部转走以后原来的备案怎么办", None),
        ("两台都是你们家的，换到香港会掉备案吗", None),
        ("all the best", None),
        ("all six are wrong", None),
    ],
)
def test_a_fact_decides_only_when_nothing_else_is_said(text: str, intent: str | None) -> None:
    facts = [
        {"entity": entity, "start": start, "end": end} for entity, _, start, end in find_facts(text, date(2026, 11, 17))
    ]
    assert fixed_intent(text, facts) == intent
