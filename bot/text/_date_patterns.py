"""The table of date expressions behind `dates.find_date`, English and Chinese; what they mean is in `_date_readers`."""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from bot.text import _date_readers as r


class Row(NamedTuple):
    keys: tuple[str, ...]  # one of these is in every text that matches, in lower case
    pattern: re.Pattern[str]
    read: Callable[[r.Match, date], date | None]
    names_a_day: bool = True


def _row(keys: str, pattern: str, read: Callable[[r.Match, date], date | None], names_a_day: bool = True) -> Row:
    # ASCII: Chinese text may touch a date on both sides, so it must not count as part of a word.
    return Row(tuple(keys.split("|")), re.compile(pattern, re.IGNORECASE | re.ASCII), read, names_a_day)


_WD_KEYS = "mon|tue|wed|thu|fri|sat|sun"
_WD_FULL = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WD = rf"(?:{_WD_FULL}|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b"
_NO_WD_BEFORE = "next|every|each|by|until|till|before|coming|following|happy|good|black|cyber"
_MON_KEYS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MON = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_TH = "(?:st|nd|rd|th)"
_YEAR = r"(?:,?\s+(?:19|20)\d\d(?!\d))"
_NOT_COUNTED = (
    r"(?![\w%]|[.:/-]\d|\s*(?:business|working|calendar)\b"
    r"|\s*(?:day|hour|minute|week|month|year|time|server|domain|site|step)s?\b)"
)
_NOT_NTH = r"(?!\s+(?:time|party|attempt|try|step|day|floor|question|page|server)\b)"
_NOT_FRACTION = r"(?![a-z\d/]|[.-]\d|\s*(?:business|working|(?:day|hour|step|time)s?\b|of\b|done\b|[个個天次步]))"
_EN_COUNT = "|".join(sorted((c for c in r.COUNTS if c.isascii()), key=len, reverse=True)).replace(" ", r"\s+")
_ZH_NUM = "[一二三四五六七八九十]{1,3}"
_ZH_COUNT = (
    r"(?<![\d.几幾数數一二两兩三四五六七八九十~-])(?P<n>\d{1,3}|[一二两兩三四五六七八九十]{1,3}|半)\s*(?:[个個]\s*)?"
)
_ZH_UNIT = "(?P<unit>(?<=[个個])月|分|小|天|周|週|星|礼|禮|年)(?:钟|鐘|时|時|期|拜)?"
_ZH_WEEK = "(?:周|週|星期|礼拜|禮拜)"
_ZH_DAY = "(?:[二三四五六日天1-6]|一(?![直次些样樣般个個共定]))"  # 上周一直 is "all of last week"
_ZH_WD = rf"{_ZH_WEEK}(?P<day>{_ZH_DAY})(?![年期志\d])"
_ZH_YEAR = r"(?P<y>(?:19|20)?\d\d|[〇零一二三四五六七八九]{4}|[去前今])年"
_ZH_D = rf"(?P<d>\d{{1,2}}|{_ZH_NUM})"
_NO_DEADLINE = "(?!(?:之|以)?前)"
_NO_COUNTER = "(?![线線楼店机機服门門库庫码碼院文主节節问問客工群站字桌台域])"  # 3号线, 2号服务器

# Longer expressions hide the shorter ones that begin inside them, so the order of the rows does not matter.
ROWS = (
    _row("yesterday", r"\b(?:the\s+)?day\s+before\s+yesterday\b", r.two_days_before),
    _row("yesterday|last", r"\byesterday\b|\blast\s+night\b", r.day_before),
    _row(
        "today|this|tonight|just", r"\b(?:today|tonight|just\s+now|this\s+(?:morning|afternoon|evening))\b", r.same_day
    ),
    _row(
        "ago",
        rf"(?<![\w.-])(?<!\bor )(?<!\bto )(?P<n>\d{{1,3}}|{_EN_COUNT})"
        r"\s+(?P<unit>min|hour|day|week|month|year)(?:ute)?s?\s+ago\b",
        r.ago,
    ),
    _row(_WD_KEYS, rf"\b(?:{_NO_WD_BEFORE})\s+{_WD}|\b{_WD}\s*(?:-|–|to|through|thru|till|until)\s*{_WD}", r.no_date),
    _row(
        _WD_KEYS,
        rf"\blast\s+week,?\s+(?:on\s+)?{_WD}|\b(?:on\s+)?{_WD},?\s+(?:of\s+)?last\s+week\b"
        rf"|\b(?:on|last|since|from|past|this)\s+{_WD}|\b{_WD_FULL}\b|\A\s*{_WD}\W*\Z",
        r.en_weekday,
    ),
    _row(_MON_KEYS, rf"(?<![\w.,/:-])\d{{1,2}}{_TH}?\s+(?:of\s+)?{_MON}\.?{_YEAR}?", r.en_month),
    _row(_MON_KEYS, rf"\b{_MON}\.?\s*(?:the\s+)?\d{{1,2}}{_TH}?(?:{_YEAR}|{_NOT_COUNTED})", r.en_month),
    _row(
        "st|nd|rd|th",
        rf"(?:\b(?:on|since|from)\s+(?:the\s+)?|\A\s*(?:the\s+)?(?=\w+\W*\Z))(?P<d>\d{{1,2}}){_TH}\b"
        rf"(?!\s+(?:of\s+)?{_MON}){_NOT_NTH}(?:\s+of\s+(?P<which>last|this)\s+month)?",
        r.en_day,
    ),
    _row(
        "19|20",
        r"(?<![\w./-])(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d|[./-]\d|[a-su-z_])",
        r.numeric,
    ),
    _row("/", rf"(?<![\w./-])(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})(?:/(?P<y>(?:20)?\d\d))?{_NOT_FRACTION}", r.numeric),
    _row("last", r"\blast\s+(?:(?P<week>week)|month)\b", r.last_period, names_a_day=False),
    _row(
        "前|昨|今|刚|剛",
        "大前天|(?<![提之以目当當从從])前[天日晚]|昨[天日晚夜早儿]|今[天日早晨晚儿](?!头条)|刚刚|刚才|剛剛|剛才",
        r.zh_near,
    ),
    _row("前", rf"{_ZH_COUNT}{_ZH_UNIT}(?:之|以)?前(?![后後])", r.ago),
    _row(
        "周|週|星期|礼拜|禮拜",
        rf"{_ZH_WD}\s*(?:至|到|-|~|—)\s*{_ZH_WEEK}?{_ZH_DAY}|(?:每|下)[个個]?{_ZH_WEEK}{_ZH_DAY}"
        rf"|{_ZH_WEEK}{_ZH_DAY}(?:之|以)?前",
        r.no_date,
    ),
    _row(
        "周|週|星期|礼拜|禮拜",
        rf"(?<![一二两兩三四五六几幾\d])(?P<which>上上[个個]?|[上这這本][个個]?)?{_ZH_WD}",
        r.zh_weekday,
    ),
    _row("上", rf"(?<!上)上[个個]?(?:(?P<week>{_ZH_WEEK})|月)", r.last_period, names_a_day=False),
    _row(
        "月",
        rf"(?<![\d备備])(?:{_ZH_YEAR})?\s*(?P<m>\d{{1,2}}|{_ZH_NUM})月\s*{_ZH_D}\s*[日号號]{_NO_DEADLINE}",
        r.zh_date,
    ),
    _row("月", r"(?<![\d备備])(?P<m>\d{1,2})月(?P<d>\d{1,2})(?!\s*[日号號]|[\d个個天小点點年月周万元%.:])", r.zh_date),
    _row(
        "号|號|日",
        rf"(?<![a-z\d.\-备備第一二三四五六七八九十])(?P<which>[上这這本][个個]?月)?{_ZH_D}"
        rf"(?:[号號]|(?<=月..)日|(?<=月.)日){_NO_DEADLINE}{_NO_COUNTER}",
        r.zh_day,
    ),
    _row("下", rf"下[个個]?月\s*{_ZH_D}[日号號]", r.no_date),
)
