"""③ The single questions in a message that may ask several things at once."""

from __future__ import annotations

import re

MOST_QUESTIONS = 4  # a long story is not taken apart further: each part costs a classification

_BORDER = re.compile(
    r"[?？!！。;；\n]+|(?<=[a-z])\.\s|,\s*and (?=(?:do|does|is|are|can|will|would|should|what|how|if|when)\b)"
    r"|\b(?:and also|also|another question|second question|secondly|one more thing|plus,)"
    r"|另外|还有(?:一个|个)?(?:问题)?|顺便(?:问一?下)?|以及|再问",
    re.IGNORECASE,
)
# What asks, or says that something is wrong.
_ASKS = re.compile(
    r"[?？]|n't\b|n’t\b|\bnot\b|没|不|\b(?:how|what|why|when|where|which|who|can|could|may|do|does|did|is|are|will|would|should)\b"
    r"|吗|呢|么|怎|什么|为啥|为何|如何|多久|能不能|可不可以|会不会|是否|是不是|要不要|有没有|咋|不了",
    re.IGNORECASE,
)
_LEAST_WORDS, _LEAST_HAN = 3, 5


def split_questions(text: str) -> list[str]:
    """Parts of the text that ask something and are long enough to stand alone; at most MOST_QUESTIONS, in order."""
    parts, start = [], 0
    for border in [*_BORDER.finditer(text), None]:
        end = border.start() if border else len(text)
        part = text[start : end + 1 if border and border.group()[0] in "?？" else end].strip()
        if _ASKS.search(part) and _is_long_enough(part):
            parts.append(part)
        start = border.end() if border else end
    return parts[:MOST_QUESTIONS]


def _is_long_enough(part: str) -> bool:
    han = len(re.findall(r"[\u3400-\u9fff]", part))
    return han >= _LEAST_HAN or len(re.findall(r"[A-Za-z]+", part)) >= _LEAST_WORDS
