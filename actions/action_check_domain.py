"""⑤ Looks at the user's domain (actions/diagnosis) and says what is wrong; without a look, how to test it by hand."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.diagnosis.names import NameStatus, check_name
from actions.diagnosis.report import Report
from actions.diagnosis.service import service
from actions.diagnosis.verdict import Kind
from actions.lib.diagnosis_text import reply
from actions.lib.domain_advice import advise
from actions.lib.escalation import UNKNOWN
from actions.lib.phrases import Phrases

# Causes whose reply ends with the steps to try by hand: the DNS itself could not be seen.
_BY_HAND = frozenset({"dns_not_looked"})


class ActionCheckDomain(Action):
    """Runs when the domain is known (or won't be told), after a sentence that it will; keeps what was found in
    `last_check`, for the case summary and for counting."""

    def name(self) -> str:
        return "action_check_domain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        told = tracker.get_slot("domain")
        name = check_name(None if told in (None, UNKNOWN) else str(told))
        if name.status is NameStatus.OK and next(tracker.get_latest_entity_values("other_domain"), None):
            dispatcher.utter_message(response="utter_check_domain__more_domains", domain=name.unicode)
        if name.status is NameStatus.OK:
            found = tell(await service().check(name, tracker.sender_id), dispatcher, tracker, domain)
        else:
            if name.status is not NameStatus.MISSING:
                dispatcher.utter_message(response=f"utter_check_domain__refused_{name.status.value}")
            found = by_hand(None, dispatcher)
        return [
            SlotSet("last_check", found),
            SlotSet("domain_withheld", None),
            SlotSet("outcome", None),  # "did it help?" is asked anew for each check
        ]


def tell(report: Report, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> dict[str, Any]:
    """Say what the report says and return what is kept of it. Nothing seen: say so, then the steps by hand."""
    if not report.looked:
        dispatcher.utter_message(response=f"utter_check_domain__not_looked_{report.reason}", domain=report.display)
        return {**report.as_dict(), **by_hand(report.domain, dispatcher)}
    phrases = Phrases(domain, tracker.get_slot("language") or "en")
    dispatcher.utter_message(response="utter_check_domain__found", lines=reply(report, phrases))
    if report.kind == Kind.UNKNOWN.value and report.cause in _BY_HAND:
        dispatcher.utter_message(response="utter_check_domain__ping_steps", target=report.display)
    return report.as_dict()


def by_hand(host: str | None, dispatcher: CollectingDispatcher) -> dict[str, Any]:
    """What applies to the name by its suffix, and how to ping it; claims no look."""
    found = advise(host)
    dispatcher.utter_message(response=found.response, domain=found.display, suffix=found.suffix)
    dispatcher.utter_message(response="utter_check_domain__ping_steps", target=found.display)
    return {"advice": found.advice, "suffix": found.suffix}
