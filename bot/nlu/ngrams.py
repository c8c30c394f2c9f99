"""③ What the classifier sees of a normalised text: n-grams of characters and of words, and pairs of words."""

from __future__ import annotations

import re
from collections.abc import Sequence

FAMILIES = ("characters", "words", "pairs")  # each is weighted and normalised on its own
_WORD = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]|[^\W\d_]+")


def character_ngrams(text: str, shortest: int, longest: int) -> list[str]:
    """Characters within blank-separated words, each word padded with a blank on both sides."""
    found: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            found.extend(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    return found


def word_ngrams(words: Sequence[str], shortest: int, longest: int) -> list[str]:
    """Runs of neighbouring words, marked with `w:`; a Han character counts as a word."""
    return [
        "w:" + " ".join(words[i : i + size])
        for size in range(shortest, longest + 1)
        for i in range(len(words) - size + 1)
    ]


def word_pairs(words: Sequence[str], reach: int) -> list[str]:
    """Two words with one to `reach` others between them, in their order, marked with `s:`.

    Near-misses often differ from a topic in such a pair only ("not … filed", "没 … 备案", "IP … changed").
    """
    return [f"s:{words[i]} {words[j]}" for i in range(len(words)) for j in range(i + 2, min(len(words), i + 2 + reach))]


def term_families(
    text: str, characters: tuple[int, int], words: tuple[int, int], reach: int
) -> tuple[list[str], list[str], list[str]]:
    """All terms of one normalised text, a list for each of FAMILIES."""
    split = _WORD.findall(text)
    return character_ngrams(text, *characters), word_ngrams(split, *words), word_pairs(split, reach)
