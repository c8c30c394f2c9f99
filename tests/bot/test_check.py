"""The content check finds each kind of fault when it is planted, and none in the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import check
from bot.check import Content, near_equal, problems
from bot.topics import TOPICS

PROVENANCE = {
    "source": "faq-source.md question 1",
    "verified_on": "2026-11-24",
    "facts": {"en": ["yes"], "zh": ["可以"]},
}
INTENTS = [*TOPICS, "icp_other", "out_of_scope", "greet"]


def said(english: str, chinese: str, **more: Any) -> list[dict[str, Any]]:
    """One response in both languages."""
    return [
        {"condition": [{"type": "slot", "name": "language", "value": language}], "text": text, **more}
        for language, text in (("en", english), ("zh", chinese))
    ]


def button(title: str, payload: str) -> dict[str, str]:
    return {"title": title, "payload": payload}


@pytest.fixture
def content() -> Content:
    """A small project without a fault: each topic answered, used, with enough messages that are all different."""
    domain = {
        "intents": [*INTENTS, "empty_message"],
        "entities": [{"date": {}}],
        "forms": {"f": {"required_slots": ["date"]}},
    }
    whole = Content(domain)
    whole.responses = {f"utter_{topic}": said("yes", "可以", metadata=PROVENANCE) for topic in TOPICS}
    whole.responses |= {"utter_ask_date": said("When?", "哪天？"), "utter_value__all": said("all", "全部")}
    whole.steps = [{"intent": "greet"}, *({"action": f"utter_{topic}"} for topic in TOPICS)]
    whole.in_python = {"utter_value__"}
    for number, intent in enumerate(INTENTS):
        for language in check.LANGUAGES:
            mark = f"{intent} {language}"
            whole.examples[intent][language] = [f"{mark} example {i}" for i in range(800)]
            # unlike any example: other letters
            held_out = [chr(0x5000 + number * 200 + i) * 3 for i in range(120)]
            whole.held_out.setdefault(language, {})[intent] = held_out
    return whole


def without_zh(content: Content) -> None:
    del content.responses["utter_value__all"][1]


def without_condition(content: Content) -> None:
    content.responses["utter_value__all"].append({"text": "any"})


def unlike_buttons(content: Content) -> None:
    content.responses["utter_ask_date"][0]["buttons"] = [button("Hello", "/greet")]


def english_in_chinese(content: Content) -> None:
    content.responses["utter_value__all"][1]["text"] = "everything"


def chinese_button_in_english(content: Content) -> None:
    for variation, title in zip(content.responses["utter_ask_date"], ("你好", "你好"), strict=True):
        variation["buttons"] = [button(title, "/greet")]


def without_answer(content: Content) -> None:
    del content.responses["utter_change_server_system"]


def without_source(content: Content) -> None:
    content.responses["utter_change_server_system"][0]["metadata"] = {**PROVENANCE, "source": ""}


def without_fact(content: Content) -> None:
    content.responses["utter_change_server_system"][1]["text"] = "不行"


def lost_button(content: Content) -> None:
    for variation, title in zip(content.responses["utter_ask_date"], ("Go", "去"), strict=True):
        variation["buttons"] = [button(title, "/nowhere")]


def unknown_fact(content: Content) -> None:
    for variation, title in zip(content.responses["utter_ask_date"], ("Go", "去"), strict=True):
        variation["buttons"] = [button(title, '/greet{{"colour":"red"}}')]


def undefined_action(content: Content) -> None:
    content.steps.append({"action": "utter_lost"})


def undefined_in_python(content: Content) -> None:
    content.in_python.add("utter_lost")


def undefined_question(content: Content) -> None:
    del content.responses["utter_ask_date"]


def never_used(content: Content) -> None:
    content.responses["utter_spare"] = said("spare", "备用")


def fixed_hotline(content: Content) -> None:
    content.responses["utter_ask_date"][0]["text"] += " Or call 4009-100-100."


def fixed_ticket(content: Content) -> None:
    content.responses["utter_ask_date"][0]["text"] += " https://console.cloud.tencent.com/workorder/category"


def few_topic_examples(content: Content) -> None:
    del content.examples["resolution_fails"]["zh"][299:]


def few_dialogue_examples(content: Content) -> None:
    del content.examples["greet"]["en"][119:]


def two_labels(content: Content) -> None:
    content.examples["greet"]["en"].append("  RESOLUTION_FAILS en example 7 ")


def few_held_out(content: Content) -> None:
    del content.held_out["en"]["resolution_fails"][39:]


def known_held_out(content: Content) -> None:
    content.held_out["zh"]["icp_other"].append("greet zh example 1!")


def held_out_twice(content: Content) -> None:
    content.held_out["en"]["greet"].append(content.held_out["en"]["greet"][0])


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (without_zh, "utter_value__all {}: no text in zh"),
        (without_condition, "utter_value__all: a variation has no condition on the language"),
        (unlike_buttons, "utter_ask_date {}: the buttons of the two languages lead to different places"),
        (english_in_chinese, "utter_value__all: “everything” is not in zh"),
        (chinese_button_in_english, "utter_ask_date: “你好” is not in en"),
        (without_answer, "utter_change_server_system: the topic has no answer"),
        (without_source, "utter_change_server_system: an answer lacks its source"),
        (without_fact, "utter_change_server_system (zh): the answer must state “可以” and does not"),
        (lost_button, "utter_ask_date: the button /nowhere leads to no intent"),
        (unknown_fact, 'utter_ask_date: the button /greet{{"colour":"red"}} names an unknown fact'),
        (undefined_action, "utter_lost is used but not defined"),
        (undefined_in_python, "utter_lost is used but not defined"),
        (undefined_question, "utter_ask_date is used but not defined"),
        (never_used, "utter_spare is defined but never used"),
        (fixed_hotline, "utter_ask_date: write {hotline} or {ticket_url} instead of 4009-100-100"),
        (fixed_ticket, "utter_ask_date: write {hotline} or {ticket_url} instead of https://console."),
        (few_topic_examples, "resolution_fails: 299 zh examples, at least 300 are needed"),
        (few_dialogue_examples, "greet: 119 en examples, at least 120 are needed"),
        (two_labels, "“resolution_fails en example 7” is an example of greet and of resolution_fails"),
        (few_held_out, "tests/nlu/en.yml: resolution_fails needs at least 40 held-out messages"),
        (
            known_held_out,
            "tests/nlu/zh.yml: “greet zh example 1!” is too close to the training message “greet zh example 1”",
        ),
        (held_out_twice, "stands there 2 times"),
    ],
)
def test_finds_a_planted_fault(plant: Callable[[Content], None], sentence: str, content: Content) -> None:
    plant(content)
    found = list(problems(content))
    assert any(sentence in problem for problem in found), found


def test_finds_nothing_in_whole_content(content: Content) -> None:
    assert list(problems(content)) == []


def test_a_sentence_in_both_languages_at_once_is_fine(content: Content) -> None:
    content.responses["utter_value__all"] = said("Sorry. 抱歉。", "Sorry. 抱歉。")
    assert list(problems(content)) == []


def test_the_project_has_no_problem() -> None:
    assert list(problems(Content.read())) == []


def test_reads_a_folder(tmp_path: Path) -> None:
    files = {
        "domain.yml": "intents: [greet]\nentities: []\nforms: {}",
        "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello",
        "data/nlu.zh.yml": "nlu:\n- intent: greet\n  examples: |\n    - 你好",
        "data/faq/a.yml": "responses:\n  utter_a: [{text: a}]",
        "data/rules.yml": "rules:\n- rule: r\n  steps: [{intent: greet}, {action: utter_a}]",
        "data/stories.yml": "stories:\n- story: s\n  steps: [{action: utter_b}]",
        "tests/nlu/en.yml": "greet: [hey]",
        "tests/nlu/zh.yml": "",
        "actions/a.py": "say('utter_c'); say(f\"utter_d__{x}\")",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    content = Content.read(tmp_path)
    assert content.examples == {"greet": {"en": ["hi", "hello"], "zh": ["你好"]}}
    assert content.responses == {"utter_a": [{"text": "a"}]}
    assert content.steps == [{"intent": "greet"}, {"action": "utter_a"}, {"action": "utter_b"}]
    assert content.held_out == {"en": {"greet": ["hey"]}, "zh": {}}
    assert content.in_python == {"utter_c", "utter_d__"}


@pytest.mark.parametrize(
    ("tested", "known", "close"),
    [
        ("my site is down", "My site is DOWN!!", True),
        ("my site is down now", "my site is down now ok", True),
        ("備案通過了", "备案通过了", True),
        ("my site is down", "how long does the sync take", False),
        ("备案通过了打不开", "域名过期被人注册了", False),
    ],
)
def test_near_equal_messages_count_as_known(tested: str, known: str, close: bool) -> None:
    assert near_equal([tested], ["something else entirely", known]) == ([(tested, known)] if close else [])


@pytest.mark.parametrize(("found", "code", "line"), [([], 0, "content: whole"), (["a is b"], 1, "content: 1 problems")])
def test_the_command_reports_and_fails_when_there_is_one(
    found: list[str], code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "problems", lambda _: iter(found))
    assert check.main() == code
    out, err = capsys.readouterr()
    assert out.startswith(line)
    assert err == "".join(f"content: {problem}\n" for problem in found)
