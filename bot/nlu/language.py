"""③ Marks each message with its language, so that slots and answers follow it."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import StatelessComponent
from bot.nlu.marks import add_entity, decide
from bot.text.language import ANSWERED_IN, Language, detect_language


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageDetector(StatelessComponent):
    """Adds the entity `language` (en | zh); a message in another language gets the intent `other_language`.

    A message that shows no language ("example.com", "123") gets the one that its channel names (`metadata: {language:
    …}`), or no entity: the conversation keeps the one it had.
    """

    def warm_up(self) -> None:
        detect_language("il est encore tôt")

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            language = detect_language(text)
            if language is Language.OTHER:
                decide(message, "other_language", 1.0, by="language")
                continue
            name = language.value if language else (message.get("metadata") or {}).get("language")
            if name in ANSWERED_IN:
                add_entity(message, "language", name, 0, len(text), extractor=type(self).__name__)
        return messages
