"""① WeChat, per user: the choices that were shown, the words that wait, and how many messages may still be sent.

Several replicas may work on one user, so every change is one transaction that begins by writing the user's row.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.channels.wechat.layout import MORE
from bot.channels.wechat.render import Button, chosen_number
from bot.channels.wechat.tables import Conversation, insert_missing

_MENU_ITEMS_REMEMBERED = 60  # old menus stay clickable in WeChat
_KEPT_RESPONSES = 40


class Conversations:
    """The users of one account, by conversation id."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    # -- choices

    def offer(self, conversation: str, choices: Sequence[Button]) -> dict[str, str]:
        """The choices of the message that is shown now, instead of the last one's; gives {menu item id: title}."""
        with self._change(conversation) as (row, new):
            ids = [f"{row.version}-{number}" for number in range(1, len(choices) + 1)]
            payloads = [button.payload for button in choices]
            items = {**json.loads(row.menu_items), **dict(zip(ids, payloads, strict=True))}
            new["menu_items"] = json.dumps(dict(list(items.items())[-_MENU_ITEMS_REMEMBERED:]))
            new["numbers"] = json.dumps({str(n): payload for n, payload in enumerate(payloads, 1)})
            return {item: button.title for item, button in zip(ids, choices, strict=True)}

    def chosen(self, conversation: str, text: str, menu_id: str = "") -> str:
        """The payload that a click or a typed number stands for, else the text as it is."""
        row = self._read(conversation)
        if row is None:
            return text
        by_click = json.loads(row.menu_items).get(menu_id)
        return str(by_click or json.loads(row.numbers).get(chosen_number(text)) or text)

    def was_offered(self, conversation: str, payload: str) -> bool:
        """Whether one of the user's last menus or numbers stands for the payload."""
        row = self._read(conversation)
        offered = {*json.loads(row.menu_items).values(), *json.loads(row.numbers).values()} if row else set()
        return payload in offered - {MORE}

    # -- words that wait

    def keep(self, conversation: str, *responses: dict[str, Any]) -> None:
        """Keep responses until the user writes again."""
        with self._change(conversation) as (row, new):
            new["kept"] = json.dumps([*json.loads(row.kept), *responses][-_KEPT_RESPONSES:])

    def take_kept(self, conversation: str) -> list[dict[str, Any]]:
        """The responses that wait; they wait no longer."""
        row = self._read(conversation)
        if row is None or row.kept == "[]":
            return []
        with self._change(conversation) as (row, new):
            new["kept"] = "[]"
            return list(json.loads(row.kept))

    def forget(self, conversation: str) -> None:
        """Drop everything about a user who left."""
        with Session(self._engine) as session, session.begin():
            session.execute(sa.delete(Conversation).where(Conversation.conversation == conversation))

    # -- what may be sent

    def grant(self, conversation: str, messages: int, seconds: float, by_event: bool = False) -> None:
        """The user did something, so WeChat lets us send so many messages within so many seconds."""
        window = "event" if by_event else "message"
        with self._change(conversation) as (_, new):
            new[f"{window}_left"], new[f"{window}_until"] = messages, time.time() + seconds

    def left(self, conversation: str) -> int:
        """So many messages may still be sent now."""
        row, now = self._read(conversation), time.time()
        if row is None:
            return 0
        return sum(
            left
            for left, until in ((row.event_left, row.event_until), (row.message_left, row.message_until))
            if until > now
        )

    def spend(self, conversation: str) -> bool:
        """Take one message off what may be sent, the short-lived first; False when nothing is left."""
        now = time.time()
        with Session(self._engine) as session, session.begin():
            for left, until in (
                (Conversation.event_left, Conversation.event_until),
                (Conversation.message_left, Conversation.message_until),
            ):
                own = sa.update(Conversation).where(Conversation.conversation == conversation, left > 0, until > now)
                if session.execute(own.values({left: left - 1}).execution_options(synchronize_session=False)).rowcount:
                    return True
        return False

    def exhaust(self, conversation: str) -> None:
        """WeChat says that nothing may be sent any more, whatever we counted."""
        with self._change(conversation) as (_, new):
            new["message_left"] = new["event_left"] = 0

    # -- one row

    def _read(self, conversation: str) -> Any:
        with Session(self._engine) as session:
            return session.execute(_row(conversation)).one_or_none()

    @contextmanager
    def _change(self, conversation: str) -> Iterator[tuple[Any, dict[str, Any]]]:
        """The row, held until the block ends, and a dictionary for its new values."""
        new: dict[str, Any] = {}
        with Session(self._engine) as session, session.begin():
            insert_missing(session, Conversation, conversation=conversation)
            own = sa.update(Conversation).where(Conversation.conversation == conversation)
            own = own.execution_options(synchronize_session=False)
            session.execute(own.values(version=Conversation.version + 1))
            yield session.execute(_row(conversation)).one(), new
            if new:
                session.execute(own.values(new))


def _row(conversation: str) -> Any:
    return sa.select(Conversation.__table__).where(Conversation.conversation == conversation)
