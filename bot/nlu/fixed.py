"""③ The layer in front of the classifier: messages that can only mean one thing never reach it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import StatelessComponent
from bot.nlu.facts import without_facts
from bot.nlu.marks import decide, is_decided
from bot.text.normalise import normalise

_EDGES = " \t\n.,!?;:…~—-\"'()[]<>。，！？；：、～·“”‘’（）【】《》"
_NO_WORDS = re.compile(r"[\W_\d]*", re.UNICODE)
# Words that may stand around a bare domain or a bare fact without adding a question.
_FILLER = re.compile(
    r"\b(my|our|the|it'?s|its|it is|is|domain|name|website|site|url|address|this|here|that|one|got|received|came|on|was"
    r"|i|we|ok|so|and|are|them|of|notice|sms|date)\b"
    r"|我们|我|的|域名|网站|网址|地址|是|这个|就是|叫|为|在|收到|收的|通知|短信|日期|了|那天|哦|啊|呢|吧|哈|嗯|他|它|有|都"
)
_REST_OF_URL = re.compile(r"\w+://(?=\s|$)|(?<=\s)[/:?#][!-~]*")  # around the host, which alone is the entity
_FACT_FILLER = re.compile(
    r"\b(filing|filed|server|icp|both|with|at|too|also|moved|transferred|domains?|names?|sites?|of|only|just"
    r"|my|the|new|old)\b"
    r"|备案|服务器|和|跟|这边?|那边?|里|家|云|香港|也|只|就|转|域名|网站|给|你们|的|是|用|在|个"
)
_ADDRESS_ENTITIES = frozenset({"domain", "other_domain", "bad_address"})
_FACT_ENTITIES = frozenset({"date", "hosting", "transfer_scope", "owner_role"})


@lru_cache(maxsize=1)
def fixed_messages() -> dict[str, str]:
    """Normalised message -> intent, from fixed_messages.yml beside this module."""
    listed = yaml.safe_load((Path(__file__).parent / "fixed_messages.yml").read_text(encoding="utf-8"))
    return {key(text): intent for intent, groups in listed.items() for group in groups for text in group}


def key(text: str) -> str:
    """A message as it is looked up: normalised, without punctuation at its ends."""
    return normalise(text).strip(_EDGES)


def fixed_intent(text: str, entities: list[dict[str, Any]]) -> str | None:
    """The only possible intent of a message, or None when it has to be classified."""
    intent = fixed_messages().get(key(text))
    if intent:
        return intent
    spans = [(e["start"], e["end"]) for e in entities if e["entity"] in _ADDRESS_ENTITIES]
    if spans and not _FILLER.sub(" ", _outside(text, spans)).strip(_EDGES):
        return "provide_domain"
    if any(e["entity"] in _FACT_ENTITIES for e in entities):
        dates = [(e["start"], e["end"]) for e in entities if e["entity"] == "date"]
        if not _FACT_FILLER.sub(" ", _FILLER.sub(" ", without_facts(_outside(text, dates)))).strip(_EDGES):
            return "inform"
    return "out_of_scope" if not entities and _NO_WORDS.fullmatch(text) else None


def _outside(text: str, spans: list[tuple[int, int]]) -> str:
    """What a message says beside the given spans, normalised."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return normalise(_REST_OF_URL.sub(" ", "".join(kept)))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FixedMessages(StatelessComponent):
    """Decides bare domains, bare facts and the whole messages of fixed_messages.yml; leaves everything else alone."""

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if is_decided(message):
                continue
            found = [entity for entity in message.get(ENTITIES) or [] if entity["entity"] != "language"]
            intent = fixed_intent(message.get(TEXT) or "", found)
            if intent:
                decide(message, intent, 1.0, by="fixed")
        return messages
