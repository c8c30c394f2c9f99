"""③ From probabilities to a decision: answer, ask "did you mean …?", or say that this is not covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as UNSURE

from bot.topics import TOPICS

NOT_COVERED = ("icp_other", "out_of_scope")
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Thresholds:
    """Least probabilities, chosen by leave-one-author-out cross-validation on the training messages (docs/nlu.md).

    answer: of a topic, to give its answer; higher means fewer wrong answers and more questions back.
    not_covered: of icp_other and out_of_scope together, to say so without offering topics.
    dialogue: of any other intent (yes, no, thanks, a person, …).
    """

    answer: float = 0.65
    not_covered: float = 0.4
    dialogue: float = 0.4


def choose(ranking: Ranking, least: Thresholds = Thresholds()) -> tuple[str, float]:
    """Intent and confidence for a ranking (best first); `nlu_fallback` when no decision is safe.

    A near-miss that is taken for a topic gets a wrong answer, one that is taken for unsure gets a question: the
    thresholds weigh one against the other.
    """
    intent, probability = ranking[0]
    if intent in TOPICS:
        sure = probability >= least.answer
    elif intent in NOT_COVERED:
        sure = sum(p for name, p in ranking if name in NOT_COVERED) >= least.not_covered
    else:
        sure = probability >= least.dialogue
    return (intent, probability) if sure else (UNSURE, 1.0 - probability)
