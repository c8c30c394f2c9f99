"""② The gate: what every text channel checks before Rasa sees a message. Mix it in front of a Rasa input channel.

Cleans the text, caps its length, drops repeats, lets an intent payload through only when the bot offered it here, and
makes sure that a turn never ends in silence.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from sanic import Blueprint, Sanic

from bot.channels.action_endpoint import ForgivingActionEndpoint
from bot.channels.repeats import Repeats
from bot.settings import load
from bot.text.language import ANSWERED_IN, language_to_answer_in
from bot.text.normalise import clean

logger = logging.getLogger(__name__)
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

EMPTY, TOO_LONG = "empty_message", "too_long_message"  # intents that only the gate gives
SERVICE_DOWN = "utter_service_down"


class Gate(InputChannel):
    """Mixin for input channels: `class RestInput(Gate, RasaRestInput)`."""

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        self._repeats = Repeats()
        self._pass_on = on_new_message
        blueprint = super().blueprint(self.admit)
        blueprint.listener("after_server_start")(self._remember_app)
        return blueprint

    async def _remember_app(self, app: Sanic, _loop: Any) -> None:
        self._app = app

    async def admit(self, message: UserMessage) -> None:
        """Passes one message on to Rasa, changed where needed; answers in the bot's words when Rasa could not."""
        with self._repeats.claim(message.sender_id, message.message_id, message.text or "") as is_new:
            if not is_new:
                logger.info("repeat dropped (conversation %s)", message.sender_id)
                return
            if self._app.ctx.agent:
                ForgivingActionEndpoint.install(self._app.ctx.agent)
            message.text = clean(message.text or "")
            spoken = message.output_channel = _Counting(self.output_for(message))
            try:
                await self._make_harmless(message)
                await self._pass_on(message)
            except Exception:
                logger.exception("turn failed (conversation %s)", message.sender_id)
            if not spoken.count:
                await self._say(SERVICE_DOWN, message)

    def output_for(self, message: UserMessage) -> OutputChannel | None:
        """Where answers go; a channel may put its own output in place of the one that Rasa made."""
        return message.output_channel

    async def _make_harmless(self, message: UserMessage) -> None:
        text = message.text or ""
        limit = load().max_message_chars
        if not any(character.isalnum() for character in text):
            message.parse_data = _decided(EMPTY, text, _language(message))
        elif len(text) > limit:
            message.text = text[:limit]
            message.parse_data = _decided(TOO_LONG, message.text, _language(message))
        elif text.lstrip().startswith("/"):
            if await self._was_offered(message.sender_id, text.strip()):
                message.parse_data = _pressed(message, self._app.ctx.agent.domain)
                return
            message.text = re.sub(r"^[/\s]+", "", text)  # any white space: Rasa would strip it and see the next slash
            if not message.text:
                message.parse_data = _decided(EMPTY, text, _language(message))

    async def _was_offered(self, sender_id: str, payload: str) -> bool:
        agent = self._app.ctx.agent
        if agent.domain and payload in menu_payloads(agent.domain):
            return True
        tracker = await agent.tracker_store.retrieve(sender_id)
        return tracker is not None and payload in offered_payloads(tracker)

    async def _say(self, response: str, message: UserMessage) -> None:
        """Says one of the bot's own sentences without a turn of Rasa."""
        agent: Agent = self._app.ctx.agent
        if not agent or not agent.processor or not agent.domain or not message.output_channel:
            return
        tracker = DialogueStateTracker(message.sender_id, agent.domain.slots)
        language = _language(message)
        if language:
            tracker.slots["language"].value = language
        said = await agent.processor.nlg.generate(response, tracker, message.output_channel.name())
        if said:
            await message.output_channel.send_response(message.sender_id, said)


def offered_payloads(tracker: DialogueStateTracker) -> set[str]:
    """Payloads of all buttons that the bot has shown in the (loaded part of the) conversation."""
    return {
        button["payload"]
        for event in tracker.events
        if isinstance(event, BotUttered)
        for button in (event.data or {}).get("buttons") or []
        if button.get("payload")
    }


def menu_payloads(domain: Domain) -> set[str]:
    """Payloads that may be sent at any time: the greeting's, which some channels show before the first message."""
    variations = domain.responses.get("utter_greet", [])
    return {button["payload"] for variation in variations for button in variation.get("buttons") or []}


def _language(message: UserMessage) -> str | None:
    """Language to answer in: that of the words, else what the channel says (`metadata: {language: …}`)."""
    text = message.text or ""
    shown = None if text.startswith("/") else language_to_answer_in(text)
    hint = (message.metadata or {}).get("language")
    return shown or (hint if hint in ANSWERED_IN else None)


def _pressed(message: UserMessage, domain: Domain) -> dict[str, Any] | None:
    """Parse data for the payload of a button; None (Rasa reads it) when the channel says nothing of its language."""
    language = _language(message)
    if not language:
        return None
    read = YAMLStoryReader.unpack_regex_message(Message({TEXT: (message.text or "").strip()}), domain)
    intent = read.get(INTENT)
    if not intent:
        return None
    entities = [*(read.get(ENTITIES) or []), _language_entity(language, 0)]
    return {"text": message.text, "intent": intent, "intent_ranking": [intent], "entities": entities}


def _decided(intent: str, text: str, language: str | None) -> dict[str, Any]:
    """Parse data for a message that NLU need not read."""
    entities = [_language_entity(language, len(text))] if language else []
    intent_data = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": intent_data, "intent_ranking": [intent_data], "entities": entities}


def _language_entity(language: str, end: int) -> dict[str, Any]:
    return {"entity": "language", "value": language, "start": 0, "end": end}


class _Counting(OutputChannel):
    """Counts the messages that leave through the real output channel."""

    def __init__(self, channel: OutputChannel | None) -> None:
        self._channel, self.count = channel, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def name(self) -> str:  # type: ignore[override]
        return self._channel.name() if self._channel else "unknown"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.count += 1
        if self._channel:
            await self._channel.send_response(recipient_id, message)
