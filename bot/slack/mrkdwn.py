"""① Our Markdown into Slack's mrkdwn, and what people wrote in Slack back into plain text.

Our sentences use links, bold and lists only. Slack reads `&`, `<` and `>` as markup; they are escaped, so that a user's
words that an answer repeats can't become a link, a mention or a call to a whole channel.
"""

from __future__ import annotations

import html
import re

_LONGEST_LINK = 2000  # a longer one stays text: a link can't be cut in two
_ZERO_WIDTH = "\u200b"  # Slack sees bold only between signs that are no letters; Chinese has no spaces there
_BARE_URL = r"https?://[^\s<>\[\]()|\"'，。；：！？、（）“”《》【】]+"
_MARKS = re.compile(
    rf"\[(?P<label>[^\[\]\n]+)\]\((?P<target>(?:https?://|mailto:)[^\s()<>]+)\)"
    rf"|(?P<bare>{_BARE_URL})"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|^(?P<indent>[ \t]*)[-*+][ \t]+(?=\S)",
    re.M,
)
_UNITS = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|\*[^*\n<>&]{1,200}\*|.", re.S)  # what must not be cut in two

_ENTITY = re.compile(r"<([^<>]*)>")
# Slack sends emoji as :name:; 10:30:45 and ::1 are none
_EMOJI = re.compile(r"(?<![A-Za-z0-9:]):[a-z0-9_+'-]{1,60}:(?::skin-tone-\d:)?(?![A-Za-z0-9:])")


def escape(text: str) -> str:
    """The text as Slack shows it literally."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_mrkdwn(text: str) -> str:
    """Markdown of our answers as mrkdwn, everything else escaped."""
    parts, end = [], 0
    for found in _MARKS.finditer(text):
        parts += [escape(text[end : found.start()]), _mark(found, text)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _mark(found: re.Match[str], text: str) -> str:
    if found["label"] or found["bare"]:
        link = _link(found)
        return link if len(link) <= _LONGEST_LINK else escape(found[0])
    if found["bold"]:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        return f"{_glue(before)}*{to_mrkdwn(found['bold'].strip())}*{_glue(after)}"
    return f"{found['indent']}• "


def _link(found: re.Match[str]) -> str:
    if found["label"]:
        return f"<{_target(found['target'])}|{escape(found['label'].replace('**', ''))}>"
    url = found["bare"].rstrip(".,;:!?*")
    return f"<{_target(url)}>{escape(found['bare'][len(url) :])}"


def _target(url: str) -> str:
    return escape(url).replace("|", "%7C")


def _glue(neighbour: str) -> str:
    return _ZERO_WIDTH if neighbour.isalnum() else ""


def split(mrkdwn: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters, cut at the last line or word end, never inside a link or an entity."""
    pieces, piece = [], ""
    for found in _UNITS.finditer(mrkdwn):
        unit = found[0][:limit]
        if len(piece) + len(unit) > limit:
            cut = max(piece.rfind("\n"), piece.rfind(" ", limit // 2) if "<" not in piece[limit // 2 :] else -1)
            head, piece = (piece[:cut], piece[cut + 1 :]) if cut > limit // 2 else (piece, "")
            pieces.append(head)
        piece += unit
    return [part for part in [*pieces, piece] if part.strip()]


def from_mrkdwn(text: str, bot_user: str = "") -> str:
    """What a person wrote, as plain text: links as typed, mentions as names, the bot's own mention and emoji gone."""
    plain = _ENTITY.sub(lambda found: _entity(found[1], bot_user), text)
    return html.unescape(_EMOJI.sub(" ", plain)).strip()


def _entity(inside: str, bot_user: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return " " if bot_user and target[1:] == bot_user else f"@{label}" if label else " "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    if target.startswith("!"):
        return label or " "
    return label or target.removeprefix("mailto:")
