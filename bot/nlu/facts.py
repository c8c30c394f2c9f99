"""③ Facts stated in passing (a date, whose servers, all or some): nobody is asked for what they already said."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from pathlib import Path

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.clock import today
from bot.nlu.component import StatelessComponent
from bot.nlu.marks import add_entity
from bot.text.dates import find_date
from bot.text.normalise import normalise

_HOSTING = {
    ("here", "here"): "both_here",
    ("here", "elsewhere"): "server_elsewhere",
    ("elsewhere", "here"): "filing_elsewhere",
    ("elsewhere", "elsewhere"): "neither_here",
}

_ONLY_FILING = re.compile(r"\bonly the (icp )?filing\b|只有备案")
_ONLY_SERVER = re.compile(r"\bonly the (hk |hong kong |new )?server\b|只有服务器")
_CLAUSE = re.compile(r"[^.,;!?，。；！？\n]+[.,;!?，。；！？\n]?")
# A clause that asks or doubts does not state: "do I have to move all of them", "是不是都在腾讯".
_DOUBT = re.compile(
    r"\b(not sure|unsure|(do not|don'?t|doesn'?t) (know|remember)|no idea|whether|is it (better|enough|ok)|matter"
    r"|or (only|just|part|some|all)"
    r"|(do|does|should|must|can|may|could|would) (i|we|both|they|all|it)|have to|need to)\b"
    r"|^\s*(are|is) (both|everything|all)\b"
    r"|不知道|不清楚|不确定|不晓得|不记得|说不清|是不是|是否|要不要|必须|需不需要|能不能|可不可以|行不行|可以吗"
    r"|[要能得应].{0,10}吗|[全部都分].{0,4}还是|还是(只|一部分|部分|全)"
)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, list[re.Pattern[str]]]]:
    listed = yaml.safe_load((Path(__file__).parent / "facts.yml").read_text(encoding="utf-8"))
    return {
        fact: {value: [re.compile(pattern) for pattern in patterns] for value, patterns in values.items()}
        for fact, values in listed.items()
    }


def without_doubts(text: str) -> str:
    """The text with blanks in place of the clauses that only ask or doubt; offsets stay as they are."""
    return _CLAUSE.sub(lambda clause: " " * len(clause[0]) if _DOUBT.search(clause[0]) else clause[0], text)


def stated(fact: str, text: str) -> tuple[str, re.Match[str]] | None:
    """Value of one fact of facts.yml in normalised text and where it stands, or None when it is not stated."""
    for value, patterns in _patterns()[fact].items():
        for pattern in patterns:
            if match := pattern.search(text):
                return value, match
    return None


def stated_hosting(text: str) -> str | None:
    """Whose are filing and new server: a value of _HOSTING; None unless both are said."""
    both = stated("both_at", text)
    filing, server = (both, both) if both else (stated("filing_at", text), stated("server_at", text))
    whose = [found[0] if found else "" for found in (filing, server)]
    if _ONLY_FILING.search(text):
        whose[1] = "elsewhere"
    if _ONLY_SERVER.search(text):
        whose[1] = "here"
    return _HOSTING.get((whose[0], whose[1]))


def without_facts(text: str) -> str:
    """Normalised text without the words that state whose, who or how much; the rest may ask more."""
    for fact in ("transfer_scope", "owner_role", "both_at", "filing_at", "server_at"):
        for patterns in _patterns()[fact].values():
            for pattern in patterns:
                text = pattern.sub(" ", text)
    return text


def find_facts(text: str, day: datetime.date) -> list[tuple[str, str, int, int]]:
    """(entity, value, start, end) of each fact in a message of that day; (0, 0) when it has no one place."""
    found = []
    if date := find_date(text, day):
        found.append(("date", date.value.isoformat(), date.start, date.end))
    plain = normalise(text)
    certain = without_doubts(plain)
    for entity, where in (("transfer_scope", certain), ("owner_role", plain)):
        if (fact := stated(entity, where)) is not None:
            # Offsets in the normalised text are those of the text itself unless something was shortened.
            start, end = fact[1].span() if len(plain) == len(text) else (0, 0)
            found.append((entity, fact[0], start, end))
    if hosting := stated_hosting(certain):
        found.append(("hosting", hosting, 0, 0))
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(StatelessComponent):
    """Entities `date` (ISO, in the settings' time zone), `hosting`, `transfer_scope`, `owner_role`."""

    def warm_up(self) -> None:
        find_facts("Nov 1", today())

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            for entity, value, start, end in find_facts(message.get(TEXT) or "", today()):
                add_entity(message, entity, value, start, end, type(self).__name__)
        return messages
