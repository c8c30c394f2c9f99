"""⑤ Hands the case to people: why, ticket link, hotline and a summary to paste, in one message."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.lib.clock import day_of, spoken
from actions.lib.escalation import UNKNOWN, reason_for, summary
from actions.lib.misses import missed_before
from actions.lib.phrases import Phrases
from bot.clock import today


class ActionEscalate(Action):
    """Runs on wish, after failed troubleshooting, two misses in a row or an overdue sync; ends any open form."""

    def name(self) -> str:
        return "action_escalate"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        slots, language = tracker.current_slot_values(), tracker.get_slot("language") or "en"
        phrases = Phrases(domain, language)
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        if nothing_to_go_on(intent, tracker):
            dispatcher.utter_message(response="utter_which_trouble")
            return [FollowupAction("action_listen")]
        reason = reason_for(intent, tracker.latest_action_name, turned_down(intent, tracker))
        values = {**spoken_facts(slots, language)}
        dispatcher.utter_message(
            response="utter_escalate",
            why=phrases.text(f"utter_escalate__{reason.value}", **values),
            summary=summary({**slots, **values}, reason, phrases),
        )
        return [
            SlotSet("escalation_reason", reason.value),
            SlotSet("outcome", None),
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            FollowupAction("action_listen"),
        ]


def nothing_to_go_on(intent: str | None, tracker: Tracker) -> bool:
    """True when somebody starts with "it does not work": asking what is wrong comes before sending them on, once."""
    escalated = any(event.get("name") == "action_escalate" for event in tracker.events)
    return intent == "still_not_working" and not tracker.get_slot("topic") and not escalated


def turned_down(intent: str | None, tracker: Tracker) -> bool:
    """True for a "no" to the topics that the bot had just offered."""
    return intent == "deny" and missed_before(tracker.events)


def spoken_facts(slots: dict[str, Any], language: str) -> dict[str, Any]:
    """The facts of a late sync as they are said: the notice's date in words and the business days since."""
    told, check = slots.get("notice_date"), slots.get("last_check") or {}
    facts: dict[str, Any] = {"business_days": check.get("business_days", "")}
    if told not in (None, UNKNOWN):
        facts["notice_date"] = spoken(day_of(told, today()), language)
    return facts
