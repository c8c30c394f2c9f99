"""① WeChat ← the bot's own sentences outside of a turn of Rasa (greeting, "please type it"), in the user's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.wechat.layout import Sentences
from bot.text.language import ANSWERED_IN


class Words:
    """Sentences of data/, by the name of their response. `agent` gives Rasa's agent, None before it is there."""

    def __init__(self, agent: Callable[[], Any], default_language: str) -> None:
        self._agent, self._default_language = agent, default_language

    async def language(self, conversation: str) -> str:
        """The language of the conversation; before the first message the account's."""
        agent = self._agent()
        tracker = await agent.tracker_store.retrieve(conversation) if agent else None
        language = tracker.get_slot("language") if tracker and tracker.latest_message.text else None
        return language if language in ANSWERED_IN else self._default_language

    async def response(self, name: str, conversation: str) -> dict[str, Any]:
        """The response `name` as a turn of Rasa would give it; empty when there is none."""
        return await self._in(await self.language(conversation), name)

    async def sentences(self, conversation: str) -> Sentences:
        """What the layout needs."""
        language = await self.language(conversation)
        names = ("utter_wechat_how_to_choose", "utter_wechat_pick", "utter_wechat_more")
        return Sentences(*[(await self._in(language, name)).get("text", "") for name in names])

    async def _in(self, language: str, name: str) -> dict[str, Any]:
        agent = self._agent()
        if not agent or not agent.processor or not agent.domain:
            return {}
        tracker = DialogueStateTracker("", agent.domain.slots)
        tracker.slots["language"].value = language
        return await agent.processor.nlg.generate(name, tracker, "wechat") or {}
