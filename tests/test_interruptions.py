"""Every form interrupted by everything, in both languages: the interruption is answered, then the form asks again.

A topic with a form of its own takes over instead; a person or a goodbye ends the form.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass

import pytest
from conftest import Assistant, spoken

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Form:
    """opened: first message; asks: words of its question; fact, done: what it waits for and words of what follows."""

    opened: str
    asks: str
    fact: str
    done: str


FORMS = {
    "en": {
        "resolution_fails": Form(
            "approved by the bureau, homepage unreachable",
            "Which domain name",
            "elmgate.cn",
            "elmgate.cn ends in .cn",
        ),
        "progress_not_synced": Form(
            "the authority says passed, your console says under review",
            "When did the notice reach you",
            "yesterday",
            "usual time",
        ),
        "switch_to_hong_kong": Form(
            "is our filing cancelled if we go to a Hong Kong server?",
            "It depends on two things",
            "both are Tencent Cloud's",
            "nothing happens to your filing",
        ),
        "original_filing_after_transfer": Form(
            "filing transfer is done, what about the original filing?",
            "only for some of them?",
            "all of them",
            "empty shell",
        ),
        "outcome": Form("the bureau approved us, elmgate.com is unreachable", "Did that help?", "no", "isn't solved"),
    },
    "zh": {
        "resolution_fails": Form("管局批了，首页打不开", "是哪个域名", "elmgate.cn", "elmgate.cn 是 .cn 域名"),
        "progress_not_synced": Form(
            "管局说通过了，你们控制台还显示审核中", "您是哪天收到通知的？说", "昨天", "正常时间"
        ),
        "switch_to_hong_kong": Form("换成香港服务器，备案会被注销吗", "这要看两点", "都是腾讯云的", "备案不受影响"),
        "original_filing_after_transfer": Form(
            "备案转移办好了，原来的备案怎么处理", "还是只转了一部分？", "全部", "空壳"
        ),
        "outcome": Form("管局批了，elmgate.com 打不开", "问题解决了吗", "没有", "还没解决"),
    },
}

ANSWERED = {  # (message, words of the answer): the form asks again afterwards
    "en": {
        "change_server_system": ("can I change the server's operating system after filing?", "Yes, you can"),
        "expired_domain_taken": ("my domain expired and a stranger took it, is the filing still there?", "for a while"),
        "icp_other": ("what does the filing cost?", "checked answer"),
        "out_of_scope": ("what's the weather tomorrow?", "only know about ICP filing"),
        "greet": ("hello there", "I'm a bot"),
        "thank": ("thanks a lot", "welcome"),
        "bot_challenge": ("are you a robot?", "I'm a bot"),
        "ask_help": ("what can you do?", "six questions"),
        "nothing to read": ("  ", "any words"),
    },
    "zh": {
        "change_server_system": ("备案以后能换服务器的操作系统吗", "可以的"),
        "expired_domain_taken": ("域名过期被别人注册了，备案还在吗", "一段时间"),
        "icp_other": ("备案要收多少钱", "没有核实过"),
        "out_of_scope": ("明天天气怎么样", "只懂腾讯云的 ICP 备案"),
        "greet": ("你好啊", "机器人"),
        "thank": ("谢谢你", "不客气"),
        "bot_challenge": ("你是机器人吗", "我是机器人"),
        "ask_help": ("你能做什么", "六类"),
    },
}

ENDS = {
    "en": {"ask_human": ("I want to talk to a person", "4009-100-100"), "goodbye": ("bye, see you", "Goodbye")},
    "zh": {"ask_human": ("我要找人工客服", "4009-100-100"), "goodbye": ("拜拜，下次见", "再见")},
}


def talks_over(assistant: Assistant, messages: list[str]) -> list[str]:
    """Answers to messages in one new conversation."""
    sender = uuid.uuid4().hex
    return [spoken(assistant.say(message, sender)) for message in messages]


def pairs(interruptions: dict[str, dict[str, tuple[str, str]]]) -> list[tuple[str, str, str]]:
    """(language, form, interruption)."""
    return [(lang, form, name) for lang in LANGUAGES for form in FORMS[lang] for name in interruptions[lang]]


@pytest.mark.parametrize(("language", "form_name", "interruption"), pairs(ANSWERED))
def test_a_question_in_a_form_is_answered_and_the_form_goes_on(
    language: str, form_name: str, interruption: str, assistant: Assistant
) -> None:
    form, (message, answer) = FORMS[language][form_name], ANSWERED[language][interruption]
    opened, between, done = talks_over(assistant, [form.opened, message, form.fact])
    assert form.asks in opened
    assert answer in between and form.asks in between and between.index(answer) < between.index(form.asks)
    assert form.done in done and form.asks not in done


@pytest.mark.parametrize(("language", "form_name", "interruption"), pairs(ENDS))
def test_a_person_or_a_goodbye_ends_the_form(
    language: str, form_name: str, interruption: str, assistant: Assistant
) -> None:
    form, (message, answer) = FORMS[language][form_name], ENDS[language][interruption]
    _, ended, later = talks_over(assistant, [form.opened, message, ANSWERED[language]["thank"][0]])
    assert answer in ended and form.asks not in ended
    assert ANSWERED[language]["thank"][1] in later and form.asks not in later


CHANGES = [
    (language, old, new)
    for language in LANGUAGES
    for old, new in itertools.permutations(FORMS[language], 2)
    if "outcome" not in (new, old) or (old == "outcome" and new != "resolution_fails")
]


@pytest.mark.parametrize(("language", "old", "new"), CHANGES)
def test_another_topic_with_a_form_takes_over(language: str, old: str, new: str, assistant: Assistant) -> None:
    before, after = FORMS[language][old], FORMS[language][new]
    _, changed, done = talks_over(assistant, [before.opened, after.opened, after.fact])
    assert after.asks in changed and before.asks not in changed
    assert after.done in done and before.asks not in done


INTRODUCTIONS = ("two separate things", "not connected", "是两回事", "没有打通")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_question_again_does_not_start_over(language: str, assistant: Assistant) -> None:
    for name, form in FORMS[language].items():
        _, again, done = talks_over(assistant, [form.opened, form.opened, form.fact])
        assert form.asks in again and form.done in done, name
        assert not any(words in again for words in INTRODUCTIONS), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_goes_on_in_the_language_of_the_last_message(language: str, assistant: Assistant) -> None:
    other = "zh" if language == "en" else "en"
    for name, form in FORMS[language].items():
        _, between = talks_over(assistant, [form.opened, ANSWERED[other]["thank"][0]])
        assert FORMS[other][name].asks in between and form.asks not in between, name
