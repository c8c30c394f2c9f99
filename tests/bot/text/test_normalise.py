"""One spelling for what people type in many."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.normalise import clean, normalise


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain text, 中文。", "plain text, 中文。"),
        ("line\nbreak\tand\r\nreturn", "line\nbreak\tand\r\nreturn"),
        ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef"),
        ("zero\u200bwidth\u200d\ufeff\u2060", "zerowidth"),
        ("right\u202eleft\u200f", "rightleft"),
        ("lone\ud800half\udfff", "lonehalf"),
        ("emoji 😀 stays", "emoji 😀 stays"),
        ("", ""),
    ],
)
def test_removes_only_what_disturbs(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("  Hello   World \n", "hello world"),
        ("ＩＣＰ备案１２３", "icp备案123"),
        ("備案通過，網站過期", "备案通过,网站过期"),
        ("轉人工", "转人工"),
        ("helloooooo!!!!!!", "hellooo!!!"),
        ("好好好好好", "好好好"),
        ("aaa", "aaa"),
        ("full\u3000width\u00a0space", "full width space"),
        ("z\u200be\u200br\u200bo", "zero"),
        ("ﬁling", "filing"),
        ("ÀÉ", "àé"),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_gives_many_spellings_one_form(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


def test_looks_at_the_beginning_of_a_long_text_only() -> None:
    assert normalise("ab" * 5_000) == "ab" * 1_000
    assert normalise("abcdef", max_chars=3) == "abc"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_takes_any_text_and_leaves_nothing_to_clean(text: str) -> None:
    normalised = normalise(text)
    assert normalised == normalised.strip() == clean(normalised)
