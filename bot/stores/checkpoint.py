"""Beside ④ dialogue, when a turn is saved: which old events a conversation still needs; the rest can stay unread.

A checkpoint invents nothing: it names a place in the log (everything behind it is read) and the few real events before
that place that still matter (the last value of every slot, what opened the running form, ...). Whether the short log
goes on exactly like the long one is not argued but replayed and compared before a place is accepted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    DefinePrevUserUtteredFeaturization,
    EntitiesAdded,
    Event,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

# So many applied actions at the end of the log stay as they are, whatever a form or a revert took out of the history in
# between: policies look back on applied actions, not on events (a form's undisturbed turns count as one action).
HISTORY = 15
# A place that does not pass is rare (a revert reaches across it); the next older ones are tried, but not without end.
ATTEMPTS = 8

_UNDERSTOOD = (DefinePrevUserUtteredFeaturization, EntitiesAdded)
_POLICY_RELEVANT = (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    LoopInterrupted,
    SlotSet,
    UserUttered,
    *_UNDERSTOOD,
)


@dataclass(frozen=True)
class Cut:
    """A place in a list of events: `events[at:]` is read in full, before it only `kept` (positions, ascending)."""

    at: int
    kept: tuple[int, ...] = ()


def find_cut(events: Sequence[Event], settled: int, keep: int) -> Cut | None:
    """The latest place to cut at, or None when there is none yet.

    `events` is what is read today: `settled` events kept by the last checkpoint, then everything behind it. At least
    `keep` events stay behind the new place, but for the start of a session: before that nothing is needed.
    """
    session = max(_last(events, SessionStarted), 0)
    log = list(events[session:])
    places = _resting_places(log, max(settled - session, 0) + 1, len(log) - keep)
    for at in itertools.islice(reversed(places), ATTEMPTS):
        kept = _kept_for(log, at)
        if kept is not None:
            return Cut(at + session, tuple(i + session for i in kept))
    return Cut(session) if session > settled else None


def _kept_for(log: list[Event], at: int) -> list[int] | None:
    """What to keep of the log before `at`, None when it would not go on exactly like the whole."""
    whole = _replay(log)
    kept = _needed(log, at, _actions_behind(whole, log[at:]))
    short = _replay([log[i] for i in kept] + log[at:])
    return kept if _situation(whole, log, at) == _situation(short, log, at) else None


def _replay(events: list[Event]) -> DialogueStateTracker:
    """A tracker that accepts every slot: what to keep must not depend on today's domain."""
    return DialogueStateTracker.from_events("", events, slots=None)


def _resting_places(events: Sequence[Event], first: int, last: int) -> list[int]:
    """Positions in first..last before which the bot had said all and was waiting for the user."""
    places, resting = [], False
    for i, event in enumerate(events):
        if resting and first <= i <= last:
            places.append(i)
        if isinstance(event, (ActionExecuted, UserUttered)):
            resting = isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
    return places


def _actions_behind(whole: DialogueStateTracker, tail: list[Event]) -> int:
    behind = {id(e) for e in tail}
    return sum(isinstance(e, ActionExecuted) and id(e) in behind for e in whole.applied_events())


def _needed(log: list[Event], at: int, actions_behind: int) -> list[int]:
    """Positions before `at` without which the rest would be understood differently."""
    start = _last(log[:at], Restarted) + 1
    head = log[start:at]
    applied = _replay(head).applied_events()
    turn = len(applied) - len(_latest(applied, HISTORY - actions_behind))
    chosen = _policies_see(applied[turn:])
    chosen += _slot_values(applied[:turn]) + _slot_values(applied)
    chosen += _running_form(applied[:turn], head)
    for kinds in (AllSlotsReset, (ConversationPaused, ConversationResumed), BotUttered):
        chosen += applied[_last(applied, kinds) :][:1] if _last(applied, kinds) >= 0 else []
    ids = {id(e) for e in chosen}
    return [i for i in range(start, at) if id(log[i]) in ids]


def _slot_values(applied: Iterable[Event]) -> list[Event]:
    """The last `SlotSet` of every slot, also of slots that today's domain does not know."""
    last: dict[str, Event] = {}
    for event in applied:
        if isinstance(event, AllSlotsReset):
            last.clear()
        elif isinstance(event, SlotSet):
            last[event.key] = event
    return list(last.values())


def _running_form(applied: list[Event], head: list[Event]) -> list[Event]:
    """What opened the running form and its latest run that counts: a later run is measured against that one."""
    opened = _last(applied, ActiveLoop)
    if opened < 0 or not applied[opened].name:  # type: ignore[attr-defined]
        return []
    name = applied[opened].name  # type: ignore[attr-defined]
    runs = [e for e in applied if isinstance(e, ActionExecuted) and e.action_name == name]
    before = next(i for i, e in enumerate(head) if e is applied[opened])
    return [applied[opened], *runs[-1:], *_message(head, _last(head[:before], UserUttered))]


def _message(head: list[Event], said: int) -> list[Event]:
    """The user message at `said` (-1: none) with the listening before it and how it was understood."""
    if said < 0:
        return []
    listened = head[: said + 1][max(_last(head[:said], ActionExecuted), 0) :][:1]
    behind = itertools.takewhile(lambda e: not isinstance(e, (ActionExecuted, UserUttered)), head[said + 1 :])
    return [*listened, head[said], *(e for e in behind if isinstance(e, _UNDERSTOOD))]


def _policies_see(applied: list[Event]) -> list[Event]:
    """Without what no policy can tell: bot messages, and slot values that are replaced before the next action.

    The latter are many: of a form's undisturbed turns Rasa takes out the actions and messages, but not the slots.
    """
    seen: list[Event] = []
    replaced: set[str] = set()
    for event in reversed(applied):
        if isinstance(event, (ActionExecuted, AllSlotsReset)):
            replaced = set()
        if isinstance(event, _POLICY_RELEVANT) and not (isinstance(event, SlotSet) and event.key in replaced):
            seen.append(event)
        if isinstance(event, SlotSet):
            replaced.add(event.key)
    return seen[::-1]


def _latest(applied: list[Event], actions: int) -> list[Event]:
    """The end of `applied` that holds so many actions."""
    places = [i for i, e in enumerate(applied) if isinstance(e, ActionExecuted)]
    if actions <= 0 or not places:
        return []
    return applied[places[-actions:][0] :]


def _situation(tracker: DialogueStateTracker, log: list[Event], at: int) -> tuple[Any, ...]:
    """All that the next turn may depend on. Events go by identity: both trackers are made of the same ones."""
    known = {id(e) for e in log}
    behind = {id(e) for e in log[at:]}
    applied = tracker.applied_events()
    said = [id(e) for e in applied if isinstance(e, UserUttered)]
    messages = [id(m) if id(m) in known else None for m in (tracker.latest_message, tracker.latest_bot_utterance)]
    return (
        {name: slot.value for name, slot in tracker.slots.items() if slot.has_been_set},
        tracker.active_loop,
        tracker.is_paused(),
        tracker.latest_action,
        tracker.followup_action,
        tracker.get_latest_input_channel(),
        messages,
        said[-1:],
        [id(e) for e in applied if id(e) in behind],
        [id(e) for e in _policies_see(_latest(applied, HISTORY))],
    )


def _last(events: Sequence[Event], kinds: Any) -> int:
    """The position of the last event of these kinds, -1 when there is none."""
    return next((i for i in range(len(events) - 1, -1, -1) if isinstance(events[i], kinds)), -1)
