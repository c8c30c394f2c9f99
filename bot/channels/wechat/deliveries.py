"""② WeChat Official Account: one message is answered once, however often and to whichever replica it is delivered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.channels.wechat.tables import Delivery, insert_missing

KEPT_SECONDS = 24 * 3600  # WeChat's retries come within half a minute; a log that is sent again, later
_PURGE_EVERY = 3600


@dataclass(frozen=True)
class Delivered:
    """This delivery of a message: which one it is, and the answer if one is decided (empty: "success")."""

    attempt: int
    answer: str | None


class Deliveries:
    """Which messages came, and what each was answered."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._purged_at = 0.0

    def arrive(self, key: str) -> Delivered:
        """Note that the message was delivered once more."""
        with Session(self._engine) as session, session.begin():
            self._purge(session)
            if insert_missing(session, Delivery, key=key, attempts=1, created=time.time()):
                return Delivered(1, None)
            one = Delivery.key == key
            session.execute(sa.update(Delivery).where(one).values(attempts=Delivery.attempts + 1))
            row = session.execute(sa.select(Delivery.attempts, Delivery.answer).where(one)).one()
            return Delivered(row.attempts, row.answer)

    def decide(self, key: str, answer: str) -> bool:
        """Answer all deliveries with this; False when another answer was decided before."""
        with Session(self._engine) as session, session.begin():
            undecided = sa.update(Delivery).where(Delivery.key == key, Delivery.answer.is_(None))
            return bool(session.execute(undecided.values(answer=answer)).rowcount)

    def answer(self, key: str) -> str | None:
        """The decided answer; None when there is none yet."""
        with Session(self._engine) as session:
            return session.execute(sa.select(Delivery.answer).where(Delivery.key == key)).scalar_one_or_none()

    def _purge(self, session: Session) -> None:
        now = time.time()
        if now - self._purged_at > _PURGE_EVERY:
            self._purged_at = now
            session.execute(sa.delete(Delivery).where(Delivery.created < now - KEPT_SECONDS))
