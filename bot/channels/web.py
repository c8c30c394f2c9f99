"""① The web chat: Socket.IO for the widget in `web/`, its pages, and what it needs to know (docs/widget.md).

A line is stored before it is sent, so whoever was away gets it on the next connect; a visitor's message is answered
once, however often it arrives and whatever crashes in between.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic
from socketio import AsyncRedisManager, AsyncServer

from bot.channels.background import Background
from bot.channels.gate import Gate, OnNewMessage
from bot.settings import ROOT, Settings, load
from bot.stores.transcript import Said, Transcript
from bot.text.language import language_to_answer_in
from bot.web import protocol
from bot.web.output import NAME, WebOutput
from bot.web.pages import Pages
from bot.web.tokens import Tokens, User, kept_secret

logger = logging.getLogger(__name__)

MAX_PACKET_BYTES = 64_000
HISTORY = 30  # lines at once
MOST_MISSED = 200  # a client that missed more starts anew with the last lines
_MINUTE = 60

Handler = Callable[[str, Any, str], Awaitable[dict[str, Any]]]  # conversation, what was sent, the socket's id


class _Socket(InputChannel):
    """The socket itself; `WebInput` puts the gate in front."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or load()
        self._transcript = Transcript(self._settings.sql_url)
        secret = self._settings.web_secret or kept_secret(ROOT / "var" / "web_secret")
        self._tokens = Tokens(secret, self._settings.web_user_secret, self._settings.web_session_days)
        self._pages = Pages(ROOT / "web" / "dist", self._settings)
        self._background = Background(NAME)
        self._sent: dict[str, deque[float]] = {}
        redis = self._settings.redis_url
        self.sio = AsyncServer(
            async_mode="sanic",
            client_manager=AsyncRedisManager(redis, channel="icp-web") if redis else None,
            cors_allowed_origins=is_own_page,
            max_http_buffer_size=MAX_PACKET_BYTES,
        )
        self.sio.on("connect", self._connect)
        handlers: dict[str, Handler] = {"say": self._say_in, "history": self._history, "rate": self._rate}
        handlers |= {"vote": self._vote, "forget": self._forget}
        for event, handler in handlers.items():
            self.sio.on(event, self._careful(event, handler))

    @classmethod
    def name(cls) -> str:
        return NAME

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        self._on_new_message = on_new_message
        return _WebBlueprint(self)

    def get_output_channel(self) -> OutputChannel:
        return WebOutput(self.sio, self._transcript)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        given = protocol.read_auth(auth)
        user = self._tokens.user(given["user"])
        conversation, fresh = self._tokens.conversation(given["token"], user)
        await self.sio.save_session(sid, {"conversation": conversation})
        # the room first: what is said from here on arrives, if twice then under one id
        await self.sio.enter_room(sid, conversation)
        session = self._session(conversation, user, given["after"], fresh)
        await self.sio.emit("session", session, to=sid)
        if session["typing"]:  # a turn goes on, or the server stopped before it could answer
            self._background.start(self._run_turns(conversation))

    def _session(self, conversation: str, user: User | None, after: int, fresh: bool) -> dict[str, Any]:
        fresh = fresh or (after > 0 and not self._transcript.holds(conversation, after))
        missed = [] if fresh or not after else self._transcript.after(conversation, after)
        complete = True
        if fresh or not after or len(missed) > MOST_MISSED:
            fresh = fresh or bool(after)
            missed, complete = self._transcript.before(conversation, None, HISTORY)
        return {
            "session": conversation,
            "token": self._tokens.issue(conversation),
            "fresh": fresh,
            "user": {"name": user.name} if user else None,
            "messages": [said.as_message() for said in missed],
            "complete": complete,
            "typing": bool(self._transcript.unanswered(conversation)),
        }

    def _careful(self, event: str, handler: Handler) -> Callable[..., Awaitable[dict[str, Any]]]:
        """Every event is acknowledged, and none can break the socket or show its content in the log."""

        async def handle(sid: str, data: Any = None, *_rest: Any) -> dict[str, Any]:
            try:
                conversation = (await self.sio.get_session(sid))["conversation"]
                return await handler(conversation, data, sid)
            except ValueError as error:
                logger.info("web: malformed %s (%s)", event, error)
                return {"ok": False, "error": "invalid"}
            except Exception:
                logger.exception("web: %s failed", event)
                return {"ok": False, "error": "unavailable"}

        return handle

    async def _say_in(self, conversation: str, data: Any, sid: str) -> dict[str, Any]:
        say = protocol.read_say(data)
        wait = self._seconds_to_wait(conversation)
        if wait:
            return {"ok": False, "error": "too_fast", "retry_after": wait}
        said = Said(
            conversation,
            say.id,
            "user",
            say.text,
            language_to_answer_in(say.text),
            body={key: value for key, value in (("payload", say.payload), ("locale", say.locale)) if value},
        )
        stored, is_new = self._transcript.add(said, unanswered=True)
        if stored.sender != "user":
            raise ValueError("id")  # of one of the bot's lines
        if is_new:
            await self.sio.emit("message", stored.as_message(), room=conversation, skip_sid=sid)
            self._background.start(self._run_turns(conversation))
        return {"ok": True, "seq": stored.seq, "time": stored.as_message()["time"]}

    def _seconds_to_wait(self, conversation: str) -> int:
        """0 when one more message is welcome within this minute."""
        now = time.monotonic()
        if len(self._sent) > 10_000:
            self._sent = {name: sent for name, sent in self._sent.items() if sent[-1] > now - _MINUTE}
        sent = self._sent.setdefault(conversation, deque(maxlen=self._settings.web_messages_per_minute))
        if len(sent) == sent.maxlen and sent[0] > now - _MINUTE:
            return int(sent[0] + _MINUTE - now) + 1
        sent.append(now)
        return 0

    async def _history(self, conversation: str, data: Any, _sid: str) -> dict[str, Any]:
        lines, complete = self._transcript.before(conversation, protocol.read_history(data), HISTORY)
        return {"ok": True, "messages": [said.as_message() for said in lines], "complete": complete}

    async def _rate(self, conversation: str, data: Any, _sid: str) -> dict[str, Any]:
        rate = protocol.read_rate(data)
        if not self._transcript.rate(conversation, rate.id, rate.score, rate.comment):
            return {"ok": False, "error": "invalid"}
        await self.sio.emit("rated", {"id": rate.id, "score": rate.score}, room=conversation)
        return {"ok": True}

    async def _vote(self, conversation: str, data: Any, _sid: str) -> dict[str, Any]:
        vote = protocol.read_vote(data)
        done = self._transcript.vote(conversation, vote.id, vote.helpful)
        return {"ok": True} if done else {"ok": False, "error": "invalid"}

    async def _forget(self, conversation: str, _data: Any, _sid: str) -> dict[str, Any]:
        async with self._turn_lock(conversation):
            self._transcript.forget(conversation)
        empty = {**self._session(conversation, None, 0, True), "typing": False}
        await self.sio.emit("session", empty, room=conversation)
        return {"ok": True}

    def _turn_lock(self, conversation: str) -> Any:
        """One at a time in a conversation, over all replicas; Rasa's own lock is taken within."""
        return self._app.ctx.agent.lock_store.lock(f"web-turns-{conversation}")

    async def _run_turns(self, conversation: str) -> None:
        """Answers what is unanswered, in order."""
        try:
            await self.sio.emit("typing", {"on": True}, room=conversation)
            async with self._turn_lock(conversation):
                for said in self._transcript.unanswered(conversation):
                    if not await self._is_in_tracker(said):
                        await self._on_new_message(self._to_user_message(said))
                    self._transcript.mark_answered(said)
        except Exception:
            logger.exception("web: turn failed (conversation %s)", conversation)
        finally:
            await self.sio.emit("typing", {"on": False}, room=conversation)

    async def _is_in_tracker(self, said: Said) -> bool:
        """True when a crash came between the end of the turn and our note of it."""
        if said.time > self._started:
            return False
        tracker = await self._app.ctx.agent.tracker_store.retrieve(said.conversation)
        return tracker is not None and any(getattr(event, "message_id", None) == said.id for event in tracker.events)

    def _to_user_message(self, said: Said) -> UserMessage:
        # A message that shows no language ("example.com") keeps the one of the chat, which is the widget's at first.
        language = said.language or self._transcript.language(said.conversation) or said.body.get("locale")
        return UserMessage(
            said.body.get("payload") or said.text,
            WebOutput(self.sio, self._transcript, said.id),
            said.conversation,
            input_channel=NAME,
            message_id=said.id,
            metadata={"language": language} if language else None,
        )


class WebInput(Gate, _Socket):
    """The web chat behind the gate."""


class _WebBlueprint(Blueprint):
    def __init__(self, channel: _Socket) -> None:
        super().__init__(NAME)
        self.ctx.channel = channel

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        channel: _Socket = self.ctx.channel
        channel._app, channel._started = app, time.time()
        channel.sio.attach(app, "socket.io")
        channel._pages.attach(app)
        super().register(app, options)


def is_own_page(origin: str | None, environ: dict[str, Any]) -> bool:
    """True when the page that opens the socket came from this server, under the name that the browser used."""
    hosts = (environ.get("HTTP_X_FORWARDED_HOST") or "").split(",")[0].strip(), environ.get("HTTP_HOST")
    return bool(origin) and urlsplit(str(origin)).netloc in [host for host in hosts if host]
