"""① The bot's response → one message of Slack's (Block Kit), and the same message after a choice was made. Pure.

Limits are Slack's: https://docs.slack.dev/reference/block-kit. Up to 25 choices are buttons in rows of five, more are a
list to select from.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.mrkdwn import escape, split, to_mrkdwn

OUR_ACTION = "say-"  # action ids of choices that are said for the user
_CHOICE = "choice-"  # block ids of what is taken away after the choice
_LINK = "open-"

SECTION, TITLE, BUTTON_VALUE, OPTION_VALUE, URL, ALT = 3000, 75, 2000, 150, 3000, 2000
_ROW, _MOST_BUTTONS, _MOST_OPTIONS, _MOST_BLOCKS = 5, 25, 100, 50
_MOST_SECTIONS, _NOTIFICATION = 13, 3000  # Slack cuts a message after 40,000 characters

Block = dict[str, Any]


def from_response(response: dict[str, Any]) -> dict[str, Any]:
    """`text` (for notifications) and `blocks` of one message; empty when there is nothing that Slack could show."""
    text = to_mrkdwn(str(response.get("text") or "").strip())
    buttons = [b for b in response.get("quick_replies") or response.get("buttons") or [] if b.get("title")]
    blocks = [_section(piece) for piece in split(text, SECTION)[:_MOST_SECTIONS]]
    blocks += _image(response.get("image"))
    blocks += [*_choices([b for b in buttons if not b.get("url")]), *_links([b for b in buttons if b.get("url")])]
    if not blocks:
        return {}
    notification = next(iter(split(text, _NOTIFICATION)), "") or escape(", ".join(str(b["title"]) for b in buttons))
    return {"text": notification[:_NOTIFICATION] or "…", "blocks": blocks[:_MOST_BLOCKS]}


def frozen(message: dict[str, Any], title: str) -> dict[str, Any]:
    """The message (as Slack sends it with a press) with the chosen title in the place of the choices."""
    given = message.get("blocks")
    blocks = [block for block in given if isinstance(block, dict)] if isinstance(given, list) else []
    at = [i for i, block in enumerate(blocks) if str(block.get("block_id", "")).startswith(_CHOICE)]
    if not at or not title:
        return {}
    chosen = {"type": "context", "elements": [{"type": "mrkdwn", "text": f"✓ *{_bold(title)}*"}]}
    kept = [*blocks[: at[0]], chosen, *(b for i, b in enumerate(blocks) if i > at[0] and i not in at)]
    return {"text": str(message.get("text") or "…"), "blocks": kept}


def value_of(payload: str, limit: int) -> str:
    """What a choice carries: the payload, or a mark of one that is too long (`payload_of` finds it again)."""
    return payload if len(payload) <= limit else "#" + hashlib.sha256(payload.encode("utf-8", "replace")).hexdigest()


def payload_of(value: str, offered: Iterable[str]) -> str:
    """The payload behind a choice's value."""
    if not value.startswith("#"):
        return value
    return next((payload for payload in offered if value_of(payload, 0) == value), value)


def _section(mrkdwn: str) -> Block:
    # verbatim: Slack must not make links, channels or people of words by itself; our links are marked
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def _image(url: Any) -> list[Block]:
    if not isinstance(url, str) or not re.match(r"https?://", url) or len(url) > URL:
        return []
    return [{"type": "image", "image_url": url, "alt_text": url.rpartition("/")[2][:ALT] or "…"}]


def _choices(buttons: Sequence[dict[str, Any]]) -> list[Block]:
    if len(buttons) > _MOST_BUTTONS:
        return [_select(n, part) for n, part in enumerate(_parts(buttons, _MOST_OPTIONS))]
    rows = []
    for n, row in enumerate(_parts(buttons, _ROW)):
        elements = [
            {
                "type": "button",
                "action_id": f"{OUR_ACTION}{n * _ROW + i}",
                "text": _plain(button["title"]),
                "value": value_of(_payload(button), BUTTON_VALUE),
            }
            for i, button in enumerate(row)
        ]
        rows.append({"type": "actions", "block_id": f"{_CHOICE}{n}", "elements": elements})
    return rows


def _select(n: int, buttons: Sequence[dict[str, Any]]) -> Block:
    options = [{"text": _plain(b["title"]), "value": value_of(_payload(b), OPTION_VALUE)} for b in buttons]
    select = {"type": "static_select", "action_id": f"{OUR_ACTION}list-{n}", "options": options}
    return {"type": "actions", "block_id": f"{_CHOICE}{n}", "elements": [select]}


def _links(buttons: Sequence[dict[str, Any]]) -> list[Block]:
    elements = [
        {"type": "button", "action_id": f"{_LINK}{n}", "text": _plain(button["title"]), "url": str(button["url"])}
        for n, button in enumerate(buttons)
        if re.match(r"https?://\S+$", str(button["url"])) and len(str(button["url"])) <= URL
    ]
    return [
        {"type": "actions", "block_id": f"links-{n}", "elements": list(row)}
        for n, row in enumerate(_parts(elements, _ROW))
    ]


def _payload(button: dict[str, Any]) -> str:
    return str(button.get("payload") or button["title"])


def _plain(title: Any) -> Block:
    text = " ".join(str(title).split()) or "…"
    return {"type": "plain_text", "text": text if len(text) <= TITLE else text[: TITLE - 1] + "…"}


def _bold(title: str) -> str:
    return escape(" ".join(html.unescape(title).replace("*", "").split())[:TITLE]) or "…"


def _parts(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[i : i + size] for i in range(0, len(items), size)]
