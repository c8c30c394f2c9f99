"""What a matched date expression means, seen from today; the readers of the table in `_date_patterns`.

Each takes the match and today and returns a day, None when it is none after all, or raises ValueError or OverflowError
when there is no such day. The conventions are those of `dates.py`.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta

Match = re.Match[str]

COUNTS: dict[str, float] = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
}
COUNTS |= {"nine": 9, "ten": 10, "couple of": 2, "a couple of": 2, "half a": 0.5, "半": 0.5, "两": 2, "兩": 2}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_UNITS = {"min": 1 / 1440, "分": 1 / 1440, "hour": 1 / 24, "小": 1 / 24, "day": 1, "天": 1, "week": 7}
_UNITS |= {"周": 7, "週": 7, "星": 7, "礼": 7, "禮": 7}
_MONTHS = {"month": 1, "月": 1, "year": 12, "年": 12}
_NEAR = {"大": 3, "前": 2, "昨": 1, "今": 0, "刚": 0, "剛": 0}
# "step 2/3", 版本 2026.1.5
_COUNTED_THING = re.compile(
    r"\b(?:step|page|part|ports?|stage|version|ver|v|build)\s*$|第$|步骤$|版本号?\s*$", re.IGNORECASE
)
_ZH_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {str(n): n - 1 for n in range(1, 7)} | {"天": 6}


def _number(text: str) -> int:
    """An Arabic number, a Chinese one up to 99, or a year in Chinese digits; ValueError for 两三 ("two or three")."""
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    digits = [_DIGITS.get(c, -1) for c in (text if not ten else (tens or "一") + (ones or "零"))]
    if -1 in digits or len(digits) != (2 if ten else 4 if len(text) > 1 else 1):
        raise ValueError(f"no number: {text}")
    return int("".join(map(str, digits)))


def days_back(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _latest(today: date, month: int, day: int) -> date | None:
    """The last such day that is not in the future; 29 February may be up to eight years back."""
    for year in range(today.year, today.year - 9, -1):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and (found := date(year, month, day)) <= today:
            return found
    return None


def _day_of_month(today: date, day: int, months_back: int | None) -> date | None:
    """The 20th: the last one up to today, or that of the given month if it is not in the future."""
    for back in range(12) if months_back is None else (months_back,):
        month = today.replace(day=1) - relativedelta(months=back)
        if 1 <= day <= monthrange(month.year, month.month)[1] and month.replace(day=day) <= today:
            return month.replace(day=day)
    return None


def _weekday(today: date, weekday: int, weeks_back: int | None) -> date | None:
    """The last such weekday before today, or that of the given calendar week if it is not in the future."""
    if weeks_back is None:
        return days_back(today, (today.weekday() - weekday - 1) % 7 + 1)
    found = today + timedelta(days=weekday - today.weekday() - 7 * weeks_back)
    return found if found <= today else None


def no_date(match: Match, today: date) -> None:
    """For what looks like a date and is none; it still hides the shorter expressions inside it."""


def same_day(match: Match, today: date) -> date:
    return today


def day_before(match: Match, today: date) -> date:
    return days_back(today, 1)


def two_days_before(match: Match, today: date) -> date:
    return days_back(today, 2)


def zh_near(match: Match, today: date) -> date:
    return days_back(today, _NEAR[match[0][0]])


def en_weekday(match: Match, today: date) -> date | None:
    words = match[0].lower()
    name = re.search(r"\b(mon|tue|wed|thu|fri|sat|sun)", words)
    weeks_back = 1 if "last week" in words else 0 if "this" in words else None
    return (
        _weekday(today, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(name[1]), weeks_back) if name else None
    )


def zh_weekday(match: Match, today: date) -> date | None:
    weeks_back = {"上": 1, "上上": 2, "这": 0, "這": 0, "本": 0}.get((match["which"] or "").rstrip("个個"))
    return _weekday(today, _ZH_WEEKDAYS[match["day"]], weeks_back)


def ago(match: Match, today: date) -> date | None:
    text = " ".join(match["n"].lower().split())
    count = COUNTS[text] if text in COUNTS else _number(text)
    unit = match["unit"].lower()
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        return days_back(today, 15) if months == 0.5 else today - relativedelta(months=int(months))
    return days_back(today, int(count * _UNITS[unit] + (0.49 if _UNITS[unit] < 1 else 0)))


def en_month(match: Match, today: date) -> date | None:
    """Month names go to dateparser. "may" is mostly a verb: it needs a preposition, an ordinal, a year or an end."""
    words = match[0]
    if re.search(r"\bmay\b", words, re.IGNORECASE) and not re.search(r"\d(?:st|nd|rd|th)|\d{4}|\bof\b", words):
        before, after = _before(match), match.string[match.end() : match.end() + 12]
        if not re.search(r"\b(?:on|since|from)\s+$", before, re.IGNORECASE) and re.match(
            r"\s*[^\s.,;!?。，；！？、]", after
        ):
            return None
    found = _dateparser(today).get_date_data(re.sub(r"\b(?:the|of)\b|[.,]", " ", words)).date_obj
    if found is None or (found.date() > today and not re.search(r"\d{4}", words)):
        return None
    return date(found.year, found.month, found.day)


@lru_cache(maxsize=2)
def _dateparser(today: date) -> Any:
    """Imported and built on first use (0.5 s), kept for the day (0.5 ms a call). Told exactly what to expect."""
    from dateparser.date import DateDataParser

    settings = {
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "DATE_ORDER": "MDY",
        "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["absolute-time"],
    }
    return DateDataParser(languages=["en"], settings=settings)


def _before(match: Match) -> str:
    return match.string[max(0, match.start() - 12) : match.start()]


def numeric(match: Match, today: date) -> date | None:
    """Year first, or month/day with or without a year; day/month when the month would not exist otherwise."""
    if _COUNTED_THING.search(_before(match)) or match[0] == "24/7":
        return None
    month, day, year = int(match["m"]), int(match["d"]), match["y"]
    if month > 12 and match.start("m") == match.start():
        month, day = day, month
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _latest(today, month, day)


def zh_date(match: Match, today: date) -> date | None:
    month, day, named = _number(match["m"]), _number(match["d"]), match.groupdict().get("y")
    if not named:
        return _latest(today, month, day)
    if named in ("去", "前", "今"):
        found = date(today.year - {"今": 0, "去": 1, "前": 2}[named], month, day)
        return found if found <= today else None
    year = _number(named)
    return date(year + 2000 if year < 100 else year, month, day)


def zh_day(match: Match, today: date) -> date | None:
    which = match["which"] or ""
    return _day_of_month(today, _number(match["d"]), None if not which else 1 if which.startswith("上") else 0)


def en_day(match: Match, today: date) -> date | None:
    which = (match["which"] or "").lower()
    return _day_of_month(today, int(match["d"]), {"last": 1, "this": 0}.get(which))


def last_period(match: Match, today: date) -> date:
    return days_back(today, today.weekday() + 1) if match["week"] else days_back(today, today.day)
