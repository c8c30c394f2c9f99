"""People in the fake Slack: what they write and press becomes signed requests, and what the bot posts is read back."""

from __future__ import annotations

import html
import itertools
import json
import sqlite3
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from fake_slack import BOT_USER, FakeSlack
from slack_sdk.signature import SignatureVerifier

SECRET = "0123456789abcdef0123456789abcdef"
TEAM, TOKEN = "T0000001", "xoxb-fake-1"
PATIENCE_SECONDS = 60  # how long to wait for an answer before the test fails; no measure of speed
_numbers = itertools.count(1)


def signed(body: str | bytes, secret: str = SECRET, age: int = 0, **headers: str) -> dict[str, str]:
    """Headers of a request that Slack signed `age` seconds ago."""
    timestamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return {**content_type, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature), **headers}


def form(payload: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Body and headers of an interactive request."""
    body = urlencode({"payload": json.dumps(payload)})
    return body, signed(body, **{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})


def wait_until(what: Any, told: str) -> Any:
    """The first true value of `what()`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.03)
    raise AssertionError(f"waited in vain for {told}")


class Person:
    """One person at one place: a direct message (channel D…) or a thread of a channel (C…)."""

    def __init__(self, slack: FakeSlack, url: str, database: Path, channel: str = "", team: str = TEAM) -> None:
        number = f"{next(_numbers):05d}{uuid.uuid4().hex[:6].upper()}"
        self.slack, self.url, self.database, self.team = slack, url, database, team
        self.user, self.channel, self.thread = f"U{number}", channel or f"D{number}", ""

    @property
    def conversation_id(self) -> str:
        where = self.user if self.channel.startswith("D") else self.thread
        return f"slack:{self.team}:{self.channel}:{where}"

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What the bot posted here."""
        here = [p for p in self.slack.posts if (p["team"], p["channel"]) == (self.team, self.channel)]
        return here if self.channel.startswith("D") else [p for p in here if p.get("thread_ts") == self.thread]

    def say(self, text: str, /, **event: Any) -> list[dict[str, Any]]:
        """Writes (in a channel: mentions the bot) and returns the bot's messages of that turn."""
        return self.turn(self.event(text, **event))

    def press(self, title: str, **action: Any) -> list[dict[str, Any]]:
        """Presses the newest button of that title."""
        body, headers = form(self.pressed(title, **action))
        return self._turn(lambda: self.post(body, headers))

    def turn(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        body = json.dumps(event)
        return self._turn(lambda: self.post(body, signed(body)))

    def _turn(self, send: Any) -> list[dict[str, Any]]:
        told, turns = len(self.posts), self.turns
        assert send().status_code == 200
        # Rasa stores a turn when it is over
        wait_until(lambda: self.turns > turns, f"the end of the turn in {self.conversation_id}")
        return self.posts[told:]

    @property
    def turns(self) -> int:
        """Messages of this conversation in the tracker."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as connection:
            query = "select count(*) from events where type_name = 'user' and sender_id = ?"
            return int(connection.execute(query, [self.conversation_id]).fetchone()[0])

    def post(self, body: str | bytes, headers: dict[str, str]) -> requests.Response:
        data = body.encode() if isinstance(body, str) else body
        return requests.post(self.url, data=data, headers=headers, timeout=60)

    def event(self, text: str, /, **changes: Any) -> dict[str, Any]:
        """The request body for a message."""
        direct, ts = self.channel.startswith("D"), changes.pop("ts", None) or self.slack.new_time()
        event = {
            "type": "message" if direct else "app_mention",
            "user": self.user,
            "channel": self.channel,
            "ts": ts,
        }
        event |= {"text": html.escape(text, quote=False), "channel_type": "im" if direct else "channel"}
        if not direct:
            event["text"] = f"<@{BOT_USER}> {event['text']}"
            event |= {"thread_ts": self.thread} if self.thread else {}
            self.thread = self.thread or ts
        return self.callback(event | changes)

    def callback(self, event: dict[str, Any]) -> dict[str, Any]:
        bot = {"team_id": self.team, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        outer = {"type": "event_callback", "team_id": self.team, "api_app_id": "A1", "event": event}
        return outer | {"event_id": f"Ev{uuid.uuid4().hex[:10].upper()}", "authorizations": [bot]}

    def pressed(self, title: str, **changes: Any) -> dict[str, Any]:
        """The request body for a press; `value=` forges what the button carries."""
        message, action = next(
            (post, element) for post in reversed(self.posts) for element in elements(post) if title in titles(element)
        )
        if action["type"] == "static_select":
            chosen = next(option for option in action["options"] if option["text"]["text"] == title)
            action = {**action, "selected_option": chosen | changes}
        else:
            action = {**action, **changes}
        container = {"type": "message", "message_ts": message["ts"], "channel_id": self.channel, "is_ephemeral": False}
        container |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
        who, where = {"id": self.user, "team_id": self.team}, {"id": self.channel, "name": "x"}
        body = {"type": "block_actions", "team": {"id": self.team}, "user": who, "channel": where, "message": message}
        return body | {"container": container, "actions": [{**action, "action_ts": self.slack.new_time()}]}


def elements(post: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for block in post.get("blocks", []) if block["type"] == "actions" for e in block["elements"]]


def titles(element: dict[str, Any]) -> list[str]:
    parts = element["options"] if element["type"] == "static_select" else [element]
    return [part["text"]["text"] for part in parts]


def shown(posts: list[dict[str, Any]]) -> str:
    """What a person sees, a choice as `[title](what it says)`, as conftest.spoken() writes it for the REST channel."""
    lines = []
    for post in posts:
        for block in post.get("blocks", []):
            if block["type"] == "section":
                lines.append(html.unescape(block["text"]["text"]))
            elif block["type"] == "context":
                lines += [html.unescape(element["text"]) for element in block["elements"]]
        for element in elements(post):
            parts = element["options"] if element["type"] == "static_select" else [element]
            lines += [f"[{part['text']['text']}]({part.get('value') or part.get('url')})" for part in parts]
    return "\n".join(lines)
