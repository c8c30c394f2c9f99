"""Conversations survive exactly in SQLite and PostgreSQL; a late turn reads and writes no more than an early one."""

from __future__ import annotations

import asyncio
import copy
import json
import random
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, SlotSet, UserUtteranceReverted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.settings import Settings
from bot.stores import database, tracker_store
from bot.stores.tracker_store import LIMIT, RecentEventsTrackerStore


class Broker:
    def __init__(self) -> None:
        self.times: list[float] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.times.append(event["timestamp"])


@pytest.fixture(name="new_store")
def _new_store(database_url: str, domain: Domain) -> Any:
    """Makes stores on the same database: one more replica, or the one after a restart."""
    made: list[RecentEventsTrackerStore] = []

    def make(**options: Any) -> RecentEventsTrackerStore:
        made.append(RecentEventsTrackerStore(**{"domain": domain, "url": database_url, **options}))
        return made[-1]

    yield make
    for store in made:
        store.engine.dispose()


def load(store: TrackerStore, sender: str = "anna") -> DialogueStateTracker:
    tracker = asyncio.run(store.retrieve(sender))
    assert tracker is not None
    return tracker


def full(store: TrackerStore, sender: str = "anna") -> list[Event]:
    tracker = asyncio.run(store.retrieve_full_tracker(sender))
    return list(tracker.events) if tracker else []


def take_turn(store: TrackerStore, events: list[Event], sender: str = "anna") -> DialogueStateTracker:
    tracker = asyncio.run(store.get_or_create_tracker(sender, append_action_listen=False))
    for event in events:
        tracker.update(event)
    asyncio.run(store.save(tracker))
    return tracker


def dicts(events: Any) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(e.as_dict())) for e in events]


def view(tracker: DialogueStateTracker, domain: Domain) -> list[Any]:
    state = {key: value for key, value in tracker.current_state().items() if key != "events"}
    last_said = tracker.get_last_event_for(UserUttered)
    return [state, last_said and last_said.timestamp, tracker.past_states(domain)[-10:]]


def test_rasa_makes_it_from_endpoints_and_wraps_nothing_around_it(database_url: str, domain: Domain) -> None:
    kind = "bot.stores.tracker_store.RecentEventsTrackerStore"
    store = TrackerStore.create(EndpointConfig(url=database_url, type=kind), domain)
    assert type(store) is RecentEventsTrackerStore
    assert store.engine.url.database == sa.engine.make_url(database_url).database


def test_the_default_is_the_database_of_the_settings(database_url: str, domain: Domain, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracker_store, "load", lambda: Settings.from_env({"DATABASE_URL": database_url}))
    assert RecentEventsTrackerStore(domain).url == database_url


@pytest.mark.parametrize("seed", range(3))
def test_after_each_turn_it_is_the_conversation_that_all_events_give(
    new_store: Any, talk: Any, domain: Domain, monkeypatch: Any, seed: int
) -> None:
    monkeypatch.setattr(tracker_store, "KEEP", 20)
    monkeypatch.setattr(tracker_store, "LIMIT", 40)
    replicas, log = [new_store(), new_store()], []
    for events in talk(seed).turns(60):
        take_turn(random.Random(len(log)).choice(replicas), events)
        log += events
        starts = [i for i, e in enumerate(log) if isinstance(e, SessionStarted)]
        expected = DialogueStateTracker.from_dict("anna", dicts(log[starts[-1] :]), domain.slots)
        assert view(load(replicas[0]), domain) == view(expected, domain)
    assert dicts(full(replicas[1])) == dicts(log)


def test_a_late_turn_costs_what_an_early_one_does(new_store: Any, talk: Any) -> None:
    store, conversation, statements = new_store(), talk(), list[str]()
    begun = [*conversation.begin(), *(e for _ in range(30) for e in conversation.check())]
    long = [*conversation.begin(), *(e for _ in range(4_900) for e in conversation.check())]
    for sender, events in (("bob", begun), ("anna", long)):
        asyncio.run(store.save(DialogueStateTracker.from_events(sender, events, store.domain.slots)))
    sa.event.listen(store.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    def costs(sender: str) -> tuple[int, int, int]:
        counts, lengths = [], []
        for _ in range(100):
            statements.clear()
            lengths.append(len(take_turn(store, conversation.check(), sender).events))
            counts.append(len(statements))
        return min(counts), max(counts), max(lengths)

    early, late = costs("bob"), costs("anna")
    assert late[:2] == early[:2]
    assert late[0] <= 6 and late[1] <= 10  # the second when the checkpoint moves
    assert max(early[2], late[2]) <= LIMIT + 60
    assert len(full(store)) > 40_000


def test_a_form_goes_on_after_a_restart(new_store: Any, talk: Any) -> None:
    conversation = talk(3)
    for events in [conversation.begin(), conversation.form_start(), *(conversation.form_goes_on() for _ in range(40))]:
        take_turn(new_store(), events)
    tracker = load(new_store())
    assert tracker.active_loop_name == conversation.form
    assert len(tracker.events) < LIMIT + 40
    take_turn(new_store(), conversation.form_ends())
    assert load(new_store()).active_loop_name is None


def test_what_rasa_stored_before_is_taken_over(new_store: Any, talk: Any, database_url: str, domain: Domain) -> None:
    database.make_folder(database_url)
    conversation, rasas = talk(5), SQLTrackerStore(domain, host=database_url)
    for events in conversation.turns(40, ["check"]):
        take_turn(rasas, events)
    store = new_store()
    assert dicts(load(store).events) == dicts(load(rasas).events)
    before = view(load(rasas), domain)
    take_turn(store, [BotUttered("one more")])
    assert len(load(store).events) <= LIMIT
    assert view(load(store), domain)[0]["slots"] == before[0]["slots"]
    assert view(load(store), domain)[2] == before[2]


def test_saving_again_in_whatever_form_stores_and_streams_each_event_once(new_store: Any, talk: Any) -> None:
    broker, conversation = Broker(), talk()
    store = new_store(event_broker=broker)
    log = [e for events in conversation.turns(40, ["check"]) for e in events]
    tracker = take_turn(store, log)
    loaded = load(store)
    log.append(BotUttered("new"))
    loaded.update(log[-1])
    asyncio.run(store.save(loaded))
    sent_by_a_client = DialogueStateTracker.from_dict("anna", dicts(loaded.events), store.domain.slots)
    whole = DialogueStateTracker.from_dict("anna", dicts(log), store.domain.slots)
    for again in (tracker, tracker, tracker.copy(), loaded, loaded.copy(), sent_by_a_client, whole):
        asyncio.run(store.save(again))
        asyncio.run(store.stream_events(again))
    assert dicts(full(store)) == dicts(log)
    assert broker.times == [e.timestamp for e in log]


def test_a_shortened_tracker_streams_only_what_is_new(new_store: Any, talk: Any) -> None:
    broker, conversation = Broker(), talk()
    store = new_store(event_broker=broker)
    for events in conversation.turns(60, ["check"]):
        take_turn(store, events)
    broker.times.clear()
    tracker = load(store)
    last = BotUttered("new")
    tracker.update(last)
    asyncio.run(store.stream_events(tracker))  # as asked from outside, before it is saved
    assert broker.times == [last.timestamp]
    asyncio.run(store.save(tracker))
    assert broker.times == [last.timestamp] * 2


def test_a_message_that_rasa_recreates_after_a_fallback_is_a_new_event(new_store: Any, talk: Any) -> None:
    store = new_store()
    take_turn(store, talk().begin() + talk().faq())
    tracker = load(store)
    again = copy.deepcopy(tracker.latest_message)
    assert again is not None
    tracker.update_with_events([UserUtteranceReverted(), again], store.domain)
    asyncio.run(store.save(tracker))
    assert [e for e in full(store) if isinstance(e, UserUttered)] == [again, again]


def test_the_same_events_in_another_conversation_or_database_are_stored(
    new_store: Any, talk: Any, tmp_path: Any
) -> None:
    log, store = talk().begin(), new_store()
    other = new_store(url=f"sqlite:///{tmp_path / 'b.db'}")
    for place, sender in ((store, "anna"), (other, "anna"), (store, "bob")):
        asyncio.run(place.save(DialogueStateTracker.from_events(sender, log, place.domain.slots)))
        assert dicts(full(place, sender)) == dicts(log)
    assert sorted(asyncio.run(store.keys())) == ["anna", "bob"]


def test_a_conversation_begun_anew_by_mistake_loses_nothing(new_store: Any, talk: Any) -> None:
    """Rasa does so when reading failed; its own store then drops as many new events as it has old ones."""
    store, old, new = new_store(), talk().begin() + talk().faq(), talk().begin() + talk().faq()
    for events in (old, new):
        asyncio.run(store.save(DialogueStateTracker.from_events("anna", events, store.domain.slots)))
    assert dicts(full(store)) == dicts(old + new)


def test_what_another_replica_wrote_meanwhile_is_kept(new_store: Any, talk: Any) -> None:
    """The lock ran out during a slow turn: both replicas loaded the same state and both save."""
    ours, theirs, conversation = new_store(), new_store(), talk()
    for events in conversation.turns(30, ["faq"]):
        take_turn(ours, events)
    slow, quick = load(ours), load(theirs)
    for tracker, slot in ((quick, "domain"), (slow, "language")):
        said = [e for _ in range(40) for e in conversation.faq() if not isinstance(e, SlotSet)]
        for event in [SlotSet(slot, "set by both"), *said]:
            tracker.update(event)
    asyncio.run(theirs.save(quick))
    asyncio.run(ours.save(slow))
    tracker = load(theirs)
    assert (tracker.get_slot("domain"), tracker.get_slot("language")) == ("set by both", "set by both")
    assert len(tracker.events) <= LIMIT + 80


def test_replicas_save_a_conversation_one_after_the_other(new_store: Any, talk: Any) -> None:
    """Else a checkpoint could pass over rows that another replica is about to commit under smaller ids."""
    ours, theirs = new_store(), new_store()
    saving = threading.Thread(target=take_turn, args=(theirs, talk().begin()))
    with ours.sessionmaker.begin() as session:
        database.wait_for_others(session, "anna")
        session.execute(sa.delete(database.Checkpoint))  # SQLite: the first change makes this the one writer
        saving.start()
        saving.join(0.5)
        assert saving.is_alive() and not full(ours)
    saving.join()
    assert full(ours)


def test_a_failed_save_leaves_nothing_behind_and_the_next_one_stores_all(
    new_store: Any, talk: Any, monkeypatch: Any
) -> None:
    broker, conversation = Broker(), talk()
    store = new_store(event_broker=broker)
    log = [e for events in conversation.turns(40, ["check"]) for e in events]
    tracker = DialogueStateTracker.from_events("anna", log, store.domain.slots)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError, match="power"):

        def fails(*_: Any) -> None:
            raise RuntimeError("power cut between events and checkpoint")

        patch.setattr(database, "set_checkpoint", fails)
        asyncio.run(store.save(tracker))
    assert (full(new_store()), broker.times) == ([], [])
    asyncio.run(store.save(tracker))
    assert dicts(full(store)) == dicts(log)
    assert broker.times == [e.timestamp for e in log]


def test_slots_that_left_the_domain_are_silent_and_come_back_with_it(
    new_store: Any, talk: Any, domain: Domain, caplog: Any
) -> None:
    store = new_store()
    take_turn(store, [*talk().begin(), SlotSet("domain", "a.com")])
    for _ in range(40):
        take_turn(store, talk().faq())
    smaller = Domain.from_dict({"slots": {"helped": {"type": "bool", "mappings": [{"type": "custom"}]}}})
    later = new_store(domain=smaller)
    caplog.clear()
    assert "domain" not in load(later).slots
    assert "non existent slot" not in caplog.text
    for _ in range(40):
        take_turn(later, talk().faq())
    assert load(store).get_slot("domain") == "a.com"


def test_deleted_conversations_start_empty_even_when_ids_are_given_again(new_store: Any, talk: Any) -> None:
    store, conversation = new_store(), talk()
    for events in conversation.turns(60, ["check"]):
        take_turn(store, events)
    with store.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM events"))
    assert asyncio.run(store.retrieve("anna")) is None
    again = conversation.begin()
    take_turn(store, again)
    assert dicts(load(store).events) == dicts(again[1:])


def test_rasas_wrapper_passes_all_through(new_store: Any, talk: Any) -> None:
    wrapped = FailSafeTrackerStore(new_store())
    for events in talk().turns(40, ["check"]):
        take_turn(wrapped, events)
    assert len(load(wrapped).events) < len(full(wrapped))


def test_sqlite_waits_for_another_writer_and_lets_readers_pass(new_store: Any) -> None:
    store = new_store()
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(sa.text("PRAGMA busy_timeout")).scalar() == 30_000


def test_the_recent_rows_are_found_by_an_index(new_store: Any) -> None:
    indexes = sa.inspect(new_store().engine).get_indexes("events")
    assert ["sender_id", "id"] in [index["column_names"] for index in indexes]
