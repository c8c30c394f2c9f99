"""`python -m bench.seed SIDE DATABASE LENGTHS KINDS`: long conversations, without talking, in a side's SQLite file.

One short conversation was really held (sender `template`). Its turns, as Rasa stored them, are repeated with new times
until there are enough, and each conversation is saved with one call of the side's own tracker store.
"""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import sqlite3
import sys
import time
from contextlib import closing
from typing import Any

TEMPLATE = "template"
_APART_S = 0.001  # between events: 5,000 turns last half a minute, far less than a session

Events = list[dict[str, Any]]


def conversation(length: int, kind: str) -> str:
    """The name of the seeded conversation with so many turns."""
    return f"long-{length}-{kind}"


def prolong(template: Events, turns: int, now: float) -> Events:
    """Return a conversation of so many turns that ends now, made of the template's head and its turns over and over."""
    begins = [i for i, event in enumerate(template) if event["event"] == "user"]
    if not begins:
        raise ValueError("the template conversation has no turn")
    parts = [template[i:j] for i, j in itertools.pairwise([*begins, len(template)])]
    repeated = itertools.islice(itertools.cycle(parts), turns)
    events = [copy.copy(event) for part in [template[: begins[0]], *repeated] for event in part]
    for i, event in enumerate(events):
        event["timestamp"] = now - (len(events) - i) * _APART_S
    return events


def read_template(database: str) -> Events:
    """The stored events of the conversation that was really held."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT data FROM events WHERE sender_id = ? ORDER BY id", (TEMPLATE,)).fetchall()
    return [json.loads(data) for (data,) in rows]


async def seed(side: str, database: str, lengths: list[int], kinds: list[str]) -> None:
    """Save one conversation per length and kind."""
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

    store, template = _store(side, database), read_template(database)
    for length, kind in itertools.product(lengths, kinds):
        events = [Event.from_parameters(event) for event in prolong(template, length, time.time())]
        found = [event for event in events if event is not None]
        await store.save(DialogueStateTracker.from_events(conversation(length, kind), found, slots=None))


def _store(side: str, database: str) -> Any:
    if side == "ours":
        from bot.stores.tracker_store import RecentEventsTrackerStore

        return RecentEventsTrackerStore(url=f"sqlite:///{database}")
    from rasa.core.tracker_store import SQLTrackerStore

    return SQLTrackerStore(dialect="sqlite", db=database)


if __name__ == "__main__":
    asyncio.run(seed(sys.argv[1], sys.argv[2], [int(n) for n in sys.argv[3].split(",")], sys.argv[4].split(",")))
