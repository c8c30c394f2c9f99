"""② Beside the gate: remembers in the project's own database what came in already, for all replicas together.

Apps deliver a message again when they doubt that it arrived, and not always to the same replica. The row's primary key
decides who was first, so no lock is needed.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session

from bot.settings import load
from bot.stores import database

KEPT_SECONDS = 24 * 3600  # the longest that an app known to us goes on delivering is about an hour
_PURGE_EVERY = 3600

Base: Any = declarative_base()


class Row(Base):
    """One thing that came in; the key is hashed, as it may hold a person's id at the app."""

    __tablename__ = "seen"

    key = sa.Column(sa.String(64), primary_key=True)
    seen_at = sa.Column(sa.Float, nullable=False, index=True)


class Seen:
    """The first to claim a key gets it; everybody else, in any process, does not."""

    def __init__(self, url: str | None = None) -> None:
        """Connects to `url`, else to the settings' database. OSError: the folder of the SQLite file cannot be made."""
        self._engine = database.open_engine(url or load().sql_url)
        self._purged_at = 0.0
        self._is_ready = False

    def claim(self, *keys: str) -> bool:
        """True when none of the keys was claimed before; now all are. SQLAlchemyError: the database is not there."""
        self._make_table()
        now = time.time()
        # sorted: two replicas that claim the same keys wait for each other in the same order
        hashed = sorted({hashlib.sha256(key.encode("utf-8", "replace")).hexdigest() for key in keys})
        try:
            with Session(self._engine) as session, session.begin():
                if now - self._purged_at > _PURGE_EVERY:
                    session.execute(sa.delete(Row).where(Row.seen_at < now - KEPT_SECONDS))
                session.execute(sa.insert(Row), [{"key": key, "seen_at": now} for key in hashed])
        except IntegrityError:
            return False
        self._purged_at = now if now - self._purged_at > _PURGE_EVERY else self._purged_at
        return True

    def _make_table(self) -> None:
        """At the first use: the database may come up later than we do."""
        if not self._is_ready:
            database.make_tables(self._engine, Base.metadata)
            self._is_ready = True

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
