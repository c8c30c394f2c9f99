"""Beside ① the web channel: the bot's responses become lines of the chat."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import Any

from rasa.core.channels.channel import OutputChannel
from socketio import AsyncServer

from bot.stores.transcript import RATING, Said, Transcript
from bot.text.language import language_to_answer_in

NAME = "web"
RATING_PAUSE = 86_400  # seconds in which nobody is asked twice how the chat was


class WebOutput(OutputChannel):
    """Stores each response as one line and sends it to all tabs and devices of the conversation."""

    def __init__(self, sio: AsyncServer, transcript: Transcript, turn: str | None = None) -> None:
        """`turn`: id of the visitor's message that is answered; run again, a turn says its lines under the same ids."""
        self._sio, self._transcript, self._turn, self._count = sio, transcript, turn, 0

    @classmethod
    def name(cls) -> str:
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self._count += 1
        said = from_response(message, recipient_id, f"{self._turn or uuid.uuid4().hex}.{self._count}")
        if said.ask == RATING and self._transcript.asked_since(recipient_id, RATING, time.time() - RATING_PAUSE):
            said = replace(said, ask=None)
        stored, _ = self._transcript.add(said)
        await self._sio.emit("message", stored.as_message(), room=recipient_id)


def from_response(message: dict[str, Any], conversation: str, line_id: str) -> Said:
    """One response of Rasa as one line of the chat."""
    text = str(message.get("text") or "")
    wanted = ("title", "payload", "url")
    buttons = [
        {key: button[key] for key in wanted if button.get(key)}
        for button in [*(message.get("quick_replies") or []), *(message.get("buttons") or [])]
        if button.get("title")
    ]
    body = {key: value for key, value in (("buttons", buttons), ("image", message.get("image"))) if value}
    return Said(
        conversation,
        line_id,
        "bot",
        text,
        language_to_answer_in(text),
        (message.get("metadata") or {}).get("ask"),
        body,
    )
