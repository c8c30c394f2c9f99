"""⑤ Says what applies to the user's domain name and how to test it. The one place where live checks will be called."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.lib.domain_advice import advise


class ActionCheckDomain(Action):
    """Runs when the domain is known (or won't be told); keeps what was advised for the case summary."""

    def name(self) -> str:
        return "action_check_domain"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        found = advise(tracker.get_slot("domain"))
        if next(tracker.get_latest_entity_values("other_domain"), None):
            dispatcher.utter_message(response="utter_check_domain__more_domains", domain=found.display)
        dispatcher.utter_message(response=found.response, domain=found.display, suffix=found.suffix)
        dispatcher.utter_message(response="utter_check_domain__ping_steps", target=found.display)
        return [
            SlotSet("last_check", {"advice": found.advice, "suffix": found.suffix}),
            SlotSet("outcome", None),  # "did it help?" is asked anew for each check
        ]
