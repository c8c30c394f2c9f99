"""① The bot's words to Slack: one response is one message, in the thread or the direct messages of the conversation."""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.channels.push import NotDelivered
from bot.slack.address import Address
from bot.slack.blocks import from_response
from bot.slack.web import SlackWeb

logger = logging.getLogger(__name__)


class SlackOutput(OutputChannel):
    """Writes to the place that a conversation id names, so that it also serves messages nobody asked for."""

    @classmethod
    def name(cls) -> str:
        return "slack"

    def __init__(self, web: SlackWeb, reply_thread: str = "") -> None:
        self._web, self._reply_thread = web, reply_thread

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Sends, and only logs a failure: a turn that ends in an error would forget what the user said."""
        try:
            await self.deliver(recipient_id, message)
        except NotDelivered as failure:
            logger.error("answer lost (conversation %s): %s", recipient_id, failure.reason)

    async def deliver(self, conversation_id: str, message: dict[str, Any]) -> None:
        """Sends one response. NotDelivered: it did not arrive."""
        address, content = Address.of(conversation_id), from_response(message)
        if address is None:
            raise NotDelivered("this is no conversation of Slack's")
        if not content:
            logger.warning("a response has nothing that Slack could show (conversation %s)", conversation_id)
            return
        thread = address.thread or self._reply_thread
        await self._web.call(
            address.team,
            "chat.postMessage",
            channel=address.channel,
            unfurl_links=False,
            unfurl_media=False,
            **({"thread_ts": thread} if thread else {}),
            **content,
        )
