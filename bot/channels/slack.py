"""① Slack behind the gate: direct messages, mentions and their threads, by HTTP requests or by Socket Mode.

slack-bolt reads requests, answers Slack's own questions and keeps the socket; here a request becomes a user's message.
Slack wants an answer within three seconds, so a turn runs after it (one that came twice: bot/stores/seen.py).
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt import BoltResponse
from slack_bolt.adapter.sanic import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.background import Background
from bot.channels.gate import Gate, OnNewMessage, offered_payloads
from bot.channels.push import NotDelivered
from bot.settings import Settings, load
from bot.slack.blocks import frozen, payload_of
from bot.slack.incoming import Incoming, Pressed, Said, to_incoming
from bot.slack.output import SlackOutput
from bot.slack.requests import refusal
from bot.slack.web import SlackWeb
from bot.stores.seen import Seen
from bot.text.language import language_to_answer_in

logger = logging.getLogger(__name__)
GOODBYE_SECONDS = 5  # that turns have to finish when the server stops (bot/supervisor.py gives 8)
for _library in ("slack_bolt", "slack_sdk"):  # their debug lines hold whole messages
    logging.getLogger(_library).setLevel(logging.ERROR)


class _SlackEvents(InputChannel):
    """From Slack's request to a user's message, and the ways to Slack. The gate is mixed in front below."""

    @classmethod
    def name(cls) -> str:
        return "slack"

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or load()
        self._background = Background(self.name())
        self._socket: AsyncSocketModeHandler | None = None

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """`events` is the address for all of Slack's requests; the pass to Slack is opened with the server."""
        self._on_new_message = on_new_message
        blueprint = Blueprint("slack_webhook")

        # Sanic names its routes by setting attributes, which bound methods don't have
        @blueprint.route("/", methods=["GET"])
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.route("/events", methods=["POST"])
        async def events(request: Request) -> HTTPResponse:
            return await self._events(request)

        blueprint.listener("before_server_start")(self._open)
        blueprint.listener("before_server_stop")(self._close)
        return blueprint

    def get_output_channel(self) -> OutputChannel:
        """For messages nobody asked for: reminders, triggered intents, `output_channel=latest`."""
        return SlackOutput(self._web)

    async def push(self, conversation_id: str, message: dict[str, Any]) -> None:
        """Brings one response to an idle conversation. NotDelivered: why not, and whether trying again can help."""
        await SlackOutput(self._web).deliver(conversation_id, message)

    async def _open(self, app: Sanic, _loop: Any) -> None:
        self._app = app
        self._web, self._seen = SlackWeb(self._settings), Seen(self._settings.sql_url)
        self._bolt = AsyncApp(
            signing_secret=self._settings.slack_signing_secret or None,
            authorize=_authorize,
            client=AsyncWebClient(base_url=self._settings.slack_api_url),
            ignoring_self_events_enabled=False,  # all bots are ignored, and who we are need not be asked for it
            user_facing_authorize_error_message="",
            logger=logging.getLogger("slack_bolt"),
        )
        self._bolt.use(self._take)
        self._background.start(self._web.learn())
        if self._settings.slack_app_token:
            self._socket = AsyncSocketModeHandler(self._bolt, self._settings.slack_app_token)
            self._background.start(self._socket.connect_async())  # goes on trying; the server must not wait for it

    async def _close(self, _app: Sanic, _loop: Any) -> None:
        if self._socket:
            await self._socket.close_async()
        await self._background.finish(GOODBYE_SECONDS)
        await self._web.close()
        self._seen.close()

    async def _events(self, request: Request) -> HTTPResponse:
        status = refusal(request.body, request.headers, self._settings)
        if status is not None:
            return response.empty(status)
        try:
            answer = await AsyncSlackRequestHandler(self._bolt).handle(request)
        except Exception as error:  # bolt reads fields before anybody can look at their types
            logger.warning("a signed request of no form that Slack uses (%s)", type(error).__name__)
            return response.empty(400)
        return answer if answer.status < 500 else response.empty(400)

    async def _take(self, body: Any) -> BoltResponse:
        """Takes over what bolt verified: the turn starts, and Slack is answered at once. The rest is acknowledged."""
        incoming = to_incoming(body)
        if incoming:
            self._background.start(self._handle(incoming))
        return BoltResponse(status=200, body="")

    async def _handle(self, incoming: Incoming) -> None:
        """One turn. A message of a thread where the bot was never called is between people."""
        if isinstance(incoming, Said) and not incoming.to_bot and not await self._talks_in(incoming):
            return
        if not self._is_new(incoming):
            logger.info("repeat dropped (conversation %s)", incoming.address.conversation_id)
            return
        if isinstance(incoming, Pressed):
            self._background.start(self._freeze(incoming))
        await self._on_new_message(await self._to_user_message(incoming))

    async def _to_user_message(self, incoming: Incoming) -> UserMessage:
        sender_id, text = incoming.address.conversation_id, incoming.text if isinstance(incoming, Said) else ""
        metadata = {"slack_user": incoming.user}
        if isinstance(incoming, Pressed):
            tracker = await self._app.ctx.agent.tracker_store.retrieve(sender_id) if self._app.ctx.agent else None
            text = payload_of(incoming.value, offered_payloads(tracker) if tracker else ())
            # the gate answers in the button's language, whatever was spoken last (in a thread: by somebody else)
            if language := language_to_answer_in(incoming.title):
                metadata["language"] = language
        return UserMessage(
            text,
            SlackOutput(self._web, incoming.reply_thread),
            sender_id,
            input_channel=self.name(),
            message_id=incoming.keys[-1],
            metadata=metadata,
        )

    async def _talks_in(self, said: Said) -> bool:
        agent = self._app.ctx.agent
        return bool(agent and await agent.tracker_store.retrieve(said.address.conversation_id))

    def _is_new(self, incoming: Incoming) -> bool:
        try:
            return self._seen.claim(*incoming.keys)
        except SQLAlchemyError as error:  # better an answer twice than none; this process's gate still knows its own
            logger.error("can't tell repeats: the database does not answer (%s)", type(error).__name__)
            return True

    async def _freeze(self, pressed: Pressed) -> None:
        """Shows what was chosen in the place of the choices."""
        content = frozen(pressed.message, pressed.title)
        if content:
            place = {"channel": pressed.address.channel, "ts": pressed.message_ts}
            try:
                await self._web.call(pressed.address.team, "chat.update", **place, **content)
            except NotDelivered as failure:
                logger.warning("buttons stay (conversation %s): %s", pressed.address.conversation_id, failure.reason)


class SlackInput(Gate, _SlackEvents):
    """The channel for credentials.yml."""


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Who may call is decided by the signature; the token for an answer is looked up when there is one."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
