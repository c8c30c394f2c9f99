"""① WeChat customer service: how far each account was read, and which messages still wait for their turn.

A message is stored in the same transaction as the cursor behind it, so none is lost or taken twice when a process ends;
one replica reads an account at a time, and one works on a conversation at a time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.channels.wechat.tables import KfAccount, KfMessage, KfSent, insert_missing

_READER_SECONDS, _TURN_SECONDS = 60, 120  # after that a holder counts as dead
_KEPT_SECONDS = 4 * 24 * 3600  # WeCom gives three days of messages


@dataclass(frozen=True)
class Waiting:
    """A message on its way to a turn."""

    msgid: str
    body: dict[str, Any]


class KfInbox:
    """The customer-service accounts and their messages."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    # -- one reader per account

    def want(self, open_kfid: str) -> None:
        """A callback says that there is something to read."""
        with Session(self._engine) as session, session.begin():
            insert_missing(session, KfAccount, open_kfid=open_kfid)
            session.execute(_account(open_kfid).values(wanted=KfAccount.wanted + 1))

    def hold(self, open_kfid: str, holder: str) -> int | None:
        """Become the account's reader; gives the number of callbacks so far, None when another one reads."""
        now = time.time()
        free = sa.or_(KfAccount.held_until < now, KfAccount.holder == holder)
        with Session(self._engine) as session, session.begin():
            mine = _account(open_kfid).where(free).values(held_until=now + _READER_SECONDS, holder=holder)
            if not session.execute(mine).rowcount:
                return None
            return int(session.execute(sa.select(KfAccount.wanted).where(_is(open_kfid))).scalar_one())

    def release(self, open_kfid: str, holder: str, seen: int) -> bool:
        """Read no longer; False when a callback came since `seen`, which the holder must read then."""
        with Session(self._engine) as session, session.begin():
            session.execute(_account(open_kfid).where(KfAccount.holder == holder).values(held_until=0, holder=""))
            wanted = session.execute(sa.select(KfAccount.wanted).where(_is(open_kfid))).scalar_one()
            return bool(wanted == seen)

    def cursor(self, open_kfid: str) -> str:
        """From where to read on; empty before the first time."""
        with Session(self._engine) as session:
            return session.execute(sa.select(KfAccount.cursor).where(_is(open_kfid))).scalar_one_or_none() or ""

    def accounts(self) -> list[str]:
        """All accounts that were ever read."""
        with Session(self._engine) as session:
            return list(session.execute(sa.select(KfAccount.open_kfid)).scalars())

    # -- messages

    def accept(self, open_kfid: str, cursor: str, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Store (conversation, message) and how far was read, together. Messages that are known stay as they are."""
        now = time.time()
        with Session(self._engine) as session, session.begin():
            session.execute(_account(open_kfid).values(cursor=cursor, held_until=now + _READER_SECONDS))
            session.execute(sa.delete(KfMessage).where(KfMessage.created < now - _KEPT_SECONDS))
            session.execute(sa.delete(KfSent).where(KfSent.created < now - _KEPT_SECONDS))
            for conversation, body in messages:
                row = {"msgid": body["msgid"], "conversation": conversation, "body": json.dumps(body)}
                insert_missing(session, KfMessage, **row, is_done=False, held_until=0, created=now)

    def next(self, conversation: str) -> Waiting | None:
        """The conversation's oldest message without a turn; None when there is none or another replica works on it."""
        own = sa.select(KfMessage.msgid, KfMessage.body).where(
            KfMessage.conversation == conversation, KfMessage.is_done.is_(False)
        )
        with Session(self._engine) as session, session.begin():
            row = session.execute(own.order_by(KfMessage.number).limit(1)).one_or_none()
            if row is None:
                return None
            now = time.time()
            free = sa.update(KfMessage).where(
                KfMessage.msgid == row.msgid, KfMessage.held_until < now, KfMessage.is_done.is_(False)
            )
            if not session.execute(free.values(held_until=now + _TURN_SECONDS)).rowcount:
                return None
            return Waiting(row.msgid, json.loads(row.body))

    def done(self, msgid: str) -> None:
        """The message had its turn."""
        with Session(self._engine) as session, session.begin():
            session.execute(sa.update(KfMessage).where(KfMessage.msgid == msgid).values(is_done=True))

    def unfinished(self) -> list[str]:
        """Conversations with messages that a process left behind."""
        with Session(self._engine) as session:
            open_rows = sa.select(KfMessage.conversation).where(KfMessage.is_done.is_(False)).distinct()
            return list(session.execute(open_rows).scalars())

    # -- what was sent

    def sent(self, msgid: str, conversation: str, response: dict[str, Any]) -> None:
        """Remember what was sent under this id."""
        with Session(self._engine) as session, session.begin():
            row = {"msgid": msgid, "conversation": conversation, "response": json.dumps(response)}
            insert_missing(session, KfSent, **row, created=time.time())

    def take_sent(self, msgid: str) -> tuple[str, dict[str, Any]] | None:
        """Conversation and response of a message that did not arrive; once."""
        with Session(self._engine) as session, session.begin():
            row = session.execute(
                sa.select(KfSent.conversation, KfSent.response).where(KfSent.msgid == msgid)
            ).one_or_none()
            gone = session.execute(sa.delete(KfSent).where(KfSent.msgid == msgid)).rowcount
            return (row.conversation, json.loads(row.response)) if row and gone else None


def _is(open_kfid: str) -> Any:
    return KfAccount.open_kfid == open_kfid


def _account(open_kfid: str) -> Any:
    return sa.update(KfAccount).where(_is(open_kfid)).execution_options(synchronize_session=False)
