"""Beside ④ dialogue: loads a conversation before a turn and saves it after; the cost does not grow with its length.

All events stay in Rasa's `events` table. A second table holds one checkpoint per conversation: a row id behind which
everything is read, and the ids of the few earlier rows that still matter (`checkpoint.py`). It is worked out from the
stored rows alone, never from a tracker object, in the transaction that stores the events; so it is right whatever was
saved.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from sqlalchemy.orm import Session, sessionmaker

from bot.settings import load
from bot.stores import database
from bot.stores.checkpoint import find_cut

# A checkpoint moves when more than LIMIT events lie behind it, and leaves at least KEEP of them.
KEEP, LIMIT = 60, 160

# Rasa walks through all event classes for each event it reads; the answer never changes.
_event_class = functools.cache(Event.resolve_by_type)


class RecentEventsTrackerStore(SQLTrackerStore):
    """Rasa's SQL tracker store that reads a bounded number of events per turn.

    `retrieve()` gives the tracker of the current session with its recent events; slots, form, pause, latest message and
    the recent history are those of a tracker with all events. `retrieve_full_tracker()` gives all events of all
    sessions. `save()` stores and streams exactly the events that are not stored yet, in one transaction with the
    checkpoint.
    """

    engine: sa.engine.Engine

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Connect to `url` (SQLAlchemy; Rasa passes endpoints.yml's `url` as `host`), else to the settings' database.

        Waits while the database is not up yet, as Rasa does. OSError: the folder of the SQLite file cannot be made.
        """
        self.url = url or host or load().sql_url
        database.make_folder(self.url)
        super().__init__(domain=domain, host=self.url, event_broker=event_broker, **kwargs)
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            self.engine = database.sqlite_engine(self.url)
            self.sessionmaker = sessionmaker(bind=self.engine)
        database.create_tables(self.engine)

    async def _retrieve(  # type: ignore[override]  # Rasa's own says that it gives dictionaries, and gives a tracker
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        with self.sessionmaker() as session:
            if fetch_events_from_all_sessions:
                kept, rows = list[Any](), database.read_all(session, sender_id)
            else:
                kept, rows = database.read_recent(session, sender_id)
        # A kept slot that the domain lost would be logged as an error at each turn, for ever.
        known = {slot.name for slot in self.domain.slots}
        past = [e for e in _events(kept) if not isinstance(e, SlotSet) or e.key in known]
        events = _events(rows)
        if not fetch_events_from_all_sessions:
            past, events = _current_session(past, events)
        if not past and not events:
            return None
        self._mark(past + events, sender_id)
        return DialogueStateTracker.from_events(sender_id, past + events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new in `tracker`, then stream it. SQLAlchemyError: nothing was stored or streamed."""
        with self.sessionmaker.begin() as session:
            database.wait_for_others(session, tracker.sender_id)
            new = self._new_events(session, tracker)
            if new:
                session.execute(sa.insert(database.Stored), [_row(tracker.sender_id, event) for event in new])
                _move_checkpoint(session, tracker.sender_id, len(new))
        self._mark(tracker.events, tracker.sender_id)
        # After the commit: were it before, a failed save would be streamed here and again by Rasa's fallback store.
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Stream what is new in `tracker`: Rasa's own compares lengths, which are not those of the whole log."""
        if self.event_broker is not None:
            with self.sessionmaker() as session:
                new = self._new_events(session, tracker)
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    def _new_events(self, session: Session, tracker: DialogueStateTracker) -> list[Event]:
        """Events of `tracker` that are not stored.

        In a tracker that was loaded or saved here, those without our mark. In any other (fresh, imported, sent by a
        client) those of which no row has the kind and the time: saving something twice stores it once.
        """
        unmarked = [e for e in tracker.events if not self._is_marked(e, tracker.sender_id)]
        if not unmarked or len(unmarked) < len(tracker.events):
            return unmarked
        stored = database.kinds_and_times(session, tracker.sender_id)
        return [e for e in unmarked if (e.type_name, e.timestamp) not in stored]

    def _mark(self, events: Iterable[Event], sender_id: str) -> None:
        """Note on each event that it is stored: trackers are copied, event objects are shared by the copies.

        The mark names the object too: Rasa deep-copies a user message when it recreates it after a fallback, and that
        copy is a new event.
        """
        for event in events:
            event.__dict__["_stored"] = (self.url, sender_id, id(event))

    def _is_marked(self, event: Event, sender_id: str) -> bool:
        return event.__dict__.get("_stored") == (self.url, sender_id, id(event))


def _move_checkpoint(session: Session, sender_id: str, just_stored: int) -> None:
    behind = database.count_behind_checkpoint(session, sender_id)
    if behind < just_stored:
        # Somebody deleted rows and SQLite gives their ids again: the checkpoint speaks of rows that are gone.
        database.forget_checkpoint(session, sender_id)
    elif behind > LIMIT:
        kept, rows = database.read_recent(session, sender_id)
        read = kept + rows
        cut = find_cut(_events(read), settled=len(kept), keep=KEEP)
        if cut is not None:
            database.set_checkpoint(session, sender_id, read[cut.at].id - 1, [read[i].id for i in cut.kept])


def _events(rows: Sequence[Any]) -> list[Event]:
    """One event per row. ValueError: an event type that Rasa does not know."""
    events = []
    for row in rows:
        data = json.loads(row.data)
        events.append(_event_class(data["event"])._from_parameters(data))
    return events


def _current_session(past: list[Event], events: list[Event]) -> tuple[list[Event], list[Event]]:
    starts = [i for i, event in enumerate(events) if isinstance(event, SessionStarted)]
    return ([], events[starts[-1] :]) if starts else (past, events)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """The columns that Rasa's own store fills."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
