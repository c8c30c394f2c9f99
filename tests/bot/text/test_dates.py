"""Days that messages speak of, seen from Tuesday, 17 November 2026."""

import datetime
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.dates import MAX_CHARS, FoundDate, find_date

TODAY = datetime.date(2026, 11, 17)

# Day -> the ways to say it.
SAID = {
    "2026-11-17": "today|this morning|this  afternoon|tonight|just now"
    "|2 hours ago|an hour ago|30 minutes ago|12 hours ago"
    "|Nov 17|11/17|今天|今天早上|今早|刚刚|刚才|剛才|2小时前|半个小时前|十分钟前|11月17日|17号",
    "2026-11-16": "yesterday|Yesterday morning|last night|since yesterday|a day ago|24 hours ago|Monday|on mon"
    "|this Monday"
    "|昨天|昨天下午|昨晚|昨日|从昨天开始|一天前|24小时前|周一|周一下午|这周一|本周一|這週一|星期1",
    "2026-11-15": "the day before yesterday|day before yesterday|a couple of days ago|2 days ago|on Sunday|last week"
    "|前天|前天晚上|两天前|兩天前|周日|星期天|礼拜天|上周|上个星期|上週",
    "2026-11-14": "3 days ago|three days ago|大前天|三天前|3天前|三天以前|三天之前|on sat|14号",
    "2026-11-13": "last Friday|on Friday|Friday|fri|Fri.|since friday|Friday last week|on Friday of last week"
    "|last week on Friday|4 days ago|上周五|上个星期五|周五|禮拜五|11/13|Nov 13th",
    "2026-11-12": "Nov 12|Nov12|nov 12|Nov. 12|12 Nov|12 November|12th of Nov|the 12th of November"
    "|on the 12th of November|November 12th|November the 12th|November 12, 2026|12 Nov 2026|Nov 12 at 10:30"
    "|11/12|11/12/2026"
    "|11/12/26|2026-11-12"
    "|2026-11-12T10:00|2026/11/12|2026.11.12|on the 12th|5 days ago|11月12号|11月12日|11月12 日|11月12收到|十一月十二号"
    "|十一月十二日|12号|十二号|2026年11月12日|26年11月12日|二〇二六年十一月十二日|今年11月12号|２０２６年１１月１２日|本月12日",
    "2026-11-10": "a week ago|one week ago|last Tuesday|on Tuesday|周二|礼拜二|上周二|一个星期前|一周前|1周前|7天前",
    "2026-11-06": "上上周五|11月6号",
    "2026-11-03": "on the 3rd|the 3rd|3rd|since the 3rd|two weeks ago|2 weeks ago|两周前|两个星期前|3号|3号收到的|三号",
    "2026-11-02": "half a month ago|半个月前|十五天前|2号",
    "2026-10-31": "last month|上个月|上月|31号|on the 31st|10/31",
    "2026-10-20": "on the 20th|20号|上个月20号|上月20号|on the 20th of last month|二十号",
    "2026-10-17": "a month ago|one month ago|一个月前|1个月前",
    "2026-05-17": "half a year ago|半年前|6 months ago",
    "2026-05-05": "on may 5|May 5th|May 5, 2026|5 May 2026|may 5|since May 5 it fails|5月5日",
    "2025-12-01": "Dec 1|1 December|12/1|12月1日|去年12月1号|2025-12-1",
    "2025-11-20": "Nov 20|11/20|11月20日",
    "2026-10-25": "25/10|10/25|Oct 25",
    "2024-02-29": "Feb 29|2月29日|2/29",
    "2027-01-05": "Jan 5, 2027|5 January 2027|2027-01-05|2027年1月5日|1/5/2027",
}


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, texts in SAID.items() for text in texts.split("|")])
def test_understands_a_day(day: str, text: str) -> None:
    for message in (text, f" {text}!", text + "。"):
        found = find_date(message, TODAY)
        assert found and found.value == datetime.date.fromisoformat(day), message


@pytest.mark.parametrize(
    "text",
    """
    within 5 days|in 5 days|3 days|how many days|1-2 business days|1 to 2 business days|1/2 business days|1-2 days ago
    ubuntu 20.04|windows server 2019|node 18.12.1|PHP 7.4|version 2026.1.5|版本 2026.1.5|it costs 99.00|¥12.50|10/100
    192.168.1.10|10.0.0.0/8|13800138000|4009-100-100|24/7 support|12:30|step 2/3|2026|2026-13-01|2026-02-30|99/99|0/0
    may i change the server|May I ask|may 5 domains be filed|I may 3 times
    3 may apply|march on|one second|sat down
    I saturated it|sun microsystems|monitor|friend|nov|Nov 31|January 2026|Dec 2027|a day|once a day|ago|long ago
    a few days ago|two or three days ago
    next Friday|every Monday|Monday to Friday 9-18|Mon-Fri|by Friday|before Friday|this Friday
    tomorrow|Fridays
    the 3rd time|on the 3rd attempt|3rd party|24小时|5天内|2小时内|20个工作日|提前天数|之前日志|目前日期|今日头条|以前
    前面
    周末|周边|周期|两周一次|每周三|周一至周五|周一到周五
    下周三|周三前|下个月3号|3号前提交|11月12日前提交
    几天前|前几天|两三天前|3月前完成|11月
    13月5日|2月30日|今年12月1号|3号线|2号服务器|第3号|京ICP备12345678号-1|京ICP备12号|账号123号|上海|一二三|明天|五一
    """.strip()
    .replace("\n", "|")
    .split("|"),
)
def test_sees_no_day_where_there_is_none(text: str) -> None:
    assert find_date(text.strip(), TODAY) is None


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("I got the SMS on Nov 12 at 10:30", "2026-11-12", "Nov 12"),
        ("我上周五收到通知，控制台还没更新", "2026-11-13", "上周五"),
        ("通知是2026-11-12收到的", "2026-11-12", "2026-11-12"),
        ("我11/12收到", "2026-11-12", "11/12"),
        ("last week, I think Nov 12", "2026-11-12", "Nov 12"),  # a day beats a period
        ("备案是11月12日通过的,昨天查的", "2026-11-12", "11月12日"),  # the first of two days
        ("not next Friday, last Friday", "2026-11-13", "last Friday"),
        ("ubuntu 20.04, since yesterday, within 5 days", "2026-11-16", "yesterday"),
        ("上周一直打不开", "2026-11-15", "上周"),
    ],
)
def test_picks_the_day_out_of_a_message(text: str, day: str, part: str) -> None:
    start = text.index(part)
    assert find_date(text, TODAY) == FoundDate(datetime.date.fromisoformat(day), start, start + len(part))


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        ("2026-01-01", "yesterday", "2025-12-31"),
        ("2026-01-05", "12月31日", "2025-12-31"),
        ("2026-03-01", "on the 30th", "2026-01-30"),
        ("2026-03-31", "一个月前", "2026-02-28"),
        ("2026-11-15", "last Friday", "2026-11-13"),  # said on a Sunday
        ("2026-11-15", "上周五", "2026-11-06"),
        ("2026-11-16", "上周日", "2026-11-15"),
        ("2026-01-02", "last month", "2025-12-31"),
        ("2026-11-20", "Friday", "2026-11-13"),  # said on a Friday: they would say "today"
    ],
)
def test_counts_from_the_day_it_is_said(today: str, text: str, day: str) -> None:
    found = find_date(text, datetime.date.fromisoformat(today))
    assert found and found.value.isoformat() == day


def test_accepts_a_moment_as_today() -> None:
    found = find_date("on Nov 12", datetime.datetime(2026, 11, 17, 9, 0))
    assert found and found.value == datetime.date(2026, 11, 12) and type(found.value) is datetime.date


def test_reads_only_the_beginning() -> None:
    assert find_date(" " * MAX_CHARS + "yesterday", TODAY) is None
    assert find_date(" " * (MAX_CHARS - 9) + "yesterday", TODAY)


def per_call(text: str, repeat: int) -> float:
    find_date(text, TODAY)
    started = time.process_time()
    for _ in range(repeat):
        find_date(text, TODAY)
    return (time.process_time() - started) / repeat


@pytest.mark.parametrize(
    "text", ["my site does not open, what can i do about it", "我的网站备案通过了但是打不开怎么办"]
)
def test_is_cheap_without_a_date(text: str) -> None:
    assert per_call(text, 300) < 0.000_1  # 0.015 ms when written


@pytest.mark.parametrize("text", ["on Nov 12", "12th of November 2026", "昨天", "上个月20号"])
def test_is_cheap_with_a_date(text: str) -> None:
    assert per_call(text, 20) < 0.005  # 0.8 ms when written


@pytest.mark.parametrize("text", ["feb 30 " * 285, "1 " * 1000, "周一" * 1000, "may 5 x " * 250, "十" * 2000])
def test_takes_bounded_time(text: str) -> None:
    assert per_call(text, 1) < 0.1


def test_loads_dateparser_only_for_month_names() -> None:
    """Its import takes half a second, which a message without an English month must not pay."""
    script = (
        "import sys, datetime; from bot.text.dates import find_date; today = datetime.date.today()\n"
        "find_date('ubuntu 20.04 since 3 days ago, 11月12号', today); print('dateparser' in sys.modules)\n"
        "find_date('Nov 12', today); print('dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


WORDS = (
    "1 2 3 12 31 30 2026 99 on the st th of Nov may feb last next week month Friday mon ago days hours a couple "
    "yesterday - / . , 月 号 日 年 周 上 下 个 前 天 今 昨 去 十 一 二 半 两 小时 星期 至 \ud800 ٣ ²"
)
PIECES = st.sampled_from([" ", *WORDS.split(" ")])
MESSAGES = st.one_of(st.text(st.characters(exclude_categories=())), st.lists(PIECES, max_size=14).map("".join))


@settings(max_examples=800, deadline=None)
@given(MESSAGES, st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)))
def test_never_raises_and_keeps_its_promises(text: str, today: datetime.date) -> None:
    found = find_date(text, today)
    if found:
        assert 0 <= found.start < found.end <= len(text)
        span = text[found.start : found.end]
        written = re.search(r"\d{4}|\d\d年|[〇零一二三四五六七八九]{4}年|/\d\d$", span)
        assert found.value <= today or written, "only a written year reaches the future"


@settings(max_examples=300, deadline=None)
@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)), st.data())
def test_understands_every_day_written_with_its_year(day: datetime.date, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d %B %Y", "%b %d, %Y", "%m/%d/%Y"]))
    if form == "%m/%d/%Y" and day.year < 2000:
        return  # short of a century: only 20xx is read there
    found = find_date(day.strftime(form), TODAY)
    assert found and found.value == day


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)), st.integers(1, 360))
def test_a_day_without_a_year_is_the_last_one(today: datetime.date, back: int) -> None:
    day = today - datetime.timedelta(days=back)
    found = find_date(f"{day.month}月{day.day}号", today)
    assert found and found.value == day
