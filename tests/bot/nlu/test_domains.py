"""Domain names and unusable addresses as entities."""

from collections.abc import Callable
from importlib import import_module

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.domains import DomainExtractor

IDN = "xn--fsqu00a.xn--fiqs8s"  # 例子.中国


def entities(message: Message) -> list[tuple[str, str, str]]:
    """(entity, value, the text between its offsets), in order."""
    text = message.get("text")
    return [(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in message.get("entities") or []]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my site Example.COM is down", [("domain", "example.com", "Example.COM")]),
        ("我的域名是例子.中国打不开", [("domain", IDN, "例子.中国")]),
        ("a.com and b.net", [("domain", "a.com", "a.com"), ("other_domain", "b.net", "b.net")]),
        (
            "a.cn b.cn c.cn",
            [("domain", "a.cn", "a.cn"), ("other_domain", "b.cn", "b.cn"), ("other_domain", "c.cn", "c.cn")],
        ),
        ("127.0.0.1 or example.com", [("domain", "example.com", "example.com")]),
        ("no name at all", []),
        ("", []),
    ],
)
def test_marks_names_the_first_one_as_domain(
    text: str, found: list[tuple[str, str, str]], read: Callable[..., Message]
) -> None:
    assert entities(read(text, DomainExtractor)) == found


@pytest.mark.parametrize("text", ["localhost", "http://127.0.0.1/", "192.168.0.1 is dead", "10.0.0.1 and 10.0.0.2"])
def test_marks_one_unusable_address_when_there_is_no_name(text: str, read: Callable[..., Message]) -> None:
    [(entity, problem, span)] = entities(read(text, DomainExtractor))
    assert entity == "bad_address"
    assert problem in {kind.value for kind in import_module("bot.text.domains").AddressProblem}
    assert span in text
