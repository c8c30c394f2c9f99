"""Finds the day on which a message says something happened ("the notice came last Friday"), so that it isn't asked for
again and business days can be counted from it (understanding, step 3).

It runs on every message, so each row of `_date_patterns.ROWS` names the characters without which it can't match; a
message without any costs some substring tests. A row's pattern cuts out one whole expression and its reader turns that
into a day. Only English dates with a month's name go on to dateparser: measured on 118 expressions it knew 50 of 65
English and 17 of 53 Chinese ones, and got some wrong ("on the 3rd" became 17 March). It never sees a whole message: its
search takes "may" and "sat" for dates.

Conventions:

* The past is meant. A day without a year lies on or before today, a weekday is the last one before today. Future days
  count only when written with their year.
* 11/12 is November 12: Chinese users write month/day. 25/10 can only be day/month and is read so.
* 上周五 and "Friday last week" lie in the calendar week (Monday to Sunday) before this one; "last Friday" is the
  latest Friday before today.
* "last week" and "last month" mean their last day, so that elapsed time is never overstated. Half a month is 15 days;
  what happened up to 12 hours ago happened today.
* Of several dates the first that names a day counts; "last week" and the like only when there is none.
* Deadlines ("by Friday", 11月12日前), repetition ("every Friday", 周一至周五) and the future (下周三) are no dates.
"""

import datetime
from dataclasses import dataclass

from bot.text._date_patterns import ROWS

MAX_CHARS = 2_000
MAX_EXPRESSIONS = 20  # nobody names more days; keeps "feb 30 feb 30 ..." from costing a dateparser call each
# Full-width digits and / - . : and wide spaces to ASCII, one for one.
_FOLD = {c: c - 0xFEE0 for c in range(0xFF0D, 0xFF1B)} | {0x3000: 0x20, 0xA0: 0x20}


@dataclass(frozen=True)
class FoundDate:
    """A day, and where its expression stands in the text."""

    value: datetime.date
    start: int
    end: int


def find_date(text: str, today: datetime.date) -> FoundDate | None:
    """The day that the first 2,000 characters speak of, seen from `today`; None without one. Never raises."""
    today = datetime.date(today.year, today.month, today.day)  # a datetime is a date too, but does not compare to one
    folded = text[:MAX_CHARS].translate(_FOLD)
    lowered = folded.lower()
    hits = [
        (match.start(), -match.end(), row, match)
        for row in ROWS
        if any(key in lowered for key in row.keys)
        for match in row.pattern.finditer(folded)
    ]
    vague: FoundDate | None = None
    consumed = 0
    # The longest expression at the leftmost place wins, and one that is no date ("next Friday") hides what is in it.
    for start, negative_end, row, match in sorted(hits, key=lambda hit: hit[:2])[:MAX_EXPRESSIONS]:
        if start < consumed:
            continue
        consumed = -negative_end
        try:
            value = row.read(match, today)
        except (ValueError, OverflowError):  # 31 November, or before the year 1
            continue
        if value is not None:
            found = FoundDate(value, start, consumed)
            if row.names_a_day:
                return found
            vague = vague or found
    return vague
