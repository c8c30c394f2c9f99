"""③ The arithmetic of the evaluation: shares with intervals, macro-F1, calibration error, risk against coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_Z = 1.959964  # two-sided 95 %


class Share(NamedTuple):
    """A share of `total` messages with its 95 % Wilson interval; all zero when there are no messages."""

    value: float
    low: float
    high: float
    hits: int
    total: int


def share(hits: Sequence[bool]) -> Share:
    """Share of true values among the hits."""
    count, total = sum(map(bool, hits)), len(hits)
    if not total:
        return Share(0.0, 0.0, 0.0, 0, 0)
    p = count / total
    middle = (p + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    half = _Z * math.sqrt(p * (1 - p) / total + _Z**2 / (4 * total**2)) / (1 + _Z**2 / total)
    return Share(p, max(0.0, middle - half), min(1.0, middle + half), count, total)


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Mean F1 over the intents that occur in the truth; any other prediction counts as a miss."""
    scores = []
    for intent in sorted(set(truth)):
        right = sum(t == p == intent for t, p in zip(truth, predicted, strict=True))
        named, meant = predicted.count(intent), truth.count(intent)  # type: ignore[attr-defined]
        scores.append(2 * right / (named + meant))
    return float(np.mean(scores)) if scores else 0.0


def macro_f1_interval(truth: Sequence[str], predicted: Sequence[str], rounds: int = 500) -> tuple[float, float]:
    """95 % bootstrap interval of macro_f1 over the messages; the same messages give the same interval."""
    random, scores = np.random.RandomState(0), []
    for _ in range(rounds):
        rows = random.randint(0, len(truth), len(truth))
        scores.append(macro_f1([truth[i] for i in rows], [predicted[i] for i in rows]))
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: distance of confidence from accuracy over equally wide bins, weighted by size."""
    confidence, correct = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = which == number
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - correct[inside].mean())
    return float(error)


class Point(NamedTuple):
    """With topics answered from `threshold` on: share of topic questions answered, share of those answers wrong."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(scores: Sequence[float], right: Sequence[bool], is_topic: Sequence[bool]) -> list[Point]:
    """The curve over all messages whose best intent is a topic; risk counts near-misses and out of scope as wrong.

    scores: probability of the best topic, 0 when something else is likelier; right: that topic is the right one.
    """
    score, correct, asked = np.asarray(scores, float), np.asarray(right, bool), np.asarray(is_topic, bool)
    points = []
    for threshold in np.arange(0.05, 1.0, 0.05):
        answered = score >= threshold
        coverage = float((answered & asked).sum() / max(1, asked.sum()))
        risk = float((answered & ~correct).sum() / max(1, answered.sum()))
        points.append(Point(round(float(threshold), 2), coverage, risk))
    return points
