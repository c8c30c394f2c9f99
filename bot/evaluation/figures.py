"""③ From how each held-out message was understood to the figures of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.lib.topics import likely_topics
from bot.evaluation.measures import calibration_error, macro_f1, macro_f1_interval, risk_coverage, share
from bot.topics import TOPICS

NEAR_MISS, OUT_OF_SCOPE, UNSURE = "icp_other", "out_of_scope", "nlu_fallback"


@dataclass(frozen=True)
class Understood:
    """One held-out message: its label, the decision, Rasa's ranking of intents and the layer that decided."""

    language: str
    label: str
    intent: str
    ranking: list[dict[str, Any]] = field(default_factory=list)
    decided_by: str = ""

    @property
    def best(self) -> tuple[str, float]:
        """Likeliest intent before the thresholds, and its probability."""
        named = [(item["name"], float(item["confidence"])) for item in self.ranking if item["name"] != UNSURE]
        return named[0] if named else (self.intent, 1.0)

    @property
    def offered(self) -> list[str]:
        """Topics that the user may click when the assistant is unsure."""
        return likely_topics(self.ranking) if self.intent == UNSURE else []


def figures(messages: Sequence[Understood]) -> dict[str, Any]:
    """All figures of one language; a share is [value, low, high, hits, total] with its 95 % interval."""
    topic = [m for m in messages if m.label in TOPICS]
    near, outside = ([m for m in messages if m.label == label] for label in (NEAR_MISS, OUT_OF_SCOPE))
    dialogue = [m for m in messages if m.label not in (*TOPICS, NEAR_MISS, OUT_OF_SCOPE)]
    truth, predicted = [m.label for m in messages], [m.intent for m in messages]
    best = [m.best for m in messages]
    return {
        "messages": len(messages),
        "topic_accuracy": share([m.intent == m.label for m in topic]),
        "wrong_topic": share([m.intent in TOPICS and m.intent != m.label for m in topic]),
        "near_miss_answered": share([m.intent in TOPICS for m in near]),
        "out_of_scope_answered": share([m.intent in TOPICS for m in outside]),
        "dialogue_right": share([m.intent == m.label for m in dialogue]),
        "macro_f1": [macro_f1(truth, predicted), *macro_f1_interval(truth, predicted)],
        "calibration_error": calibration_error(
            [p for _, p in best], [b == t for (b, _), t in zip(best, truth, strict=True)]
        ),
        "policy": _policy(topic, near, outside),
        "risk_coverage": risk_coverage(
            [p if intent in TOPICS else 0.0 for intent, p in best],
            [intent == m.label for (intent, _), m in zip(best, messages, strict=True)],
            [m.label in TOPICS for m in messages],
        ),
        "topics": {name: share([m.intent == name for m in topic if m.label == name]) for name in TOPICS},
    }


def _policy(topic: list[Understood], near: list[Understood], outside: list[Understood]) -> dict[str, Any]:
    """What a user meets: how topic questions end, and whether others are answered, asked back or refused."""
    others = [*near, *outside]
    return {
        "right_at_once": share([m.intent == m.label for m in topic]),
        "right_after_one_click": share([m.label in m.offered for m in topic]),
        "wrongly_answered": share([m.intent in TOPICS and m.intent != m.label for m in topic]),
        "told_not_covered": share([m.intent in (NEAR_MISS, OUT_OF_SCOPE) for m in topic]),
        "others_wrongly_answered": share([m.intent in TOPICS for m in others]),
        "others_asked_back": share([m.intent == UNSURE for m in others]),
        "others_told_not_covered": share([m.intent in (NEAR_MISS, OUT_OF_SCOPE) for m in others]),
    }


def confusion(messages: Sequence[Understood]) -> tuple[list[str], list[list[int]]]:
    """Names and counts: rows are labels, columns decisions, `nlu_fallback` last."""
    names = [*TOPICS, NEAR_MISS, OUT_OF_SCOPE]
    seen = {m.label for m in messages} | {m.intent for m in messages}
    names += [*sorted(seen - {*names, UNSURE}), UNSURE]
    place = {name: i for i, name in enumerate(names)}
    counts = [[0] * len(names) for _ in names]
    for message in messages:
        counts[place[message.label]][place[message.intent]] += 1
    return names, counts
