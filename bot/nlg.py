"""④ Turns a response's name into words: Rasa's own templates, with the operator's contact facts filled in.

Used in the Rasa process through endpoints.yml (`nlg: type: bot.nlg.AssistantNLG`), so it costs no round trip.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.nlu.marks import ALSO_TOPIC
from bot.settings import Settings, load


class AssistantNLG(TemplatedNaturalLanguageGenerator):
    """Rasa's conditional responses plus {hotline}, {ticket_url}, {max_chars} and the offer of a second answer."""

    def __init__(
        self, endpoint_config: EndpointConfig | None, domain: Domain, settings: Settings | None = None
    ) -> None:
        super().__init__(domain.responses)
        settings = settings or load()
        self._facts = {
            "hotline": settings.hotline,
            "ticket_url": settings.ticket_url,
            "max_chars": f"{settings.max_message_chars:,}",
        }
        # Messages whose second question was offered: an action's several sentences are made before any is logged.
        self._offered: WeakValueDictionary[int, UserUttered] = WeakValueDictionary()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The response in the conversation's language, or None when it is not defined."""
        response = await super().generate(utter_action, tracker, output_channel, **{**self._facts, **kwargs})
        message = unanswered(tracker)
        topic = message.parse_data.get(ALSO_TOPIC) if message else None
        if response is not None and message and topic and self._offered.get(id(message)) is not message:
            self._offered[id(message)] = message
            await self._offer(str(topic), response, tracker, output_channel)
        return response

    async def _offer(
        self, topic: str, response: dict[str, Any], tracker: DialogueStateTracker, output_channel: str
    ) -> None:
        """Adds "you also asked about …" and its button to the first answer."""
        menu = await super().generate("utter_greet", tracker, output_channel) or {}
        button = next((b for b in menu.get("buttons", []) if b["payload"] == f"/{topic}"), None)
        if button:
            offer = await super().generate("utter_also_asked", tracker, output_channel, topic=button["title"]) or {}
            response["text"] = f"{response.get('text', '')}\n\n{offer.get('text', '')}".strip()
            response["buttons"] = [
                button,
                *(b for b in response.get("buttons") or [] if b["payload"] != button["payload"]),
            ]


def unanswered(tracker: DialogueStateTracker) -> UserUttered | None:
    """The user's last message, as long as nothing was said since."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            return None
        if isinstance(event, UserUttered):
            return event
    return None
