"""③ Domain names and unusable addresses in a message, as entities."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import StatelessComponent
from bot.nlu.marks import add_entity
from bot.text.domains import BadAddress, DomainName, find_addresses


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DomainExtractor(StatelessComponent):
    """Entities `domain` (the first name), `other_domain` (further names), `bad_address` (only when there is no name).

    A slot holds one value and Rasa would put a list into it, so only the first name is called `domain`.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = find_addresses(message.get(TEXT) or "")
            names = [address for address in found if isinstance(address, DomainName)]
            for position, name in enumerate(names):
                entity = "domain" if position == 0 else "other_domain"
                add_entity(message, entity, name.host, name.start, name.end, type(self).__name__)
            if not names:
                for bad in [address for address in found if isinstance(address, BadAddress)][:1]:
                    add_entity(message, "bad_address", bad.problem.value, bad.start, bad.end, type(self).__name__)
        return messages
