"""① Where a Slack conversation takes place; its id holds all that is needed to write to it, also when it is idle."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeGuard

_ID = r"[A-Z0-9]{2,40}"
_TIME = r"\d{1,14}\.\d{1,9}"
_CONVERSATION = re.compile(rf"slack:(?P<team>{_ID}):(?P<channel>{_ID}):(?:(?P<thread>{_TIME})|(?P<user>{_ID}))", re.A)


@dataclass(frozen=True)
class Address:
    """A thread of a channel, or a person's direct messages (one conversation, whatever thread is used in there)."""

    team: str
    channel: str
    thread: str = ""  # the first message's time, which is its id
    user: str = ""

    @property
    def conversation_id(self) -> str:
        return f"slack:{self.team}:{self.channel}:{self.thread or self.user}"

    @classmethod
    def of(cls, conversation_id: str) -> Address | None:
        """The address that a conversation id stands for, None for any other text."""
        found = _CONVERSATION.fullmatch(conversation_id)
        return cls(**{key: value or "" for key, value in found.groupdict().items()}) if found else None


def is_id(value: object) -> TypeGuard[str]:
    """Is this an id of Slack's (workspace, channel, person)?"""
    return isinstance(value, str) and re.fullmatch(_ID, value, re.A) is not None


def is_time(value: object) -> TypeGuard[str]:
    """Is this a message's time, such as 1700000000.000100?"""
    return isinstance(value, str) and re.fullmatch(_TIME, value, re.A) is not None
