"""⑤ Counts the business days since the administration's notice and says whether to wait or to act."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.lib.clock import day_of, spoken
from actions.lib.escalation import UNKNOWN
from actions.lib.sync import SyncState, check_sync
from bot.clock import today


class ActionCheckSync(Action):
    """Runs when the date of the notice is known (or can't be told); sets `sync_state`, which decides what follows."""

    def name(self) -> str:
        return "action_check_sync"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        told = tracker.get_slot("notice_date")
        if told in (None, UNKNOWN):
            dispatcher.utter_message(response="utter_check_sync__unknown")
            return [SlotSet("sync_state", "unknown"), SlotSet("notice_date", None)]
        notice = day_of(told, today())
        check = check_sync(notice, today())
        language = tracker.get_slot("language") or "en"
        said = {"notice_date": spoken(notice, language), "due_date": spoken(check.due, language)}
        if check.state is SyncState.FUTURE:
            dispatcher.utter_message(response="utter_check_sync__future", **said)
            dispatcher.utter_message(response="utter_ask_notice_date")
            # The form goes on waiting for a date. Running it again would take the same date from the same message.
            return [
                SlotSet("notice_date", None),
                ActiveLoop("progress_not_synced_form"),
                SlotSet("requested_slot", "notice_date"),
                FollowupAction("action_listen"),
            ]
        if check.state is SyncState.IN_TIME:
            dispatcher.utter_message(response="utter_check_sync__in_time", business_days=check.business_days, **said)
        return [
            SlotSet("notice_date", notice.isoformat()),
            SlotSet("last_check", {"business_days": check.business_days}),
            SlotSet("sync_state", check.state.value),
        ]
