"""Beside ① the web channel: what a client may send, read strictly (docs/widget.md). ValueError: it is malformed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from bot.text.language import ANSWERED_IN
from bot.text.normalise import clean

MAX_TEXT, MAX_PAYLOAD, MAX_COMMENT = 20_000, 2_000, 1_000  # characters; a longer text than any visitor means to send
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
MAX_SCORE = 5


@dataclass(frozen=True)
class Say:
    """A visitor's message; `payload`: of the button whose title is `text`; `locale`: of the widget."""

    id: str
    text: str
    payload: str | None
    locale: str | None


@dataclass(frozen=True)
class Rate:
    """The answer to "how was this chat?"; no score: skipped."""

    id: str
    score: int | None
    comment: str


@dataclass(frozen=True)
class Vote:
    """Thumb up or down on a message, or taken back."""

    id: str
    helpful: bool | None


def read_auth(data: Any) -> dict[str, Any]:
    """What came with a connect: {} for anything that is no object. `after` is a number, `locale` a language or None."""
    given = data if isinstance(data, dict) else {}
    after = given.get("after")
    return {
        "token": given.get("token"),
        "user": given.get("user"),
        "after": after if _is_number(after) and 0 < after < 2**53 else 0,
        "locale": _locale(given),
    }


def read_say(data: Any) -> Say:
    """A visitor's message."""
    given = _object(data)
    text, payload = given.get("text"), given.get("payload")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise ValueError("text")
    if payload is not None and (
        not isinstance(payload, str) or len(payload) > MAX_PAYLOAD or not payload.startswith("/")
    ):
        raise ValueError("payload")
    text = clean(text).strip()
    if not text:
        raise ValueError("text")
    return Say(_id(given), text, clean(payload) if payload else None, _locale(given))


def read_history(data: Any) -> int:
    """Before which message the older ones are wanted."""
    before = _object(data).get("before")
    if not _is_number(before) or not 0 < before < 2**53:
        raise ValueError("before")
    return before


def read_rate(data: Any) -> Rate:
    """An answer to "how was this chat?"."""
    given = _object(data)
    score, comment = given.get("score"), given.get("comment")
    if score is not None and not (_is_number(score) and 1 <= score <= MAX_SCORE):
        raise ValueError("score")
    if comment is not None and (not isinstance(comment, str) or len(comment) > MAX_COMMENT):
        raise ValueError("comment")
    return Rate(_any_id(given), score, clean(comment or "").strip())


def read_vote(data: Any) -> Vote:
    """A thumb."""
    given = _object(data)
    helpful = given.get("helpful")
    if helpful is not None and not isinstance(helpful, bool):
        raise ValueError("helpful")
    return Vote(_any_id(given), helpful)


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("an object is wanted")
    return data


def _id(given: dict[str, Any]) -> str:
    value = given.get("id")
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("id")
    return value


def _any_id(given: dict[str, Any]) -> str:
    value = given.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= 80:
        raise ValueError("id")
    return value


def _locale(given: dict[str, Any]) -> str | None:
    value = given.get("locale")
    return value if value in ANSWERED_IN else None


def _is_number(value: Any) -> TypeGuard[int]:
    # a bool is an int to Python
    return isinstance(value, int) and not isinstance(value, bool)
