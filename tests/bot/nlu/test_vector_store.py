"""Sentence vectors on disk: found again, encoded when missing, and never a reason to stop."""

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import vector_store
from bot.nlu.sentence_encoder import DIMENSIONS, sentence_encoder
from bot.nlu.vector_store import stored_vectors

TEXTS = ["move to hong kong", "换到香港", "", "move to hong kong"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var/vectors.npz"


def held(file: Path) -> int:
    with np.load(file, allow_pickle=False) as arrays:
        return len(arrays["keys"])


def test_the_first_time_they_are_encoded_and_kept_once_each(file: Path) -> None:
    assert stored_vectors(TEXTS, file) == pytest.approx(sentence_encoder().encode(TEXTS), abs=2e-6)
    assert held(file) == 3


def test_the_second_time_they_are_read(file: Path) -> None:
    first = stored_vectors(TEXTS, file)
    written = file.stat().st_mtime_ns
    assert np.array_equal(stored_vectors(TEXTS[::-1], file), first[::-1])
    assert file.stat().st_mtime_ns == written


def test_only_what_is_new_is_encoded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_vectors(TEXTS, file)
    asked: list[str] = []
    encode = sentence_encoder().encode
    monkeypatch.setattr(sentence_encoder(), "encode", lambda texts: (asked.extend(texts), encode(texts))[1])
    stored_vectors([*TEXTS, "hello"], file)
    assert asked == ["hello"] and held(file) == 4


def test_the_file_is_bounded_and_this_trainings_texts_stay(file: Path) -> None:
    stored_vectors(["a", "b", "c"], file, most=3)
    stored_vectors(["d", "e"], file, most=3)
    with np.load(file) as arrays:
        kept = {key.tobytes() for key in arrays["keys"]}
    assert kept == {vector_store._key(text) for text in "ade"}


@pytest.mark.parametrize("cut", [0, 1, 100, 2500])
def test_a_broken_file_is_written_anew(file: Path, cut: int) -> None:
    vectors = stored_vectors(TEXTS, file)
    file.write_bytes(file.read_bytes()[:cut])
    assert np.array_equal(stored_vectors(TEXTS, file), vectors)
    assert held(file) == 3


def test_a_flipped_byte_is_noticed(file: Path) -> None:
    vectors = stored_vectors(TEXTS, file)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert np.array_equal(stored_vectors(TEXTS, file), vectors)


@pytest.mark.parametrize(
    "arrays",
    [
        {"encoder": "another 1.0", "keys": np.zeros((1, 16), np.uint8), "vectors": np.zeros((1, 512), np.float32)},
        {"keys": np.zeros((1, 16), np.uint8)},
        {"encoder": np.array([{}], dtype=object)},  # would need pickle
    ],
)
def test_what_is_not_ours_is_not_used(file: Path, arrays: dict) -> None:
    file.parent.mkdir()
    np.savez(file, **arrays)
    assert np.linalg.norm(stored_vectors(["a"], file)) == pytest.approx(1, abs=1e-5)
    assert held(file) == 1


def test_a_place_that_cannot_be_written_to_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    assert stored_vectors(["a"], tmp_path / "var/vectors.npz").shape == (1, DIMENSIONS)


def test_no_texts_have_no_vectors(file: Path) -> None:
    assert stored_vectors([], file).shape == (0, DIMENSIONS)
