"""The text classifier without Rasa: same input, same output; calibrated; stored and read without loss."""

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.linear_model import LinearTextModel, ModelConfig, softmax
from bot.nlu.linear_training import best_temperature, count_terms
from bot.nlu.ngrams import character_ngrams, term_families, word_ngrams, word_pairs

COLOURS = {
    "red": ["red paint", "a red car", "red wine please", "dark red", "红色的车", "红色油漆", "深红", "我要红色"],
    "blue": ["blue paint", "a blue car", "blue sky please", "dark blue", "蓝色的车", "蓝色油漆", "深蓝", "我要蓝色"],
    "none": ["good morning", "how are you", "what time is it", "see you", "早上好", "几点了", "再见", "你好吗"],
}
PAIRS = [(text, label) for label, texts in COLOURS.items() for text in texts]
TEXTS, LABELS = [text for text, _ in PAIRS], [label for _, label in PAIRS]
CONFIG = ModelConfig(min_count=1)


@pytest.fixture(scope="module")
def model() -> LinearTextModel:
    return LinearTextModel.fit(TEXTS, LABELS, CONFIG)


def test_finds_the_class_in_both_languages(model: LinearTextModel) -> None:
    assert model.ranking("a dark red sofa")[0][0] == "red"
    assert model.ranking("蓝色的沙发")[0][0] == "blue"


def test_probabilities_sum_to_one_and_the_ranking_falls(model: LinearTextModel) -> None:
    probabilities = [probability for _, probability in model.ranking("red")]
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert probabilities == sorted(probabilities, reverse=True)


def test_stored_and_read_again_it_gives_equal_probabilities(model: LinearTextModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LinearTextModel.load(tmp_path)
    for text in [*TEXTS, "", "something else", "红"]:
        assert np.array_equal(model.probabilities(text), again.probabilities(text))


def test_stored_files_hold_no_code(model: LinearTextModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "model.npz"]
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fi" for name in arrays.files)


def test_training_twice_gives_the_same_model(model: LinearTextModel) -> None:
    again = LinearTextModel.fit(TEXTS, LABELS, CONFIG)
    assert again.learned.terms == model.learned.terms
    assert np.array_equal(again.learned.steps, model.learned.steps)
    assert again.temperature == model.temperature


def test_works_without_sentence_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted() -> None:
        raise AssertionError("the sentence encoder was asked for")

    monkeypatch.setattr("bot.nlu.linear_model.sentence_encoder", unwanted)
    sparse = LinearTextModel.fit(TEXTS, LABELS, ModelConfig(min_count=1, sentence_vectors=0.0))
    assert sparse.ranking("red car")[0][0] == "red"


def test_a_text_of_unknown_terms_still_has_probabilities(model: LinearTextModel) -> None:
    assert np.isfinite(model.probabilities("ωψξ")).all()
    assert np.isfinite(model.probabilities("")).all()


def test_temperature_recovers_the_sharpness_of_scores() -> None:
    random = np.random.RandomState(0)
    scores = random.randn(4000, 3)
    drawn = (softmax(scores / 0.4).cumsum(axis=1) > random.rand(4000, 1)).argmax(axis=1)
    assert best_temperature(scores, drawn) == pytest.approx(0.4, rel=0.1)


def test_counts_each_term_once_per_message_with_the_log_of_its_number() -> None:
    counts, names = count_terms(["ab ab"], ModelConfig(char_ngrams=(2, 2)))
    assert counts[0][0, names[0].index("ab")] == pytest.approx(1 + np.log(2))


def test_terms() -> None:
    assert character_ngrams("ab c", 2, 3) == [" a", "ab", "b ", " ab", "ab ", " c", "c ", " c "]
    assert word_ngrams(["not", "filed"], 1, 2) == ["w:not", "w:filed", "w:not filed"]
    assert word_pairs(["没", "有", "备", "案"], 2) == ["s:没 备", "s:没 案", "s:有 案"]
    assert term_families("备案 ok", (1, 1), (1, 1), 1)[1] == ["w:备", "w:案", "w:ok"]
    assert word_pairs(["a", "b", "c"], 0) == []
