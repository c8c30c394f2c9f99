"""③ How our components write what they found on a Rasa message: one place for the shapes Rasa expects."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

ALSO_TOPIC = "also_topic"  # in parse data: topic of a second question in the same message
DECIDED_BY = "decided_by"  # in parse data and so in the transcript: which layer chose the intent


def add_entity(message: Message, entity: str, value: str, start: int, end: int, extractor: str) -> None:
    """Appends one entity; start and end are character offsets in the message's text."""
    found: dict[str, Any] = {
        ENTITY_ATTRIBUTE_TYPE: entity,
        ENTITY_ATTRIBUTE_START: start,
        ENTITY_ATTRIBUTE_END: end,
        ENTITY_ATTRIBUTE_VALUE: value,
        EXTRACTOR: extractor,
    }
    message.set(ENTITIES, [*(message.get(ENTITIES) or []), found], add_to_output=True)


def decide(
    message: Message, intent: str, confidence: float, by: str, ranking: list[tuple[str, float]] | None = None
) -> None:
    """Sets the intent, its ranking (best first) and which layer decided."""
    scored = ranking or [(intent, confidence)]
    message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
    message.set(
        INTENT_RANKING_KEY,
        [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: score} for name, score in scored],
        add_to_output=True,
    )
    message.set(DECIDED_BY, by, add_to_output=True)


def is_decided(message: Message) -> bool:
    """True when an earlier layer has chosen the intent; later layers leave it alone."""
    return bool(message.get(DECIDED_BY))
