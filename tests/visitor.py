"""A visitor of the web chat: a real Socket.IO client, for tests against the started assistant."""

from __future__ import annotations

import threading
import time
import uuid
from types import TracebackType
from typing import Any

import socketio

SECONDS = 30


class Visitor:
    """Connects on entering; `lines` are the messages it holds by id, `events` everything that came."""

    def __init__(
        self, address: str, token: str | None = None, after: int | None = None, origin: str | None = None, **auth: Any
    ) -> None:
        self._address, self._auth = address, {"token": token, "after": after, **auth}
        self.lines: dict[str, dict[str, Any]] = {}
        self.events: list[tuple[str, Any]] = []
        self.session: dict[str, Any] = {}
        self._news = threading.Condition()
        self.client = socketio.Client(reconnection=False, websocket_extra_options={"origin": origin or address})
        self.client.on("*", self._note)

    def __enter__(self) -> Visitor:
        self.client.connect(self._address, auth=self._auth, transports=["websocket"])
        self.wait(lambda: bool(self.session))
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.client.disconnect()

    def _note(self, event: str, data: Any = None) -> None:
        with self._news:
            self.events.append((event, data))
            if event == "session":
                if data["fresh"]:
                    self.lines.clear()
                self.session = data
                self.lines.update({line["id"]: line for line in data["messages"]})
            elif event == "message":
                self.lines[data["id"]] = data
            self._news.notify_all()

    def wait(self, holds: Any, seconds: float = SECONDS) -> None:
        """Until `holds()`; an AssertionError when that does not come."""
        with self._news:
            assert self._news.wait_for(holds, seconds), f"did not come; so far {self.events[-5:]}"

    def call(self, event: str, data: Any = None) -> Any:
        """Emits and returns the acknowledgement."""
        return self.client.call(event, data, timeout=SECONDS)

    def send(self, text: str, payload: str | None = None, **more: Any) -> str:
        """Sends without waiting for the answer, and returns the message's id."""
        line = {"id": more.pop("id", None) or str(uuid.uuid4()), "text": text, "payload": payload, **more}
        answer = self.call("say", line)
        assert answer["ok"], answer
        return str(line["id"])

    def ask(self, text: str, payload: str | None = None, **more: Any) -> str:
        """Sends, waits for the end of the turn and returns what the bot said."""
        with self._news:
            seen = len(self.events)
        sent = self.send(text, payload, **more)
        self.wait(lambda: ("typing", {"on": False}) in self.events[seen:] and bool(self.answers(sent)))
        return "\n".join(line["text"] for line in self.answers(sent))

    def answers(self, sent: str) -> list[dict[str, Any]]:
        """The bot's lines to one message, in order."""
        return [line for line in self.in_order() if line["id"].startswith(f"{sent}.")]

    def in_order(self) -> list[dict[str, Any]]:
        """All lines as the chat shows them."""
        return sorted(self.lines.values(), key=lambda line: line["seq"])

    def stays(self, seconds: float = 1.0) -> list[str]:
        """The ids held after waiting a little: nothing more may have come."""
        time.sleep(seconds)
        return [line["id"] for line in self.in_order()]
