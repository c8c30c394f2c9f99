"""③ Marks each message with its language, so that slots and answers follow it."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.marks import add_entity, decide
from bot.text.language import Language, detect_language


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Adds the entity `language` (en | zh); a message in another language gets the intent `other_language`.

    A message that shows no language ("example.com", "123") gets the one that its channel names (`metadata: {language:
    …}`), or no entity: the conversation keeps the one it had.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        detect_language("il est encore tôt")  # loads the detector now instead of during somebody's first message
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            language = detect_language(text)
            if language is Language.OTHER:
                decide(message, "other_language", 1.0, by="language")
                continue
            name = language.value if language else (message.get("metadata") or {}).get("language")
            if name in (Language.EN.value, Language.ZH.value):
                add_entity(message, "language", name, 0, len(text), extractor=type(self).__name__)
        return messages
