"""Beside ④ dialogue, under the tracker store: its tables, what is read of a conversation, how it is opened."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

logger = logging.getLogger(__name__)

SQLITE_BUSY_MS = 30_000
_WAIT_SECONDS = 5  # between two tries to reach a database that is not up
RECENT_INDEX = "ix_events_sender_id_id"

Base: Any = declarative_base()
Stored: Any = SQLTrackerStore.SQLEvent


class Checkpoint(Base):
    """From where a conversation is read: all rows with an id above `read_after`, and the `kept` ones (JSON list)."""

    __tablename__ = "conversation_checkpoints"

    sender_id = sa.Column(sa.String(255), primary_key=True)
    read_after = sa.Column(sa.Integer, nullable=False)
    kept = sa.Column(sa.Text, nullable=False)


def make_folder(url: str) -> None:
    """Make the folder of an SQLite file (OSError if it cannot be made); nothing to do for other databases."""
    address = sa.engine.make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)


def sqlite_engine(url: str) -> Any:
    """Readers and one writer at the same time (WAL), and a writer waits for another one instead of failing.

    Connections are kept open (SQLAlchemy would open the file anew for every statement group), so threads may share
    them.
    """
    kept_open = {"poolclass": QueuePool} if sa.engine.make_url(url).database not in (None, "", ":memory:") else {}
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, **kept_open)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")

    return engine


def open_engine(url: str) -> Any:
    """The database at this address, no connection made yet. OSError: the folder of the SQLite file cannot be made."""
    make_folder(url)
    if sa.engine.make_url(url).get_backend_name() == "sqlite":
        return sqlite_engine(url)
    # a connection that the server closed while nobody wrote must not cost the next message
    return sa.create_engine(url, pool_pre_ping=True)


@contextmanager
def making_tables(engine: Any) -> Iterator[Any]:
    """A connection on which missing tables are made; processes that start together do it one after the other."""
    with Session(engine) as session, session.begin():
        connection = session.connection()
        if engine.dialect.name == "sqlite":
            # else two processes could both find a table missing: the driver opens no transaction for such statements
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        wait_for_others(session, "tables")
        yield connection


def make_tables(engine: Any, metadata: Any) -> None:
    """Make what is missing of these tables."""
    with making_tables(engine) as connection:
        metadata.create_all(connection)


def connect(url: str, *more: Any) -> Any:
    """The database with the tracker store's tables and those of `more` (metadata); waits while it is not up yet.

    OSError: the folder of the SQLite file cannot be made.
    """
    engine = open_engine(url)
    while True:
        try:
            create_tables(engine)
            for metadata in more:
                make_tables(engine, metadata)
            return engine
        except sa.exc.OperationalError as error:
            # the statement and its words are left out: they may name more than a log should
            logger.warning("waiting for the database (%s)", type(error.orig).__name__)
            time.sleep(_WAIT_SECONDS)


def create_tables(engine: Any) -> None:
    """Make what is missing of the tracker store's tables."""
    with making_tables(engine) as connection:
        SQLTrackerStore.Base.metadata.create_all(connection)
        Base.metadata.create_all(connection)
        if RECENT_INDEX not in {index["name"] for index in sa.inspect(connection).get_indexes(Stored.__tablename__)}:
            connection.execute(sa.text(f"CREATE INDEX {RECENT_INDEX} ON {Stored.__tablename__} (sender_id, id)"))


def wait_for_others(session: Session, subject: str) -> None:
    """Until the transaction ends no other replica passes here for this subject.

    Rasa's lock keeps replicas apart, but its lifetime can run out during a slow turn. Without this a checkpoint could
    then pass over rows with smaller ids that another replica is about to commit. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:subject))"), {"subject": subject})


def read_recent(session: Session, sender_id: str) -> tuple[list[Any], list[Any]]:
    """The rows (id, data) that the checkpoint kept and the rows behind it, in the order in which they were stored."""
    checkpoint = session.get(Checkpoint, sender_id)
    after, kept = (checkpoint.read_after, json.loads(checkpoint.kept)) if checkpoint else (0, [])
    mine = sa.select(Stored.id, Stored.data).where(Stored.sender_id == sender_id)
    wanted: Any = mine.where(Stored.id > after)
    if kept:
        # A union, as SQLite would answer "kept or behind" by reading every row of the conversation.
        wanted = sa.union_all(mine.where(Stored.id.in_(kept)), wanted)
    rows = sorted(session.execute(wanted).all(), key=lambda row: row.id)
    return [r for r in rows if r.id <= after], [r for r in rows if r.id > after]


def read_all(session: Session, sender_id: str) -> list[Any]:
    """All rows (id, data) of all sessions."""
    query = sa.select(Stored.id, Stored.data).where(Stored.sender_id == sender_id).order_by(Stored.id)
    return list(session.execute(query).all())


def kinds_and_times(session: Session, sender_id: str) -> set[tuple[str, float]]:
    """What tells the stored events of a conversation apart: event type and time."""
    query = sa.select(Stored.type_name, Stored.timestamp).where(Stored.sender_id == sender_id)
    return {(kind, time) for kind, time in session.execute(query)}


def count_behind_checkpoint(session: Session, sender_id: str) -> int:
    """So many rows a `read_recent()` reads, those that the checkpoint kept aside."""
    checkpoint = session.get(Checkpoint, sender_id)
    after = checkpoint.read_after if checkpoint else 0
    query = sa.select(sa.func.count(Stored.id)).where(Stored.sender_id == sender_id, Stored.id > after)
    return int(session.execute(query).scalar_one())


def set_checkpoint(session: Session, sender_id: str, read_after: int, kept: Sequence[int]) -> None:
    """Read from there from now on."""
    session.merge(Checkpoint(sender_id=sender_id, read_after=read_after, kept=json.dumps(list(kept))))


def forget_checkpoint(session: Session, sender_id: str) -> None:
    """Read everything again."""
    session.execute(sa.delete(Checkpoint).where(Checkpoint.sender_id == sender_id))


def forget_conversation(session: Session, sender_id: str) -> None:
    """Delete everything that is stored of a conversation."""
    session.execute(sa.delete(Stored).where(Stored.sender_id == sender_id))
    forget_checkpoint(session, sender_id)
