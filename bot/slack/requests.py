"""① Before a request of Slack's is read: its size and signature, then its form. A refusal is a status and no words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier

from bot.settings import Settings

_KINDS: dict[str, type] = {"event": dict, "actions": list}  # what bolt reads without looking
TOO_LARGE, UNSIGNED, UNREADABLE, OFF = 413, 401, 400, 404


def refusal(body: bytes, headers: Mapping[str, str], settings: Settings) -> int | None:
    """The status to refuse a request with, None for a good one."""
    if not settings.slack_signing_secret:  # Socket Mode alone: nobody may write here
        return OFF
    if len(body) > settings.slack_max_body_bytes:
        return TOO_LARGE
    if not is_signed(body, headers, settings.slack_signing_secret):
        return UNSIGNED
    return None if is_readable(body, headers.get("content-type", "")) else UNREADABLE


def is_signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Did Slack sign exactly this body within the last five minutes?"""
    timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    # the verifier fails on what is no number, no UTF-8 or no ASCII
    if not re.fullmatch(r"\d{1,12}", timestamp, re.A) or not signature.isascii():
        return False
    try:
        return SignatureVerifier(secret).is_valid(body, timestamp, signature)
    except UnicodeDecodeError:
        return False


def is_readable(body: bytes, content_type: str) -> bool:
    """Is it an object of Slack's, bare or as a form's `payload`, or a plain form (Slack's `ssl_check`)?"""
    try:
        text = body.decode("utf-8")
        if text.startswith("{") or content_type.split(";")[0].strip().lower() == "application/json":
            return _is_object(json.loads(text))
        form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
        return "payload" not in form or _is_object(json.loads(form["payload"]))
    except (ValueError, RecursionError):  # bad UTF-8, JSON and form are ValueErrors
        return False


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key, kind()), kind) for key, kind in _KINDS.items())
