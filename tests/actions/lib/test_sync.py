"""In time, overdue or a date to come, and the day by which the console is generally updated."""

import datetime

import pytest

from actions.lib.sync import SyncState, check_sync

day = datetime.date.fromisoformat


@pytest.mark.parametrize(
    ("notice", "today", "state", "days", "due", "why"),
    [
        ("2026-11-24", "2026-11-24", SyncState.IN_TIME, 0, "2026-11-26", "the day itself does not count"),
        ("2026-11-24", "2026-11-26", SyncState.IN_TIME, 2, "2026-11-26", "the second day is still in time"),
        ("2026-11-24", "2026-11-27", SyncState.OVERDUE, 3, "2026-11-26", "the third is not"),
        ("2026-11-20", "2026-11-22", SyncState.IN_TIME, 0, "2026-11-24", "a weekend"),
        ("2026-11-21", "2026-11-24", SyncState.IN_TIME, 2, "2026-11-24", "notice on a Saturday"),
        ("2026-09-30", "2026-10-07", SyncState.IN_TIME, 0, "2026-10-09", "National Day week"),
        ("2026-09-29", "2026-10-08", SyncState.IN_TIME, 2, "2026-10-08", "National Day week in between"),
        ("2026-10-08", "2026-10-10", SyncState.IN_TIME, 2, "2026-10-10", "a Saturday worked for National Day"),
        ("2026-10-08", "2026-10-12", SyncState.OVERDUE, 3, "2026-10-10", "and the Monday after it"),
        ("2026-02-13", "2026-02-23", SyncState.IN_TIME, 1, "2026-02-24", "a Saturday worked before Spring Festival"),
        ("2026-02-12", "2026-02-24", SyncState.OVERDUE, 3, "2026-02-14", "due on that Saturday"),
        ("2026-11-25", "2026-11-24", SyncState.FUTURE, 0, "2026-11-27", "tomorrow"),
    ],
)
def test_counts_from_the_day_after_the_notice(
    notice: str, today: str, state: SyncState, days: int, due: str, why: str
) -> None:
    check = check_sync(day(notice), day(today))
    assert (check.state, check.business_days, check.due) == (state, days, day(due)), why
