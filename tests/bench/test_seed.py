"""Long conversations without talking."""

import asyncio
import itertools
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.seed import TEMPLATE, conversation, prolong, read_template, seed

HEAD = [{"event": "session_started", "timestamp": 1.0}, {"event": "action", "name": "action_listen", "timestamp": 2.0}]
TURNS = [
    {"event": "user", "text": "hello", "parse_data": {"intent": {"name": "greet"}}, "timestamp": 3.0},
    {"event": "action", "name": "utter_greet", "timestamp": 4.0},
    {"event": "action", "name": "action_listen", "timestamp": 5.0},
    {"event": "user", "text": "thanks", "parse_data": {"intent": {"name": "thank"}}, "timestamp": 6.0},
    {"event": "action", "name": "action_listen", "timestamp": 7.0},
]


def test_the_turns_are_repeated_behind_one_head() -> None:
    events = prolong(HEAD + TURNS, 3, now=1000.0)
    assert [event.get("text") for event in events if event["event"] == "user"] == ["hello", "thanks", "hello"]
    assert [event["event"] for event in events].count("session_started") == 1
    assert len(events) == len(HEAD) + 3 + 2 + 3


def test_times_rise_and_end_now() -> None:
    times = [event["timestamp"] for event in prolong(HEAD + TURNS, 100, now=1000.0)]
    assert all(a < b for a, b in itertools.pairwise(times))
    assert times[0] > 990 and times[-1] < 1000


def test_the_template_is_left_as_it_was() -> None:
    before = json.dumps(HEAD + TURNS)
    template = json.loads(before)
    prolong(template, 5, now=1000.0)
    assert json.dumps(template) == before


def test_a_template_without_a_turn_is_an_error() -> None:
    with pytest.raises(ValueError, match="no turn"):
        prolong(HEAD, 3, now=1000.0)


@pytest.mark.parametrize("side", ["ours", "stock"])
def test_each_sides_store_reads_the_seeded_conversation(side: str, tmp_path: Path) -> None:
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

    from bench.seed import _store

    database = str(tmp_path / "events.db")
    template = DialogueStateTracker.from_events(TEMPLATE, [Event.from_parameters(event) for event in HEAD + TURNS])
    asyncio.run(_store(side, database).save(template))
    assert len(read_template(database)) == len(HEAD + TURNS)

    asyncio.run(seed(side, database, [1, 150], ["answer"]))

    with closing(sqlite3.connect(database)) as connection:
        count = "SELECT count(*) FROM events WHERE sender_id = ? AND type_name = 'user'"
        stored = [connection.execute(count, (conversation(n, "answer"),)).fetchone()[0] for n in (1, 150)]
    assert stored == [1, 150]
    tracker = asyncio.run(_store(side, database).retrieve(conversation(150, "answer")))
    assert tracker.latest_message.text == "thanks"
    assert (len(tracker.events) < 200) == (side == "ours")
