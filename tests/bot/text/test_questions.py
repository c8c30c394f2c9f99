"""The single questions of a message that may ask several things at once."""

import pytest

from bot.text.questions import MOST_QUESTIONS, split_questions

ONE = "why does my site not resolve?"


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (ONE, [ONE]),
        (f"{ONE} can I change the system too?", [ONE, "can I change the system too?"]),
        (f"{ONE} And also how long does the sync take", [ONE, "how long does the sync take"]),
        ("My site went dead. what can I do about it. thanks a lot", ["what can I do about it"]),
        (
            "how do I move to Hong Kong\nwhat about the old filing",
            ["how do I move to Hong Kong", "what about the old filing"],
        ),
        ("备案过了为什么打不开？换系统要重新备案吗？", ["备案过了为什么打不开？", "换系统要重新备案吗？"]),
        ("备案过了为什么打不开，另外换系统要重新备案吗", ["备案过了为什么打不开，", "换系统要重新备案吗"]),
        ("控制台怎么没更新。还有一个问题，能不能换香港服务器", ["控制台怎么没更新", "，能不能换香港服务器"]),
        ("网站打不开怎么办，顺便问一下多久能同步", ["网站打不开怎么办，", "多久能同步"]),
    ],
)
def test_takes_a_message_apart(text: str, questions: list[str]) -> None:
    assert split_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    ["", "   ", "thanks a lot, all fine now", "备案通过了，谢谢你们", "???", "why?", "为什么？", "ok. why?\nhow?"],
)
def test_finds_no_question_that_could_stand_alone(text: str) -> None:
    assert split_questions(text) == []


def test_does_not_split_a_domain_name_or_a_number() -> None:
    assert split_questions("why is example.com down since 3.5 days") == ["why is example.com down since 3.5 days"]


def test_takes_a_long_story_no_further_apart() -> None:
    many = " ".join(f"why does number {word} fail?" for word in ("one", "two", "three", "four", "five", "six"))
    assert len(split_questions(many)) == MOST_QUESTIONS
    assert split_questions(many)[0] == "why does number one fail?"
