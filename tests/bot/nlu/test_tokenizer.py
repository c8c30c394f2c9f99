"""Tokens of mixed Chinese and English text."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.tokenizer import BilingualTokenizer


def tokens(message: Message) -> list[str]:
    return [token.text for token in message.get("text_tokens")]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("my site is down", ["my", "site", "is", "down"]),
        ("备案通过", ["备", "案", "通", "过"]),
        (".com域名", [".com", "域", "名"]),
        ("安装 google app", ["安", "装", "google", "app"]),
        ("ICP备案 ok吗?", ["ICP", "备", "案", "ok", "吗", "?"]),
        ("don't", ["do", "n't"]),
        ("  two   spaces \n", ["two", "spaces"]),
        ("full\u3000width", ["full", "width"]),
        ("😀 备", ["😀", "备"]),
        ("a", ["a"]),
    ],
)
def test_splits_words_and_single_han_characters(text: str, split: list[str], read: Callable[..., Message]) -> None:
    assert tokens(read(text, BilingualTokenizer)) == split


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab.'! \n\t\u3000备案域。，😀-1"), min_size=1, max_size=40).filter(str.strip))
def test_offsets_fit_and_no_token_is_blank(text: str) -> None:
    message = Message({"text": text})
    tokenizer = BilingualTokenizer(BilingualTokenizer.get_default_config())
    for token in tokenizer.tokenize(message, "text"):
        assert token.text.strip()
        assert text[token.start : token.end] == token.text


def test_loses_no_letter() -> None:
    text = "备案ok了but the site例子.com仍然 down"
    made = BilingualTokenizer(BilingualTokenizer.get_default_config()).tokenize(Message({"text": text}), "text")
    assert "".join(token.text for token in made) == text.replace(" ", "")
