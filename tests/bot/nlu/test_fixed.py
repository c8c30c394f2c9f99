"""The layer in front of the classifier: what can only mean one thing, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from conftest import ROOT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.domains import DomainExtractor
from bot.nlu.facts import FactExtractor
from bot.nlu.fixed import FixedMessages, fixed_messages, key
from bot.nlu.language import LanguageDetector

Read = Callable[..., Message]
LAYERS = (LanguageDetector, DomainExtractor, FactExtractor, FixedMessages)


def intent(read: Read, text: str) -> str | None:
    found: dict[str, Any] | None = read(text, *LAYERS).get("intent")
    return found["name"] if found else None


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        # whole messages, however they are spelt
        ("转人工", "ask_human"),
        ("轉人工！", "ask_human"),
        ("  Human, please ", None),
        ("HUMAN!!", "ask_human"),
        ("Yes.", "affirm"),
        ("ＯＫ", "affirm"),
        ("不是。", "deny"),
        ("I don't know", "not_sure"),
        ("还是不行", "still_not_working"),
        ("都不是", "none_of_these"),
        ("你好", "greet"),
        ("88", "goodbye"),
        # bare addresses
        ("example.com", "provide_domain"),
        ("It's example.com.", "provide_domain"),
        ("我的域名是例子.中国", "provide_domain"),
        ("a.com and b.net", "provide_domain"),
        ("localhost", "provide_domain"),
        ("http://127.0.0.1/", "provide_domain"),
        ("https://example.com:8080/index.html?a=b#c", "provide_domain"),
        ("网址是https://example.com/index.html", "provide_domain"),
        ("https://example.com/index.html打不开", None),
        # bare dates
        ("yesterday", "inform"),
        ("昨天收到的", "inform"),
        ("2026-11-20", "inform"),
        # no words at all
        ("", "out_of_scope"),
        ("😀👍", "out_of_scope"),
        ("???", "out_of_scope"),
        ("123", "out_of_scope"),
        # left to the classifier
        ("why is example.com down", None),
        ("example.com解析不了", None),
        ("the notice came yesterday but the console shows nothing", None),
        ("yes but my site is down", None),
        ("What happens to the original filing if I transferred all of my domains?", None),
        ("全部域名都转走了，原备案怎么办", None),
        ("my filing is with you and the hong kong server is yours too, will it be cancelled?", None),
        ("some words", None),
    ],
)
def test_decides_only_what_cannot_be_misread(text: str, decided: str | None, read: Read) -> None:
    assert intent(read, text) == decided


def test_says_which_layer_decided(read: Read) -> None:
    message = read("转人工", *LAYERS)
    assert message.get("decided_by") == "fixed"
    assert message.get("intent") == {"name": "ask_human", "confidence": 1.0}


def test_leaves_what_an_earlier_layer_decided(read: Read) -> None:
    assert read("Meine Webseite funktioniert nicht", *LAYERS).get("decided_by") == "language"


def test_fixed_messages_are_intents_of_the_domain_and_stand_there_once() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    listed = yaml.safe_load((ROOT / "bot" / "nlu" / "fixed_messages.yml").read_text(encoding="utf-8"))
    keys = [key(text) for groups in listed.values() for group in groups for text in group]
    assert set(listed) <= set(domain["intents"])
    assert sorted(keys) == sorted(set(keys))
    assert set(fixed_messages()) == set(keys)
