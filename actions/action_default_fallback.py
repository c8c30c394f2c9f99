"""⑤ Not sure what was meant: offers the likeliest topics or asks to rephrase; two misses in a row go to a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.lib.misses import missed_before
from actions.lib.phrases import Phrases
from actions.lib.topics import likely_topics


class ActionDefaultFallback(Action):
    """Replaces Rasa's own fallback; never guesses a topic."""

    def name(self) -> str:
        return "action_default_fallback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if missed_before(tracker.events):
            return [FollowupAction("action_escalate")]
        topics = likely_topics(tracker.latest_message.get("intent_ranking") or [])
        if topics:
            phrases = Phrases(domain, tracker.get_slot("language") or "en")
            titles = {button["payload"]: button for button in phrases.buttons("utter_greet")}
            choices = [titles[f"/{topic}"] for topic in topics] + phrases.buttons("utter_none_of_these")
            dispatcher.utter_message(response="utter_did_you_mean", buttons=choices)
        else:
            dispatcher.utter_message(response="utter_rephrase")
        # In a form Rasa goes back to the form's question by itself; elsewhere nothing else may be predicted.
        return [] if tracker.active_loop else [FollowupAction("action_listen")]
