"""③ The text classifier itself, free of Rasa: n-grams and sentence vectors into one calibrated linear model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.ngrams import term_families
from bot.nlu.sentence_encoder import Floats, sentence_encoder

_ARRAYS = ("idf", "steps", "scale", "bias")


@dataclass(frozen=True)
class ModelConfig:
    """What the model is made of; each default was the best in leave-one-author-out cross-validation (docs/nlu.md).

    char_ngrams, word_ngrams: shortest and longest n-gram; Han characters count as words.
    pair_reach: most words between the two of a pair; 0 leaves pairs out.
    pair_weight, sentence_vectors: weight beside the n-grams; 0 for sentence_vectors leaves them out.
    min_count: terms that fewer messages hold are not kept.
    regularisation: C of the linear support vector machine.
    calibration_share: part of the messages on which the temperature is fitted, by a model that has not seen them.
    """

    char_ngrams: tuple[int, int] = (1, 4)
    word_ngrams: tuple[int, int] = (1, 3)
    pair_reach: int = 3
    pair_weight: float = 0.7
    sentence_vectors: float = 1.0
    min_count: int = 2
    regularisation: float = 1.0
    calibration_share: float = 0.25
    seed: int = 0

    @property
    def family_weights(self) -> tuple[float, ...]:
        """One weight for each of ngrams.FAMILIES."""
        return (1.0, 1.0, self.pair_weight)


@dataclass(frozen=True)
class Learned:
    """What training found out.

    classes, terms: their names; idf: (terms,); bias: (classes,).
    steps: (terms, classes) and, below, 512 rows for the sentence vector when there is one; a weight is steps * scale.
    scale: (classes,); the weights are kept as 8-bit numbers, which loses nothing that can be measured.
    temperature: what the scores are divided by before they become probabilities.
    """

    classes: list[str]
    terms: list[str]
    idf: Floats
    steps: NDArray[np.int8]
    scale: Floats
    bias: Floats
    temperature: float


class LinearTextModel:
    """tf-idf of three families of terms plus a sentence vector, one linear SVM per class, softmax with a temperature.

    Probabilities are calibrated on messages that the calibrating model had not seen. Everything is kept as arrays and
    JSON, so a stored model can't run code when it is loaded.
    """

    def __init__(self, config: ModelConfig, learned: Learned) -> None:
        self.config, self.learned, self.classes = config, learned, learned.classes
        self.temperature = learned.temperature
        self._vocabulary = {term: index for index, term in enumerate(learned.terms)}
        self._weights = learned.steps.astype(np.float32) * learned.scale

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        config: ModelConfig = ModelConfig(),
        vectors: Floats | None = None,
    ) -> LinearTextModel:
        """Trains on normalised texts, at least four per class; `vectors` are their sentence vectors, where known."""
        from bot.nlu.linear_training import train  # scikit-learn is needed for training only

        if config.sentence_vectors and vectors is None:
            vectors = sentence_encoder().encode(texts)
        return train(texts, labels, config, vectors if config.sentence_vectors else None)

    def scores(self, text: str, vector: Floats | None = None) -> Floats:
        """Distance to the border of each class (same order as `classes`) for one normalised text."""
        scores = self.learned.bias.copy()
        reach = (self.config.char_ngrams, self.config.word_ngrams, self.config.pair_reach)
        for terms, weight in zip(term_families(text, *reach), self.config.family_weights, strict=True):
            counts = Counter(map(self._vocabulary.get, terms))
            counts.pop(None, None)  # terms that training did not keep
            if counts:
                rows = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
                value = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
                value *= self.learned.idf[rows]
                scores += (value * (weight / np.linalg.norm(value))) @ self._weights[rows]
        if self.config.sentence_vectors:
            vector = sentence_encoder().encode([text])[0] if vector is None else vector
            scores += (vector * self.config.sentence_vectors) @ self._weights[len(self.learned.idf) :]
        return scores

    def probabilities(self, text: str) -> Floats:
        """Probability of each class (same order as `classes`) for one normalised text."""
        return np.asarray(softmax(self.scores(text)[None, :] / self.temperature)[0], dtype=np.float32)

    def ranking(self, text: str) -> list[tuple[str, float]]:
        """Classes with their probabilities, best first."""
        probability = self.probabilities(text)
        return [(self.classes[i], float(probability[i])) for i in np.argsort(-probability, kind="stable")]

    def save(self, folder: Path) -> None:
        """Writes model.json and model.npz into an existing folder."""
        learned = {name: getattr(self.learned, name) for name in ("classes", "terms", "temperature")}
        described = json.dumps({"config": asdict(self.config), **learned}, ensure_ascii=False)
        (folder / "model.json").write_text(described, encoding="utf-8")
        # compressed here: Rasa packs models with gzip's level 9, which takes ten times as long on such arrays
        np.savez_compressed(folder / "model.npz", **{name: getattr(self.learned, name) for name in _ARRAYS})

    @classmethod
    def load(cls, folder: Path) -> LinearTextModel:
        """Reads what `save` wrote."""
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        options: dict[str, Any] = described.pop("config")
        for name, value in options.items():
            options[name] = tuple(value) if isinstance(value, list) else value
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return cls(ModelConfig(**options), Learned(**described, **{name: arrays[name] for name in _ARRAYS}))


def softmax(scores: Any) -> Any:
    """Rows of scores as rows of probabilities."""
    exponent = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponent / exponent.sum(axis=1, keepdims=True)
