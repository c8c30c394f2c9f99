"""A small Slack for tests: its Web API and Socket Mode on loopback, with rooms that remember what was posted.

Strict where Slack is: tokens, limits of blocks (judged by slack_sdk's own models), messages that exist. It is checked
itself: tests/bot/slack/test_fake_slack.py drives it with the real AsyncWebClient and AsyncSocketModeClient.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from typing import Any

from aiohttp import WSMsgType, web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, Option

BOT_USER, BOT_ID = "UBOT00001", "BBOT00001"


class FakeSlack:
    """`workspaces`: token → team id. Runs in a thread of its own; `posts` are all messages, in order."""

    def __init__(self, workspaces: dict[str, str], app_token: str = "xapp-fake") -> None:
        self.workspaces, self.app_token = dict(workspaces), app_token
        self.posts: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []  # method, outcome
        self.acknowledged: list[dict[str, Any]] = []
        self.troubles: dict[str, deque[web.Response]] = defaultdict(deque)
        self.revoked: set[str] = set()
        self._not_before: dict[str, float] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self._times = itertools.count(int(time.time()) * 10**6)
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._started.wait(20)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def limit(self, method: str, seconds: str = "1", times: int = 1) -> None:
        """The next calls are told to wait; one that comes before the pause (of up to a minute) is refused."""
        for _ in range(times):
            self.troubles[method].append(_error("ratelimited", 429, {"Retry-After": seconds}))

    def break_down(self, method: str, times: int = 1) -> None:
        """The next calls of a method get a proxy's error page."""
        for _ in range(times):
            self.troubles[method].append(web.Response(status=502, text="<html>Bad gateway</html>"))

    def send(self, payload: dict[str, Any], kind: str = "events_api") -> str:
        """Sends an envelope over the newest socket and returns its id."""
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": False,
        }
        asyncio.run_coroutine_threadsafe(self.sockets[-1].send_json(envelope), self._loop).result(20)
        return str(envelope["envelope_id"])

    def hang_up(self) -> None:
        """Closes the newest socket, as Slack does now and then."""
        asyncio.run_coroutine_threadsafe(self.sockets.pop().close(), self._loop).result(20)

    def new_time(self) -> str:
        """A time that no other message has; it is a message's id."""
        return "{}.{:06d}".format(*divmod(next(self._times), 10**6))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._started.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        values = dict(await request.json()) if "json" in request.content_type else dict(await request.post())
        answer = self._answer(method, values, request.headers.get("Authorization", "").removeprefix("Bearer "))
        told = json.loads(answer.text or "{}") if answer.content_type == "application/json" else {}
        self.calls.append((method, "ok" if told.get("ok") else told.get("error", "no JSON")))
        return answer

    def _answer(self, method: str, values: dict[str, Any], token: str) -> web.Response:
        if time.monotonic() < self._not_before.get(method, 0):
            return _error("called_before_the_pause_was_over", 400)
        if self.troubles[method]:
            trouble = self.troubles[method].popleft()
            pause = int(trouble.headers.get("Retry-After", "0"))
            self._not_before[method] = time.monotonic() + pause if pause < 60 else 0
            return trouble
        if method == "apps.connections.open":
            url = f"ws://127.0.0.1:{self.port}/socket?ticket={uuid.uuid4()}"
            return _ok(url=url) if token == self.app_token else _error("invalid_auth")
        if token in self.revoked:
            return _error("token_revoked")
        if token not in self.workspaces:
            return _error("invalid_auth")
        answers = {"auth.test": self._test, "chat.postMessage": self._post, "chat.update": self._update}
        return answers[method](values, self.workspaces[token]) if method in answers else _error("unknown_method")

    def _test(self, _values: dict[str, Any], team: str) -> web.Response:
        return _ok(team_id=team, user_id=BOT_USER, bot_id=BOT_ID, user="assistant", team=team, url="http://127.0.0.1/")

    def _post(self, values: dict[str, Any], team: str) -> web.Response:
        fault = _fault(values)
        if fault or not str(values.get("channel", "")).startswith(("C", "D", "G")):
            return _error(fault or "channel_not_found")
        message = {"team": team, "ts": self.new_time(), "user": BOT_USER, "bot_id": BOT_ID, "type": "message", **values}
        self.posts.append(message)
        return _ok(channel=values["channel"], ts=message["ts"], message=message)

    def _update(self, values: dict[str, Any], team: str) -> web.Response:
        fault = _fault(values)
        for message in self.posts:
            if (message["team"], message["channel"], message["ts"]) == (team, values.get("channel"), values.get("ts")):
                if not fault:
                    message.update({**values, "edited": True})
                return _error(fault) if fault else _ok(channel=values["channel"], ts=values["ts"])
        return _error("message_not_found")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
        return socket


def _fault(values: dict[str, Any]) -> str:
    """Slack's word for what is wrong with a message."""
    blocks, text = values.get("blocks") or [], values.get("text") or ""
    if not blocks and not text:
        return "no_text"
    if len(text) > 40_000:
        return "msg_too_long"
    return "invalid_blocks" if faults_of_blocks(blocks) else ""


def faults_of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    """What slack_sdk's models, and Slack's rules about a whole message, have against the blocks."""
    faults = [f"{len(blocks)} blocks"] if len(blocks) > 50 else []
    for given in blocks:
        block = Block.parse(given)
        try:
            assert block is not None, f"unknown block {given.get('type')}"
            block.validate_json()
            for element in getattr(block, "elements", None) or []:
                if hasattr(element, "validate_json"):
                    element.validate_json()
                for option in Option.parse_all(getattr(element, "options", None)) or []:
                    option.validate_json()
        except (SlackObjectFormationError, AssertionError) as error:
            faults.append(str(error))
    actions = [e.get("action_id") for b in blocks if b.get("type") == "actions" for e in b["elements"]]
    names = [block["block_id"] for block in blocks if "block_id" in block]
    faults += ["an action_id twice"] * (len(set(actions)) < len(actions))
    faults += ["a block_id twice"] * (len(set(names)) < len(names))
    texts = [t for b in blocks for t in _texts(b)]
    return faults + [f"an empty text in {blocks}"] * (not all(t.strip() for t in texts))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []


def _ok(**values: Any) -> web.Response:
    return web.json_response({"ok": True, **values})


def _error(code: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status, headers=headers)
