"""⑤ The six topics, and which of them an unsure classifier should offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.topics import TOPICS

MOST_OFFERED = 3
LEAST_LIKELY = 0.08  # a topic below this is not worth a button


def likely_topics(ranking: Sequence[dict[str, Any]]) -> list[str]:
    """Up to three topics by likelihood from Rasa's intent ranking ([{"name", "confidence"}, …], best first)."""
    likely = [item["name"] for item in ranking if item["name"] in TOPICS and item["confidence"] >= LEAST_LIKELY]
    return likely[:MOST_OFFERED]
