"""③ Training of LinearTextModel: count the terms once, fit on a part to calibrate, then on everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.linear_model import Floats, Learned, LinearTextModel, ModelConfig, softmax
from bot.nlu.ngrams import FAMILIES, term_families

_STEPS = 127  # largest 8-bit weight
_TOLERANCE = 0.1  # liblinear's own; scikit-learn's 0.0001 takes half as long again for the same decisions


@dataclass(frozen=True)
class Space:
    """Terms that are kept for a model: for each family the columns of its count matrix and their idf."""

    columns: list[Any]
    idf: list[Floats]

    @classmethod
    def of(cls, counts: list[csr_matrix], min_count: int) -> Space:
        """Terms that at least `min_count` messages hold, with smoothed inverse document frequency."""
        columns, idf = [], []
        for family in counts:
            frequency = np.bincount(family.indices, minlength=family.shape[1])
            kept = np.where(frequency >= min_count)[0]
            columns.append(kept)
            idf.append((np.log((1 + family.shape[0]) / (1 + frequency[kept])) + 1).astype(np.float32))
        return cls(columns, idf)

    def features(self, counts: list[csr_matrix], vectors: Floats | None, config: ModelConfig) -> csr_matrix:
        """(messages, terms + 512): each family of unit length times its weight, then the weighted sentence vectors."""
        blocks = []
        for family, columns, idf, weight in zip(counts, self.columns, self.idf, config.family_weights, strict=True):
            block = family[:, columns] @ diags(idf)
            length = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
            blocks.append(diags(np.divide(weight, length, where=length > 0, out=np.zeros_like(length))) @ block)
        if vectors is not None:
            blocks.append(csr_matrix(vectors * config.sentence_vectors))
        return hstack(blocks).tocsr().astype(np.float64)


def train(texts: Sequence[str], labels: Sequence[str], config: ModelConfig, vectors: Floats | None) -> LinearTextModel:
    """Fits the temperature on a part that its model has not seen, then the model on all messages."""
    target = np.asarray(labels)
    counts, names = count_terms(texts, config)
    temperature = _fit_temperature(counts, target, vectors, config)
    space, machine = _fit(counts, target, vectors, config)
    terms = [name for family, columns in zip(names, space.columns, strict=True) for name in np.asarray(family)[columns]]
    weights = machine.coef_.T
    scale = (np.abs(weights).max(axis=0) / _STEPS).astype(np.float32)
    learned = Learned(
        classes=[str(name) for name in machine.classes_],
        terms=[str(term) for term in terms],
        idf=np.concatenate(space.idf),
        steps=np.rint(weights / scale).astype(np.int8),
        scale=scale,
        bias=machine.intercept_.astype(np.float32),
        temperature=temperature,
    )
    return LinearTextModel(config, learned)


def count_terms(texts: Sequence[str], config: ModelConfig) -> tuple[list[csr_matrix], list[list[str]]]:
    """For each family: 1 + log of how often each message holds each term, and the terms' names."""
    vocabularies: list[dict[str, int]] = [{} for _ in FAMILIES]
    indices: list[list[int]] = [[] for _ in FAMILIES]
    values: list[list[int]] = [[] for _ in FAMILIES]
    ends: list[list[int]] = [[0] for _ in FAMILIES]
    for text in texts:
        for i, terms in enumerate(term_families(text, config.char_ngrams, config.word_ngrams, config.pair_reach)):
            counted = Counter(terms)
            indices[i] += [vocabularies[i].setdefault(term, len(vocabularies[i])) for term in counted]
            values[i] += counted.values()
            ends[i].append(len(indices[i]))
    counts = [
        csr_matrix((1 + np.log(np.array(v, np.float32)), np.array(x), np.array(e)), shape=(len(texts), len(names)))
        for v, x, e, names in zip(values, indices, ends, vocabularies, strict=True)
    ]
    return counts, [list(vocabulary) for vocabulary in vocabularies]


def _fit(counts: list[csr_matrix], target: Any, vectors: Floats | None, config: ModelConfig) -> tuple[Space, LinearSVC]:
    space = Space.of(counts, config.min_count)
    machine = LinearSVC(C=config.regularisation, tol=_TOLERANCE, random_state=config.seed)
    return space, machine.fit(space.features(counts, vectors, config), target)


def _fit_temperature(counts: list[csr_matrix], target: Any, vectors: Floats | None, config: ModelConfig) -> float:
    """Softmax temperature with the smallest log loss on messages that the model has not seen."""
    seen, unseen = train_test_split(
        np.arange(len(target)), test_size=config.calibration_share, stratify=target, random_state=config.seed
    )
    space, machine = _fit([c[seen] for c in counts], target[seen], _rows(vectors, seen), config)
    scores = machine.decision_function(space.features([c[unseen] for c in counts], _rows(vectors, unseen), config))
    return best_temperature(scores, np.searchsorted(machine.classes_, target[unseen]))


def best_temperature(scores: Any, correct: Any) -> float:
    """Temperature that makes softmax(scores / temperature) likeliest to give the correct columns."""
    rows = np.arange(len(correct))

    def log_loss(sharpness: float) -> float:
        return -float(np.log(softmax(scores * sharpness)[rows, correct] + 1e-12).mean())

    return 1.0 / float(minimize_scalar(log_loss, bounds=(0.5, 20.0), method="bounded").x)


def _rows(vectors: Floats | None, rows: Any) -> Floats | None:
    return None if vectors is None else vectors[rows]
