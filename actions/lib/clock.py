"""⑤ Dates as people write them."""

from __future__ import annotations

import datetime

from babel.dates import format_date

_PATTERNS = {"en": "EEEE d MMMM y", "zh": "y年M月d日EEEE"}
_RELATIVE = {"today": 0, "yesterday": 1}  # what the date buttons carry


def spoken(day: datetime.date, language: str) -> str:
    """A date in words, such as "Friday 27 November 2026" or "2026年11月27日星期五"."""
    return format_date(day, _PATTERNS[language], locale=language)


def day_of(value: str, reference: datetime.date) -> datetime.date:
    """The day of an ISO date or of a button's "today" / "yesterday". ValueError when it is neither."""
    if value in _RELATIVE:
        return reference - datetime.timedelta(days=_RELATIVE[value])
    return datetime.date.fromisoformat(value)
