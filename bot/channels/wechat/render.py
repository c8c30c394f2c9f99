"""① WeChat ← the bot's responses: Markdown becomes the plain text that WeChat shows, several responses one message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_NUMBER = re.compile(r"[\[【(]?(\d{1,2})[\]】).、,。]?")


class Links(Enum):
    """How a link is shown."""

    ANCHOR = "anchor"  # <a href>, which the Official Account understands
    ADDRESS = "address"  # words and address, for the customer service, which only makes addresses clickable


@dataclass(frozen=True)
class Button:
    """A choice: sends `payload` back, or opens `url`."""

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class Message:
    """What is shown at once: plain text and the choices below it."""

    text: str
    buttons: tuple[Button, ...] = field(default=())

    def as_response(self) -> dict[str, Any]:
        """As a response that `merge` takes as it is, to be kept for later."""
        return {"text": self.text, "is_plain": True, "buttons": [vars(button) for button in self.buttons]}


def merge(responses: Iterable[dict[str, Any]], links: Links) -> Message:
    """One message from the responses of a turn; buttons that open an address become lines of the text."""
    texts: list[str] = []
    buttons: dict[str, Button] = {}
    for response in responses:
        text = str(response.get("text") or "")
        texts.append(text if response.get("is_plain") else plain(text, links))
        texts.append(str(response.get("image") or ""))
        for given in response.get("quick_replies") or response.get("buttons") or []:
            button = Button(str(given.get("title") or ""), str(given.get("payload") or ""), str(given.get("url") or ""))
            if button.payload:
                buttons[button.payload] = button
            elif button.url:
                texts.append(_link(button.title, button.url, links))
    return Message("\n\n".join(text for text in texts if text.strip()), tuple(buttons.values()))


def numbered(buttons: Sequence[Button], how_to: str) -> str:
    """Choices as lines to answer with a number, below them `how_to`; empty without choices."""
    lines = [f"[{number}] {button.title}" for number, button in enumerate(buttons, 1)]
    return "\n".join([*lines, how_to]) if lines else ""


def chosen_number(text: str) -> str:
    """The number that a message consists of ("2", "２", "②", "[2]", "2."), as digits; else empty."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return str(int(match[1])) if match else ""


def plain(markdown: str, links: Links) -> str:
    """Markdown as WeChat's plain text, line by line: what the lines look like was chosen by a person."""
    return "\n".join(_line(line, links) for line in markdown.splitlines())


def _line(line: str, links: Links) -> str:
    line = re.sub(r"^\s{0,3}#{1,6}\s+", "", line)
    line = re.sub(r"^(\s*)[-*+]\s+", r"\1• ", line)
    indent = line[: len(line) - len(line.lstrip())]
    tokens = _parser().parseInline(line.strip())
    return indent + "".join(_inline(tokens[0].children or [], links) if tokens else "")


def _inline(tokens: Sequence[Token], links: Links) -> str:
    out: list[str] = []
    title: list[str] | None = None
    address = ""
    for token in tokens:
        if token.type == "link_open":
            title, address = [], str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            out.append(_link("".join(title or []), address, links))
            title = None
        elif token.content:
            (out if title is None else title).append(_harmless(token.content))
    return "".join(out)


def _link(title: str, address: str, links: Links) -> str:
    title, address = re.sub(r"[<>]", "", title), re.sub(r'["<>\s]', _percent, address)
    if not title or title == address:
        return address
    return f'<a href="{address}">{title}</a>' if links is Links.ANCHOR else f"{title} {address} "


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _harmless(text: str) -> str:
    """What somebody else wrote must not become a link of ours; "<" before "a" is the only markup that WeChat knows."""
    return re.sub(r"<(?=\s*/?\s*[aA]\b)", "＜", text)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable(["link", "emphasis", "backticks", "escape"])
