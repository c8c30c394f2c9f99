"""Beside ① channels that keep a chat on screen: every line as the visitor saw it, in the project's SQL store.

Rasa's tracker is written at the end of a turn and holds what the bot decided; this holds what was said, at the moment
when it is said, so that a line can be shown again after a reload, to a second tab or after a broken connection, and a
visitor's message survives a crash before it is answered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session

from bot.stores import database

Base: Any = declarative_base()
RATING = "rating"
# SQLite counts up by itself only in a plain INTEGER key
_Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Line(Base):
    """One line of a chat; `body` is JSON of what only some lines have."""

    __tablename__ = "transcript_lines"
    __table_args__ = (
        sa.UniqueConstraint("conversation", "message_id"),
        sa.Index("ix_transcript_lines_conversation_seq", "conversation", "seq"),
        {"sqlite_autoincrement": True},  # the number of a deleted line is never given again
    )

    seq = sa.Column(_Sequence, primary_key=True, autoincrement=True)
    conversation = sa.Column(sa.String(255), nullable=False)
    message_id = sa.Column(sa.String(80), nullable=False)
    sender = sa.Column(sa.String(10), nullable=False)
    time = sa.Column(sa.Float, nullable=False)
    text = sa.Column(sa.Text, nullable=False)
    language = sa.Column(sa.String(5))
    ask = sa.Column(sa.String(10))
    body = sa.Column(sa.Text, nullable=False)
    unanswered = sa.Column(sa.Boolean, nullable=False)
    helpful = sa.Column(sa.Boolean)


class Rating(Base):
    """A visitor's answer to "how was this chat?"; no score: skipped."""

    __tablename__ = "chat_ratings"

    conversation = sa.Column(sa.String(255), primary_key=True)
    message_id = sa.Column(sa.String(80), primary_key=True)
    score = sa.Column(sa.Integer)
    comment = sa.Column(sa.Text, nullable=False)
    time = sa.Column(sa.Float, nullable=False)


@dataclass(frozen=True)
class Said:
    """A line as it is stored.

    `ask`: what it wants to know from the visitor (RATING or None); `body`: payload, buttons, image, name.
    """

    conversation: str
    id: str
    sender: str
    text: str
    language: str | None = None
    ask: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    seq: int = 0
    time: float = 0.0
    helpful: bool | None = None
    rating: tuple[int | None] | None = None  # None: not asked or not answered yet

    def as_message(self) -> dict[str, Any]:
        """The message of docs/widget.md."""
        message: dict[str, Any] = {
            "seq": self.seq,
            "id": self.id,
            "from": self.sender,
            "time": int(self.time * 1000),
            "text": self.text,
        }
        message.update({key: self.body[key] for key in ("buttons", "image", "name") if self.body.get(key)})
        if self.ask:
            message["ask"] = self.ask
        if self.language:
            message["lang"] = self.language
        if self.helpful is not None:
            message["helpful"] = self.helpful
        if self.rating is not None:
            message["rated"] = self.rating[0]
        return message


class Transcript:
    """Lines of all chats. SQLAlchemyError from every method: the database failed, nothing was changed."""

    def __init__(self, url: str) -> None:
        """`url`: the settings' `sql_url`. Makes its tables where missing; waits while the database is not up."""
        self._engine: Any = database.connect(url, Base.metadata)

    @contextmanager
    def _changing(self, subject: str) -> Iterator[Session]:
        # one writer for each conversation at a time: with PostgreSQL a smaller seq could else appear after a larger one
        # was read, and a client that asks for what is behind the larger would never get it
        with Session(self._engine) as session, session.begin():
            database.wait_for_others(session, subject)
            yield session

    def add(self, said: Said, unanswered: bool = False) -> tuple[Said, bool]:
        """The line as stored, and whether it is new: the same id again changes nothing."""
        try:
            with self._changing(said.conversation) as session:
                row = Line(
                    conversation=said.conversation,
                    message_id=said.id,
                    sender=said.sender,
                    time=said.time or time.time(),
                    text=said.text,
                    language=said.language,
                    ask=said.ask,
                    body=json.dumps(said.body, ensure_ascii=False),
                    unanswered=unanswered,
                )
                session.add(row)
                session.flush()
                return _said(row, None), True
        except IntegrityError:
            with Session(self._engine) as session:
                stored = session.execute(self._lines(said.conversation).where(Line.message_id == said.id)).first()
            if stored is None:
                raise
            return _said(*stored), False

    def after(self, conversation: str, seq: int) -> list[Said]:
        """All lines behind this one, in order."""
        return self._read(self._lines(conversation).where(Line.seq > seq).order_by(Line.seq))

    def before(self, conversation: str, seq: int | None, count: int) -> tuple[list[Said], bool]:
        """The last `count` lines before this one (None: of all), in order, and whether there are no older ones."""
        query = self._lines(conversation).order_by(Line.seq.desc()).limit(count + 1)
        found = self._read(query if seq is None else query.where(Line.seq < seq))
        return found[:count][::-1], len(found) <= count

    def holds(self, conversation: str, seq: int) -> bool:
        """True when this line is in the chat (it may have been forgotten since)."""
        query = sa.select(Line.seq).where(Line.conversation == conversation, Line.seq == seq)
        with Session(self._engine) as session:
            return session.execute(query).first() is not None

    def unanswered(self, conversation: str) -> list[Said]:
        """The visitor's messages whose turn has not ended, in order."""
        return self._read(self._lines(conversation).where(Line.unanswered.is_(True)).order_by(Line.seq))

    def mark_answered(self, said: Said) -> None:
        """The message's turn has ended."""
        self._update(said.conversation, said.id, unanswered=False)

    def language(self, conversation: str) -> str | None:
        """The language of the last line that shows one."""
        query = sa.select(Line.language).where(Line.conversation == conversation, Line.language.is_not(None))
        with Session(self._engine) as session:
            return session.execute(query.order_by(Line.seq.desc()).limit(1)).scalar()

    def asked_since(self, conversation: str, ask: str, moment: float) -> bool:
        """True when the bot asked this since that moment (seconds since 1970)."""
        return bool(self._read(self._lines(conversation).where(Line.time >= moment, Line.ask == ask).limit(1)))

    def vote(self, conversation: str, message_id: str, helpful: bool | None) -> bool:
        """Keep a thumb on one of the bot's lines; False when there is no such line."""
        return self._update(conversation, message_id, Line.sender != "user", helpful=helpful)

    def rate(self, conversation: str, message_id: str, score: int | None, comment: str) -> bool:
        """Keep the answer to a line that asked for a rating, once; False when no such line is open."""
        with self._changing(conversation) as session:
            found = session.execute(self._lines(conversation).where(Line.message_id == message_id)).first()
            if found is None or found[0].ask != RATING or found[1] is not None:
                return False
            answer = {"score": score, "comment": comment, "time": time.time()}
            session.add(Rating(conversation=conversation, message_id=message_id, **answer))
        return True

    def ratings(self) -> list[tuple[int | None, str]]:
        """All answers to "how was this chat?", oldest first: score (None: skipped) and comment."""
        with Session(self._engine) as session:
            return [
                tuple(row) for row in session.execute(sa.select(Rating.score, Rating.comment).order_by(Rating.time))
            ]

    def unhelpful(self, count: int) -> list[tuple[Said | None, Said]]:
        """The last lines with a thumb down, newest first, each with the visitor's message that it answers."""
        query = sa.select(Line, Rating).outerjoin(Rating, sa.false()).where(Line.helpful.is_(False))
        found = self._read(query.order_by(Line.seq.desc()).limit(count))
        return [(self._question(answer), answer) for answer in found]

    def _question(self, answer: Said) -> Said | None:
        mine = self._lines(answer.conversation).where(Line.sender == "user", Line.seq < answer.seq)
        return next(iter(self._read(mine.order_by(Line.seq.desc()).limit(1))), None)

    def forget(self, conversation: str) -> None:
        """Delete the chat, with everything that Rasa's tracker store holds of it."""
        with self._changing(conversation) as session:
            for table in (Line, Rating):
                session.execute(sa.delete(table).where(table.conversation == conversation))
            database.forget_conversation(session, conversation)

    def _lines(self, conversation: str) -> Any:
        answer = sa.and_(Rating.conversation == Line.conversation, Rating.message_id == Line.message_id)
        return sa.select(Line, Rating).outerjoin(Rating, answer).where(Line.conversation == conversation)

    def _read(self, query: Any) -> list[Said]:
        with Session(self._engine) as session:
            return [_said(*row) for row in session.execute(query).all()]

    def _update(self, conversation: str, message_id: str, *conditions: Any, **values: Any) -> bool:
        mine: Sequence[Any] = (Line.conversation == conversation, Line.message_id == message_id, *conditions)
        with self._changing(conversation) as session:
            return bool(session.execute(sa.update(Line).where(*mine).values(**values)).rowcount)


def _said(row: Any, rating: Any) -> Said:
    return Said(
        row.conversation,
        row.message_id,
        row.sender,
        row.text,
        row.language,
        row.ask,
        json.loads(row.body),
        row.seq,
        row.time,
        row.helpful,
        (rating.score,) if rating is not None else None,
    )
