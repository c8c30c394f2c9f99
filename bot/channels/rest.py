"""① Rasa's standard REST channel behind the gate: POST /webhooks/rest/webhook {"sender": "…", "message": "…"}."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.channels.rest import RestInput as RasaRestInput
from sanic.exceptions import InvalidUsage
from sanic.request import Request

from bot.channels.gate import Gate
from bot.text.normalise import clean

_MAX_SENDER_CHARS = 255  # what the tracker store's column holds


class RestInput(Gate, RasaRestInput):
    """Same contract as Rasa's; a malformed body is a 400 with the reason instead of a 500."""

    def output_for(self, message: UserMessage) -> OutputChannel | None:
        collector = message.output_channel
        return WholeMessages(collector) if isinstance(collector, CollectingOutputChannel) else collector

    async def _extract_sender(self, req: Request) -> str | None:
        body = _object(req)
        if "sender" not in body:
            return None
        sender = body["sender"]
        fits = isinstance(sender, str) and sender.strip() and len(sender) <= _MAX_SENDER_CHARS
        if not fits or clean(sender) != sender:  # no database keeps a lone surrogate, PostgreSQL no NUL either
            raise InvalidUsage(f'"sender" must be a text of 1 to {_MAX_SENDER_CHARS} printable characters')
        return sender

    def _extract_message(self, req: Request) -> str:
        message = _object(req).get("message")
        if not isinstance(message, str):
            raise InvalidUsage('"message" must be a text')
        return message

    def _extract_input_channel(self, req: Request) -> str:
        # The caller can't choose another channel's name: what is sent later would go out there.
        return self.name()

    def get_metadata(self, request: Request) -> dict | None:
        metadata = _object(request).get("metadata")
        if metadata is not None and not isinstance(metadata, dict):
            raise InvalidUsage('"metadata" must be an object')
        return metadata


class WholeMessages(OutputChannel):
    """Collects each response as one message; Rasa's collector makes a new message at every blank line."""

    def __init__(self, collector: CollectingOutputChannel) -> None:
        self._collector = collector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collector, name)

    def name(self) -> str:  # type: ignore[override]
        return "rest"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        parts = {"text": message.get("text"), "image": message.get("image"), "custom": message.get("custom")}
        parts["buttons"] = message.get("quick_replies") or message.get("buttons") or None
        parts["attachment"] = message.get("attachment") or None
        kept = {key: value for key, value in parts.items() if value}
        await self._collector._persist_message({"recipient_id": recipient_id, **kept})


def _object(request: Request) -> dict:
    body = request.json
    if not isinstance(body, dict):
        raise InvalidUsage("the body must be a JSON object")
    return body
