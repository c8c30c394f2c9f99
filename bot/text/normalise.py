"""③ One spelling for what people type in many: width, case, traditional characters, control characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_SPACE = re.compile(r"\s+")
_LONG_RUN = re.compile(r"(.)\1{3,}")
_HAN = re.compile(r"[\u3400-\u9fff]")


def clean(text: str) -> str:
    """The text without characters that only disturb (controls, lone surrogates, invisible and direction marks)."""
    return _CONTROL.sub("", text)


def normalise(text: str, max_chars: int = 2_000) -> str:
    """Text for matching and classifying: NFKC, lower case, simplified, single spaces, runs of a character cut to 3."""
    # NFKC makes up to 18 characters of one, so the length is limited again
    text = unicodedata.normalize("NFKC", clean(text[:max_chars])).lower()[:max_chars]
    text = _LONG_RUN.sub(r"\1\1\1", _SPACE.sub(" ", text)).strip()
    return _to_simplified(text) if _HAN.search(text) else text


@lru_cache(maxsize=4096)
def _to_simplified(text: str) -> str:
    return _converter().convert(text)


@lru_cache(maxsize=1)
def _converter():  # type: ignore[no-untyped-def]  # opencc has no types
    from opencc import OpenCC

    return OpenCC("t2s")
