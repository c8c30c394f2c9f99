"""③ reads whatever is typed: bounded work, no exception, an intent that exists."""

import asyncio
from typing import Any

import pytest
from conftest import missing
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.evaluation.figures import UNSURE
from bot.nlu.ngrams import term_families
from bot.nlu.sentence_encoder import sentence_encoder
from bot.nlu.topics import readable
from bot.paths import MODEL

MOST_CHARACTERS = 2_000  # what normalise() reads of a message
ANY = st.text(alphabet=st.characters(), max_size=120)  # lone surrogates included
MIXED = st.lists(
    st.sampled_from(
        ["备案", "icp", "域名", ".", "com", "😀", "\ud800", "\u202e", "ａ", "١", "й", "か", " ", "\n", "ﷺ", "?"]
    ),
    max_size=60,
).map("".join)
EMOJI = st.text(alphabet="😀🙏👍🏽🇨🇳❤️🤖", min_size=1, max_size=40)


@pytest.fixture(scope="module")
def parse() -> Any:
    if not MODEL.exists():
        missing("no trained model")
    from rasa.core.agent import load_agent

    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(load_agent(model_path=str(MODEL)))
    yield lambda text: loop.run_until_complete(agent.parse_message(text))
    loop.close()


def assert_sensible(parsed: dict[str, Any]) -> None:
    assert parsed["intent"]["name"]
    assert 0 <= parsed["intent"]["confidence"] <= 1 + 1e-6
    for entity in parsed["entities"]:
        assert 0 <= entity["start"] <= entity["end"] <= len(parsed["text"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(ANY, MIXED))
@example("\ud800\udfff")
@example("\x00\x01\x02")
@example("a" * 5_000)
@example("备" * 5_000)
def test_the_whole_graph_takes_any_text(parse: Any, text: str) -> None:
    assert_sensible(parse(text))


@pytest.mark.parametrize(
    "unit", ["a", "备", "1", ".", " ", "\ud800", "😀", "a.", "ab ", "http://", "1月", "é", "ー", "%", "@"]
)
def test_a_hundred_kilobytes_of_one_thing_are_bounded_work(
    parse: Any, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    encoder = sentence_encoder()
    encode = encoder.encode
    monkeypatch.setattr(encoder, "encode", lambda texts: (seen.extend(map(len, texts)), encode(texts))[1])
    assert_sensible(parse(unit * (100_000 // len(unit))))
    assert sum(seen) <= 2 * MOST_CHARACTERS


@pytest.mark.parametrize(
    "text", ["", " ", "😀", "🤖🤖🤖", "!!!", "12345", "。。。", "\u200b", "\ud800", "- - -", "1" * 100_000]
)
def test_what_has_no_letters_is_out_of_scope(parse: Any, text: str) -> None:
    assert parse(text)["intent"]["name"] in {"out_of_scope", "inform", None, ""} or not text.strip()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=EMOJI)
def test_emoji_are_never_answered_with_a_topic(parse: Any, text: str) -> None:
    assert parse(text)["intent"]["name"] in {"out_of_scope", "thank", "affirm", UNSURE}


@settings(max_examples=10_000, deadline=None)
@given(text=st.one_of(ANY, MIXED, EMOJI))
def test_terms_grow_with_the_text_only(text: str) -> None:
    """10,000 inputs through all that comes before the linear algebra."""
    read = readable(text * 40)
    assert len(read) <= MOST_CHARACTERS
    found = term_families(read, (1, 4), (1, 3), 3)
    assert sum(map(len, found)) <= 14 * (len(read) + 4)
