"""China's working days, for actions that compare a filing's elapsed time with "one to two business days".

Public holidays and the weekends worked in exchange for them (调休) come from the tables of `chinesecalendar`. They are
announced one year at a time, each autumn for the next year; for days outside the tables Monday to Friday is assumed,
and `calendar_covers` lets the caller say so instead of presenting a guess as a fact.
"""

import datetime
from bisect import bisect_right

import chinese_calendar

# Kept as sorted day numbers (date.toordinal): counting a span of any length is then two look-ups, while the library's
# own is_workday scans its whole table on every call, and a user may well type a date two thousand years back.
_FREE_WEEKDAYS = sorted(day.toordinal() for day in chinese_calendar.holidays if day.weekday() < 5)
_WORKED_WEEKENDS = sorted(day.toordinal() for day in chinese_calendar.workdays if day.weekday() >= 5)
_FIRST_YEAR = min(chinese_calendar.holidays).year
_LAST_YEAR = max(chinese_calendar.holidays).year


def calendar_covers(day: datetime.date) -> bool:
    """True when the official holidays of this day's year are known; otherwise results assume Monday to Friday."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def is_business_day(day: datetime.date) -> bool:
    """True when offices in mainland China work on this day."""
    ordinal = day.toordinal()
    return _worked_until(ordinal) - _worked_until(ordinal - 1) == 1


def business_days_after(start: datetime.date, today: datetime.date) -> int:
    """Working days after `start` up to and including `today`; 0 when `today` is not later than `start`.

    The start itself never counts: a notice that came on Monday is one business day old on Tuesday.
    """
    return max(0, _worked_until(today.toordinal()) - _worked_until(start.toordinal()))


def due_date(start: datetime.date, business_days: int) -> datetime.date:
    """The first day on which `business_days` working days have passed since `start` (`start` itself for 0).

    Raises ValueError when `business_days` is negative and OverflowError when the day lies beyond the year 9999.
    """
    if business_days < 0:
        raise ValueError(f"business_days must not be negative: {business_days}")
    target = _worked_until(start.toordinal()) + business_days
    # A year has more than 240 working days and a free spell is shorter than three weeks, so this is never too far.
    low, high = start.toordinal(), start.toordinal() + business_days * 2 + 21
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _worked_until(middle) >= target else (middle + 1, high)
    if low > datetime.date.max.toordinal():
        raise OverflowError(f"{business_days} business days after {start} lie beyond the calendar")
    return datetime.date.fromordinal(low)


def _worked_until(ordinal: int) -> int:
    """Working days from the beginning of the calendar up to and including this day number.

    Day number 1 is a Monday (1 January of the year 1), so whole weeks count from there.
    """
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5) - bisect_right(_FREE_WEEKDAYS, ordinal) + bisect_right(_WORKED_WEEKENDS, ordinal)
