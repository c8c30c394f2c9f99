"""① What both WeChat channels share: settings, the way to push, the turn behind the gate ②, the HTTP door."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.background import Background
from bot.channels.gate import Gate
from bot.channels.wechat import menu
from bot.channels.wechat.abilities import Abilities
from bot.channels.wechat.account import Account
from bot.channels.wechat.api import Api
from bot.channels.wechat.conversations import Conversations
from bot.channels.wechat.protocol import Envelope, Refused
from bot.channels.wechat.sender import Outcome, Sender, Transport
from bot.channels.wechat.tables import connect
from bot.channels.wechat.words import Words
from bot.settings import Settings, SettingsError, load

logger = logging.getLogger(__name__)


def refuse_missing(needs: Sequence[str], settings: Settings) -> None:
    """SettingsError: names the settings that are not there."""
    missing = [name for name in needs if not getattr(settings, name.lower())]
    if missing:
        raise SettingsError(f"{' and '.join(missing)} must be set for this channel; see docs/channels.md.")


class Collector(OutputChannel):
    """Keeps what a turn says until it is decided how it is sent."""

    def __init__(self, name: str) -> None:
        self._name, self._said = name, list[dict[str, Any]]()

    def name(self) -> str:  # type: ignore[override]
        return self._name

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self._said.append(message)

    def take(self) -> list[dict[str, Any]]:
        """What was said since the last time."""
        said, self._said = self._said, []
        return said


class Pusher(OutputChannel):
    """Where Rasa sends what no message of a user asked for: reminders, events from outside."""

    def __init__(self, channel: WeChatInput) -> None:
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]
        return self._channel.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        await self._channel.push(recipient_id, message)


class WeChatGate(Gate):
    """The gate, which also knows the choices that are in no tracker: greetings, pushed messages, the account's menu."""

    conversations: Conversations

    async def _was_offered(self, sender_id: str, payload: str) -> bool:
        if payload in menu.payloads() or self.conversations.was_offered(sender_id, payload):
            return True
        return await super()._was_offered(sender_id, payload)


class WeChatInput(InputChannel):
    """Stands behind the gate: `class OfficialAccountInput(WeChatGate, WeChatInput)`."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    admit: Callable[[UserMessage], Awaitable[None]]  # the gate's

    def __init__(self, settings: Settings) -> None:
        """SettingsError: a needed setting is missing."""
        refuse_missing(self.NEEDS, settings)
        self.settings = settings
        self._engine = connect(settings.sql_url)
        self.conversations = Conversations(self._engine)
        self.words = Words(self._agent, settings.wechat_language)
        self._app: Any = None
        self._background = Background(self.name())
        self.in_background = self._background.start

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        return cls(load())

    def _account(self, token: str, aes_key: str, receiver: str, mode: str = "safe") -> Account:
        limits = self.settings.wechat_max_body_bytes, self.settings.wechat_max_age_seconds
        return Account(token, Envelope(aes_key, receiver), mode, *limits)

    def _sender(self, transport: Transport, name: str, is_allowed: bool = True) -> Sender:
        abilities, text_bytes = Abilities(self._engine, name), self.settings.wechat_text_bytes
        return Sender(transport, self.conversations, abilities, self.words, text_bytes, is_allowed)

    # -- pushing

    sender: Sender
    api: Api

    async def push(self, conversation_id: str, message: dict[str, Any]) -> Outcome:
        """Send a response ({"text", "buttons"}) to a user who may be idle; says whether it was sent or has to wait."""
        return await self.sender.deliver(conversation_id, [message], uuid.uuid4().hex)

    def get_output_channel(self) -> OutputChannel:
        return Pusher(self)

    # -- turns

    async def turn(self, conversation: str, text: str, message_id: str, output: OutputChannel) -> None:
        """One message of a user through the gate."""
        message = UserMessage(text, output, conversation, input_channel=self.name(), message_id=message_id)
        message.metadata = {"language": await self.words.language(conversation)}  # for a click, which has no words
        await self.admit(message)

    def _agent(self) -> Any:
        return getattr(self._app.ctx, "agent", None) if self._app else None

    @property
    def is_ready(self) -> bool:
        """Whether the model is loaded."""
        agent = self._agent()
        return bool(agent and agent.processor)

    # -- the door

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        blueprint = Blueprint(f"{self.name()}_webhook")

        @blueprint.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.get("/webhook")
        async def verify(request: Request) -> HTTPResponse:
            return await self._guarded(request, self._echo)

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            return await self._guarded(request, self._open)

        blueprint.listener("after_server_start")(self._started)
        blueprint.listener("before_server_stop")(self._stopped)
        return blueprint

    account: Account

    async def receive(self, fields: dict[str, str], encrypted: bool) -> HTTPResponse:
        """Answer a message that is verified and open. Refused: its fields make no sense."""
        raise NotImplementedError

    async def on_start(self) -> None:
        """What is to be done once the server runs."""

    async def _echo(self, query: dict[str, str], _: bytes) -> HTTPResponse:
        return response.text(self.account.check_address(query))

    async def _open(self, query: dict[str, str], body: bytes) -> HTTPResponse:
        fields = self.account.open(query, body)
        if not self.is_ready:
            return response.text("starting", 503)  # WeChat comes again
        return await self.receive(fields, "msg_signature" in query)

    async def _guarded(
        self, request: Request, work: Callable[[dict[str, str], bytes], Awaitable[HTTPResponse]]
    ) -> HTTPResponse:
        """Refusals say little to the outside, and to the log nothing of what came."""
        query = {name: values[0] for name, values in request.get_args(keep_blank_values=True).items()}
        try:
            return await work(query, request.body)
        except Refused as refused:
            logger.warning("%s: request refused, %s", self.name(), refused)
            return response.text("refused", refused.status)

    async def _started(self, app: Any, _loop: Any) -> None:
        self._app = app
        self.in_background(self.on_start())

    async def _stopped(self, _app: Any, _loop: Any) -> None:
        await self.api.close()
