"""① What Slack sends → what a person said or pressed. Pure; whatever is neither, known or not, is None."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.slack.address import Address, is_id, is_time
from bot.slack.blocks import OUR_ACTION
from bot.slack.mrkdwn import from_mrkdwn

# Messages of people; joins, edits, deletions, topics, other bots … have other subtypes.
_SPOKEN = (None, "", "file_share", "thread_broadcast", "me_message")
_EVERYBODY_ELSE = ("USLACKBOT", "")


@dataclass(frozen=True)
class Said:
    """A message. `to_bot`: direct or by mention; others of a thread count only if the bot talks there already."""

    address: Address
    user: str
    text: str
    message_ts: str
    event_id: str = ""
    to_bot: bool = True
    reply_thread: str = ""  # the thread to answer in; empty: no thread

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes it unique: a mention comes as two events, an event several times."""
        event = (f"slack:{self.address.team}:event:{self.event_id}",) if self.event_id else ()
        return (*event, f"slack:{self.address.team}:{self.address.channel}:{self.message_ts}")


@dataclass(frozen=True)
class Pressed:
    """A button or an option of a message of ours; `message` is that message as it looked."""

    address: Address
    user: str
    value: str
    title: str
    message_ts: str
    message: dict[str, Any] = field(default_factory=dict)
    reply_thread: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """A message takes one press: then it is frozen."""
        return (f"slack:{self.address.team}:{self.address.channel}:{self.message_ts}:pressed",)


Incoming = Said | Pressed


def to_incoming(body: Any) -> Incoming | None:
    """Reads one request of Slack's Events API or of its interactive components."""
    body = _object(body)
    if body.get("type") == "event_callback":
        return _said(body, _object(body.get("event")))
    if body.get("type") == "block_actions":
        return _pressed(body)
    return None


def _said(body: dict[str, Any], event: dict[str, Any]) -> Said | None:
    if event.get("type") not in ("message", "app_mention") or not _is_a_persons(event):
        return None
    bot = _object(next(iter(_list(body.get("authorizations"))), None))
    team = bot.get("team_id") or body.get("team_id") or body.get("enterprise_id")
    user, channel, time, thread = (event.get(key) for key in ("user", "channel", "ts", "thread_ts"))
    us = _text(bot.get("user_id")) if is_id(bot.get("user_id")) else ""
    if not (is_id(team) and is_id(user) and is_id(channel) and is_time(time)) or user == us:
        return None
    thread, text, event_id = thread if is_time(thread) else "", _text(event.get("text")), _text(body.get("event_id"))
    plain = from_mrkdwn(text, us)
    if channel.startswith("D"):
        return Said(Address(team, channel, user=user), user, plain, time, event_id, reply_thread=thread)
    mentioned = event["type"] == "app_mention" or bool(us and f"<@{us}" in text)
    if not mentioned and (not thread or text.lstrip().startswith("<@")):  # between people
        return None
    where = thread or time
    return Said(Address(team, channel, thread=where), user, plain, time, event_id, mentioned, where)


def _is_a_persons(event: dict[str, Any]) -> bool:
    is_bots = event.get("bot_id") or event.get("bot_profile") or event.get("hidden")
    user, subtype = event.get("user"), event.get("subtype")
    spoken = subtype is None or (isinstance(subtype, str) and subtype in _SPOKEN)
    return not is_bots and is_id(user) and user not in _EVERYBODY_ELSE and spoken


def _pressed(body: dict[str, Any]) -> Pressed | None:
    action = _object(next(iter(_list(body.get("actions"))), None))
    container, message = _object(body.get("container")), _object(body.get("message"))
    who = _object(body.get("user"))
    team = _object(body.get("team")).get("id") or who.get("team_id") or _object(body.get("enterprise")).get("id")
    user, channel = who.get("id"), container.get("channel_id") or _object(body.get("channel")).get("id")
    time = container.get("message_ts") or message.get("ts")
    chosen = _object(action.get("selected_option")) or action
    value, title = _text(chosen.get("value")), _text(_object(chosen.get("text")).get("text"))
    if not (is_id(team) and is_id(user) and is_id(channel) and is_time(time)) or container.get("is_ephemeral"):
        return None
    if not value or not _text(action.get("action_id")).startswith(OUR_ACTION):
        return None
    thread = next((t for t in (container.get("thread_ts"), message.get("thread_ts")) if is_time(t)), "")
    direct = channel.startswith("D")
    where = Address(team, channel, user=user) if direct else Address(team, channel, thread=thread or time)
    return Pressed(where, user, value, title, time, message, thread if direct else thread or time)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
