"""① WeChat Official Account → what the user did: a message's fields become one value; unknown kinds are values too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.channels.wechat.protocol import Refused

_USER = re.compile(r"[\w.@-]{1,128}", re.ASCII)  # an openid; it becomes part of the conversation's id


class Kind(Enum):
    """What has to be done about it."""

    TEXT = "text"  # typed, spoken and recognised, or a click on an item of a menu message
    CLICK = "click"  # on the account's own menu, which sends a key
    WELCOME = "welcome"  # followed the account, or scanned its code
    GOODBYE = "goodbye"  # unfollowed it
    UNREADABLE = "unreadable"  # a picture, a place, a sound without words, something new
    SILENT = "silent"  # events that no answer belongs to


_EVENTS = {
    "subscribe": Kind.WELCOME,
    "SCAN": Kind.WELCOME,
    "unsubscribe": Kind.GOODBYE,
    "CLICK": Kind.CLICK,
}


@dataclass(frozen=True)
class Inbound:
    """One message or event. `key` tells deliveries of the same one; `menu_id` is set when a menu's item was clicked."""

    kind: Kind
    user: str
    account: str
    key: str
    text: str = ""
    menu_id: str = ""
    event: str = ""

    @property
    def is_message(self) -> bool:
        """A message opens WeChat's 48 hours; an event, and a click on a menu, only a minute."""
        return not self.event and not self.menu_id


def to_inbound(fields: Mapping[str, str]) -> Inbound:
    """The fields of a verified message as a value. Refused: it doesn't say from whom, to whom and when."""
    user, account = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    if not _USER.fullmatch(user) or not account:
        raise Refused("message has no sender", 400)
    name, event = fields.get("MsgType", ""), fields.get("Event", "") if fields.get("MsgType") == "event" else ""
    # an event has no MsgId, and two kinds of it may come in one second
    identity = fields.get("MsgId") or f"{fields.get('CreateTime', '')}:{event}:{fields.get('EventKey', '')}"
    key = hashlib.sha256(f"oa:{account}:{user}:{identity}".encode()).hexdigest()
    kind, text = _kind_and_text(name, event, fields)
    return Inbound(kind, user, account, key, text, fields.get("bizmsgmenuid", ""), event)


def _kind_and_text(name: str, event: str, fields: Mapping[str, str]) -> tuple[Kind, str]:
    if event:
        return _EVENTS.get(event, Kind.SILENT), fields.get("EventKey", "")
    if name == "event":
        return Kind.SILENT, ""
    words = {"text": fields.get("Content", ""), "voice": fields.get("Recognition", "")}.get(name, "")
    return (Kind.TEXT, words) if words.strip() or name == "text" else (Kind.UNREADABLE, "")
