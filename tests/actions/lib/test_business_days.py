"""Working days in mainland China: official holidays, weekends worked instead, and years nobody has announced yet."""

import datetime

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.lib.business_days import business_days_after, calendar_covers, due_date, is_business_day

LAST_KNOWN_YEAR = max(chinese_calendar.holidays).year
day = datetime.date.fromisoformat
any_day = st.dates(datetime.date(1, 1, 2), datetime.date(9998, 12, 31))
days_around_today = st.dates(datetime.date(2003, 1, 1), datetime.date(2032, 12, 31))


@pytest.mark.parametrize(
    ("date", "works", "why"),
    [
        ("2026-01-01", False, "New Year"),
        ("2026-01-02", False, "Friday given for New Year"),
        ("2026-01-04", True, "Sunday worked for New Year"),
        ("2026-02-13", True, "last Friday before Spring Festival"),
        ("2026-02-14", True, "Saturday worked for Spring Festival"),
        ("2026-02-15", False, "Spring Festival begins"),
        ("2026-02-17", False, "Chinese New Year's Day"),
        ("2026-02-23", False, "Spring Festival's last day, a Monday"),
        ("2026-02-24", True, "first day back"),
        ("2026-02-28", True, "Saturday worked for Spring Festival"),
        ("2026-03-01", False, "plain Sunday"),
        ("2026-09-20", True, "Sunday worked for National Day"),
        ("2026-10-01", False, "National Day"),
        ("2026-10-07", False, "National Day's last day"),
        ("2026-10-08", True, "first day back"),
        ("2026-10-10", True, "Saturday worked for National Day"),
        ("2026-10-11", False, "plain Sunday"),
        ("2026-11-17", True, "plain Tuesday"),
        ("0001-01-01", True, "the calendar's first day, a Monday"),
        ("9999-12-31", True, "the calendar's last day, a Friday"),
        ("9999-12-26", False, "a Sunday beyond the tables"),
    ],
)
def test_knows_whether_offices_work(date: str, works: bool, why: str) -> None:
    assert is_business_day(day(date)) is works, why


def test_accepts_a_moment_as_well_as_a_day() -> None:
    """Callers have datetimes at hand; a holiday must not turn into a working day because of its time."""
    assert not is_business_day(datetime.datetime(2026, 10, 1, 9, 30))
    assert business_days_after(datetime.datetime(2026, 9, 30, 23, 0), day("2026-10-08")) == 1


@pytest.mark.parametrize(
    ("start", "today", "passed", "why"),
    [
        ("2026-11-16", "2026-11-16", 0, "the same day"),
        ("2026-11-16", "2026-11-17", 1, "Monday to Tuesday"),
        ("2026-11-13", "2026-11-15", 0, "over a weekend so far"),
        ("2026-11-13", "2026-11-16", 1, "Friday to Monday"),
        ("2026-11-17", "2026-11-10", 0, "a start in the future"),
        ("2026-02-13", "2026-02-23", 1, "Spring Festival: only the worked Saturday counts"),
        ("2026-02-14", "2026-02-24", 1, "Spring Festival as a whole"),
        ("2026-02-24", "2026-03-02", 5, "a week with its worked Saturday"),
        ("2026-09-30", "2026-10-07", 0, "National Day week"),
        ("2026-09-30", "2026-10-12", 4, "8, 9, worked Saturday 10, 12"),
        ("2026-09-18", "2026-09-21", 2, "worked Sunday and Monday"),
        ("2025-12-31", "2026-01-04", 1, "year end: three free days, then a worked Sunday"),
        ("2025-12-30", "2026-01-05", 3, "31 December, 4 and 5 January"),
        ("2025-01-01", "2025-12-31", 248, "a whole year"),
    ],
)
def test_counts_working_days(start: str, today: str, passed: int, why: str) -> None:
    assert business_days_after(day(start), day(today)) == passed, why


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-17", 0, "2026-11-17"),
        ("2026-11-17", 1, "2026-11-18"),
        ("2026-11-13", 2, "2026-11-17"),
        ("2026-11-14", 0, "2026-11-14"),
        ("2026-11-14", 1, "2026-11-16"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-29", 2, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_finds_the_day_something_is_due(start: str, days: int, due: str) -> None:
    assert due_date(day(start), days) == day(due)


def test_refuses_impossible_spans() -> None:
    with pytest.raises(ValueError, match="negative"):
        due_date(day("2026-11-17"), -1)
    with pytest.raises(OverflowError):
        due_date(datetime.date.max, 1)


def test_says_which_years_are_known() -> None:
    assert calendar_covers(day("2026-02-17"))
    assert calendar_covers(datetime.date(LAST_KNOWN_YEAR, 12, 31))
    assert not calendar_covers(datetime.date(LAST_KNOWN_YEAR + 1, 1, 1))
    assert not calendar_covers(day("2003-12-31"))


def test_assumes_monday_to_friday_in_unknown_years() -> None:
    national_day = datetime.date(LAST_KNOWN_YEAR + 1, 10, 1)
    assert is_business_day(national_day) == (national_day.weekday() < 5)
    assert business_days_after(day("2100-01-03"), day("2100-01-10")) == 5


@given(st.dates(datetime.date(2004, 1, 1), datetime.date(LAST_KNOWN_YEAR, 12, 31)))
def test_agrees_with_the_library_where_it_knows(date: datetime.date) -> None:
    assert is_business_day(date) == chinese_calendar.is_workday(date)


@given(any_day)
def test_every_day_counts_itself_once(date: datetime.date) -> None:
    assert business_days_after(date - datetime.timedelta(days=1), date) == is_business_day(date)


@given(days_around_today, st.integers(1, 400))
def test_due_date_is_the_first_day_with_enough_working_days(start: datetime.date, days: int) -> None:
    due = due_date(start, days)
    assert is_business_day(due)
    assert business_days_after(start, due) == days
    assert business_days_after(start, due - datetime.timedelta(days=1)) == days - 1


@given(any_day, st.integers(0, 60), st.integers(0, 60))
def test_spans_add_up(start: datetime.date, first: int, second: int) -> None:
    middle = min(datetime.date.max, start + datetime.timedelta(days=min(first, 300)))
    end = min(datetime.date.max, middle + datetime.timedelta(days=min(second, 60)))
    assert business_days_after(start, middle) + business_days_after(middle, end) == business_days_after(start, end)
