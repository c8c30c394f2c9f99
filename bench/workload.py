"""What the users of a measurement say: training messages that both sides know, so that both take the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.projects import ACTION_INTENT, Entries

# One turn, one response and no custom action, in our rules as in the stock project's.
ANSWERED = ("change_server_system", "expired_domain_taken", "icp_other", "greet", "thank", "bot_challenge")
WITH_ACTION = (ACTION_INTENT,)
CANDIDATES = 72  # of each kind, before those are left out that a side misunderstands
_ANNOTATION = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")

Labelled = list[tuple[str, str]]  # intent, text


@dataclass(frozen=True)
class Workload:
    """The messages: some that get a response, some that get a custom action."""

    answer: list[str]
    action: list[str]


def candidates(entries: Entries) -> Labelled:
    """Messages that might do, of both kinds."""
    return [
        *pick(entries, ANSWERED, CANDIDATES // len(ANSWERED)),
        *pick(entries, WITH_ACTION, CANDIDATES // len(WITH_ACTION)),
    ]


def understood(labelled: Labelled, *sides: list[str]) -> Workload:
    """Keep the messages that every side understands as labelled; `sides`: the intents that each found, in order."""
    kept = [pair for pair, *found in zip(labelled, *sides, strict=True) if {*found} == {pair[0]}]
    return Workload(
        [text for intent, text in kept if intent in ANSWERED], [text for intent, text in kept if intent in WITH_ACTION]
    )


def pick(entries: Entries, intents: tuple[str, ...], per_intent: int) -> Labelled:
    """Return (intent, text) pairs: spread evenly over each intent's messages (so over languages), the intents mixed."""
    spread = {intent: _spread(examples(entries, intent), per_intent) for intent in intents}
    return [(intent, texts[i]) for i in range(per_intent) for intent, texts in spread.items() if i < len(texts)]


def examples(entries: Entries, intent: str) -> list[str]:
    """All messages of an intent, without entity annotations."""
    blocks = (entry["examples"] for entry in entries if entry["intent"] == intent)
    lines = (line.strip() for block in blocks for line in block.splitlines())
    return [_ANNOTATION.sub(r"\1", line[2:].strip()) for line in lines if line.startswith("- ")]


def _spread(texts: list[str], count: int) -> list[str]:
    count = min(count, len(texts))
    return [texts[i * len(texts) // count] for i in range(count)]
