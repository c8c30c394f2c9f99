"""⑤ Why a case goes to a person, and the summary that spares the user from telling it again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from actions.diagnosis.report import Report
from actions.lib import diagnosis_text
from actions.lib.phrases import Phrases
from bot.text.domains import readable_host
from bot.topics import TOPICS

UNKNOWN = "unknown"  # the value of a fact that the user could not tell


class Reason(str, Enum):
    """Reason codes, kept in the slot `escalation_reason` for counting; each has a sentence utter_escalate__<code>."""

    ASKED_FOR_PERSON = "asked_for_person"
    NOT_SOLVED = "not_solved"
    NOT_UNDERSTOOD = "not_understood"
    NONE_OF_THESE = "none_of_these"
    SYNC_OVERDUE = "sync_overdue"


def reason_for(intent: str | None, previous_action: str | None, previous_choice: bool = False) -> Reason:
    """Reason from what the user said last and what the bot did just before escalating.

    previous_choice: True when the user turned down the topics that "did you mean" had offered.
    """
    if previous_action == "action_check_sync":
        return Reason.SYNC_OVERDUE
    if previous_action == "outcome_form":  # its "no" is about the advice, whatever was not understood before
        return Reason.NOT_SOLVED
    if previous_action == "action_default_fallback":
        return Reason.NOT_UNDERSTOOD
    if intent == "none_of_these" or previous_choice:
        return Reason.NONE_OF_THESE
    if intent in {"still_not_working", "deny"}:
        return Reason.NOT_SOLVED
    return Reason.ASKED_FOR_PERSON


def summary(slots: Mapping[str, Any], reason: Reason, phrases: Phrases) -> str:
    """The case in a few lines: topic, facts, what was advised or found, how it ended. Only what is known is listed."""
    topic = slots.get("topic")
    lines = [
        phrases.text("utter_summary__topic", topic=topic_title(topic, phrases))
        if topic in TOPICS
        else phrases.text("utter_summary__no_topic")
    ]
    lines += _facts(slots, phrases)
    check = slots.get("last_check") or {}
    if topic == "resolution_fails":
        lines += _looked_at(check, phrases)
    if topic == "progress_not_synced" and slots.get("sync_state") == "overdue" and check.get("business_days"):
        lines.append(phrases.text("utter_summary__sync_overdue", business_days=check["business_days"]))
    if reason is Reason.NOT_SOLVED:
        lines.append(phrases.text("utter_summary__not_solved"))
    return "\n".join(lines)


def _looked_at(check: Mapping[str, Any], phrases: Phrases) -> list[str]:
    """What the check of the domain saw, or what was advised instead."""
    if "advice" in check:  # nothing could be looked at
        return [phrases.text(f"utter_summary__checked_{check['advice']}", suffix=check.get("suffix", ""))]
    return diagnosis_text.summary(Report.from_dict(dict(check)), phrases) if "cause" in check else []


def topic_title(topic: str, phrases: Phrases) -> str:
    """The topic in the words of the menu's button."""
    return next(b["title"] for b in phrases.buttons("utter_greet") if b["payload"] == f"/{topic}")


def _facts(slots: Mapping[str, Any], phrases: Phrases) -> list[str]:
    """Lines for the facts that belong to the topic and are known."""
    topic, lines = slots.get("topic"), []
    if slots.get("domain") not in (None, UNKNOWN):
        lines.append(phrases.text("utter_summary__domain", domain=readable_host(slots["domain"])))
    if topic == "progress_not_synced" and slots.get("notice_date") not in (None, UNKNOWN):
        lines.append(phrases.text("utter_summary__notice_date", notice_date=slots["notice_date"]))
    for fact, of_topic in (("hosting", "switch_to_hong_kong"), ("transfer_scope", "original_filing_after_transfer")):
        if topic == of_topic and slots.get(fact) not in (None, UNKNOWN):
            lines.append(phrases.text(f"utter_summary__{fact}", **{fact: phrases.text(f"utter_value__{slots[fact]}")}))
    if topic == "expired_domain_taken" and slots.get("owner_role") == "new":
        lines.append(phrases.text("utter_summary__owner_role"))
    return lines
