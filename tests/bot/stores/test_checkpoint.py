"""A log that is cut at the place found goes on exactly like the whole log, whatever was said before and comes after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rasa.shared.core.events import AllSlotsReset, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.stores.checkpoint import find_cut

KEEP, LIMIT = 20, 40
STATES = 10  # so far back the policies' view is compared
IN_A_FORM = ("form_start", "form_goes_on", "form_asked_between", "form_asked_and_left", "form_interrupted", "reset")


class Window:
    """What a store with a small LIMIT would read of a conversation."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self.kept: list[Event] = []
        self.behind: list[Event] = []
        self.cuts = 0

    def add(self, events: list[Event]) -> None:
        self.log += events
        self.behind += events
        read = self.kept + self.behind
        cut = find_cut(read, len(self.kept), KEEP) if len(self.behind) > LIMIT else None
        if cut is not None:
            self.cuts += 1
            self.kept, self.behind = [read[i] for i in cut.kept], read[cut.at :]


def current_session(events: list[Event]) -> list[Event]:
    starts = [i for i, e in enumerate(events) if isinstance(e, SessionStarted)]
    return events[starts[-1] :] if starts else events


def view(events: list[Event], domain: Any) -> dict[str, Any]:
    """All that actions, policies, forms and the session expiry look at."""
    tracker = DialogueStateTracker.from_events("anna", current_session(events), domain.slots)
    last_said = tracker.get_last_event_for(UserUttered)
    ways: Iterable[dict[str, bool]] = ({}, {"ignore_rule_only_turns": True}, {"omit_unset_slots": True})
    state = {key: value for key, value in tracker.current_state().items() if key != "events"}
    assert tracker.latest_message is not None and tracker.latest_bot_utterance is not None
    return {
        **state,
        "message": tracker.latest_message.as_dict() if tracker.latest_message.text else None,
        "bot": tracker.latest_bot_utterance.text,
        "last said at": last_said.timestamp if last_said else None,
        "states": [tracker.past_states(domain, **way)[-STATES:] for way in ways],
    }


# Without shrinking: a smaller seed is not a shorter conversation.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**9), only=st.sampled_from([None, IN_A_FORM, IN_A_FORM[:2]]))
def test_the_short_log_is_understood_like_the_long_one_after_each_turn(
    talk: Any, domain: Any, seed: int, only: tuple[str, ...] | None
) -> None:
    window = Window()
    for events in talk(seed).turns(40, only or talk.KINDS):
        window.add(events)
        assert view(window.kept + window.behind, domain) == view(window.log, domain)
    assert window.cuts > 0


@pytest.mark.parametrize("kinds", [(kind,) for kind in ("faq", "check", *IN_A_FORM)] + [("form_start", *IN_A_FORM)])
def test_what_is_read_stays_bounded_whatever_is_repeated(talk: Any, kinds: tuple[str, ...]) -> None:
    window, read = Window(), []
    conversation = talk(1)
    for events in [conversation.begin(), conversation.form_start()]:
        window.add(events)
    for _ in range(40):
        for kind in kinds:
            window.add(conversation.turn(kind))
            read.append(len(window.kept) + len(window.behind))
    assert len(window.log) > 3 * LIMIT
    assert max(read) <= LIMIT + 60  # 5 slots, the opened form, the last turn and 15 actions with what led to them


def test_many_short_sessions_stay_bounded_too(talk: Any) -> None:
    window, read = Window(), []
    for _ in range(50):
        window.add(talk().session())
        read.append(len(window.kept) + len(window.behind))
    assert max(read) <= LIMIT


def test_events_pushed_while_nobody_talks_stay_bounded_too(talk: Any, domain: Any) -> None:
    window, conversation = Window(), talk()
    window.add(conversation.begin() + conversation.faq())
    for _ in range(10 * LIMIT):
        window.add([BotUttered("an agent's words"), SlotSet("helped", True)])
    assert len(window.kept) + len(window.behind) <= LIMIT + 20
    assert view(window.kept + window.behind, domain) == view(window.log, domain)


def test_slots_that_no_domain_knows_are_kept_until_they_are_reset(talk: Any) -> None:
    window, conversation = Window(), talk()
    window.add([*conversation.begin(), SlotSet("of an older domain", 1)])
    for _ in range(20):
        window.add(conversation.faq())
    assert [e.value for e in window.kept if isinstance(e, SlotSet) and e.key == "of an older domain"] == [1]
    window.add([AllSlotsReset()])
    for _ in range(20):
        window.add(conversation.faq())
    assert not [e for e in window.kept if isinstance(e, SlotSet) and e.key == "of an older domain"]


def test_a_place_that_a_revert_reaches_across_is_not_taken(talk: Any, domain: Any) -> None:
    conversation, log = talk(), []
    for events in conversation.turns(8, ["check"]):
        log += events
    for _ in range(4):
        log += conversation.back()
    cut = find_cut(log, 0, 4 * 4)  # the latest place by number would lie between what was said and its revert
    assert cut is not None and cut.at < len(log) - 4 * 4
    short = [log[i] for i in cut.kept] + log[cut.at :]
    assert view(short, domain) == view(log, domain)


def test_there_is_no_place_in_the_middle_of_a_turn(talk: Any) -> None:
    unfinished = talk().check()[:-1]
    assert find_cut(unfinished * 30, 0, KEEP) is None
