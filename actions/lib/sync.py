"""⑤ Is the console's update late? Business days since the administration's notice, by China's calendar."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum

from actions.lib.business_days import business_days_after, due_date

# "Generally 1-2 business days" (faq-source.md, question 2).
USUAL_BUSINESS_DAYS = 2


class SyncState(str, Enum):
    """IN_TIME and OVERDUE are values of the slot `sync_state`; FUTURE is a date that has not come yet."""

    IN_TIME = "in_time"
    OVERDUE = "overdue"
    FUTURE = "future"


@dataclass(frozen=True)
class SyncCheck:
    """Outcome for one notice: business days since then, and the day by which the console is generally updated."""

    state: SyncState
    business_days: int
    due: datetime.date


def check_sync(notice: datetime.date, today: datetime.date) -> SyncCheck:
    """The day of the notice itself does not count; within USUAL_BUSINESS_DAYS (inclusive) is in time."""
    days, due = business_days_after(notice, today), due_date(notice, USUAL_BUSINESS_DAYS)
    if notice > today:
        return SyncCheck(SyncState.FUTURE, 0, due)
    return SyncCheck(SyncState.OVERDUE if days > USUAL_BUSINESS_DAYS else SyncState.IN_TIME, days, due)
