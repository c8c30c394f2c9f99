"""① WeChat ← one message: as few pieces as WeChat's limits allow, and what is left over when they do not suffice."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels.wechat.render import Button, Message, numbered
from bot.channels.wechat.split import has_link, size, split

MORE = "#more"  # stands where a payload would: show what is kept
_MENU_ITEMS, _MENU_HEAD, _MENU_TITLE = 10, 1024, 128  # items, bytes, bytes
_RESERVE = 2  # a menu as a message of its own is only worth it when so many can still be sent


@dataclass(frozen=True)
class Sentences:
    """What the layout itself has to say, in the user's language."""

    how_to: str  # below numbered choices
    pick: str  # above a menu that stands alone
    more: str  # below a text that goes on


@dataclass(frozen=True)
class Piece:
    """One message of WeChat: a text, or with `is_menu` a menu message whose items are `choices`."""

    text: str
    choices: tuple[Button, ...] = field(default=())
    is_menu: bool = False


@dataclass(frozen=True)
class Layout:
    """What can be sent, and what must wait."""

    pieces: tuple[Piece, ...]
    rest: Message | None = None


def lay_out(message: Message, at_most: int, text_bytes: int, say: Sentences, menus: bool) -> Layout:
    """Pieces for the message, not more than `at_most`; `menus`: the account may send menu messages."""
    texts = tuple(Piece(page) for page in split(_with_numbers(message, say), text_bytes))
    if texts:
        texts = (*texts[:-1], Piece(texts[-1].text, message.buttons))
    as_menu = _as_menu(message, text_bytes, say) if menus else ()
    if as_menu and (len(as_menu) <= len(texts) or len(as_menu) + _RESERVE <= at_most) and len(as_menu) <= at_most:
        return Layout(as_menu)
    return Layout(texts) if len(texts) <= at_most else _shortened(message, at_most, text_bytes, say)


def _with_numbers(message: Message, say: Sentences) -> str:
    return "\n\n".join(filter(None, [message.text, numbered(message.buttons, say.how_to)]))


def _as_menu(message: Message, text_bytes: int, say: Sentences) -> tuple[Piece, ...]:
    """Empty when the choices make no menu message."""
    fits = all(size(button.title) <= _MENU_TITLE for button in message.buttons)
    if not message.buttons or len(message.buttons) > _MENU_ITEMS or not fits:
        return ()
    if message.text and size(message.text) <= _MENU_HEAD and not has_link(message.text):
        return (Piece(message.text, message.buttons, is_menu=True),)
    pages = tuple(Piece(page) for page in split(message.text, text_bytes))
    return (*pages, Piece(say.pick, message.buttons, is_menu=True))


def _shortened(message: Message, at_most: int, text_bytes: int, say: Sentences) -> Layout:
    """As much as may be sent, the last page with the way to the rest. Choices wait with the rest, below their text."""
    if at_most < 1:
        return Layout((), message)
    pages = split(message.text, text_bytes - size(f"\n\n{say.more}"))
    if len(pages) <= at_most:  # only the choices do not fit
        last, rest = pages[-1] if pages else "", Message("", message.buttons)
    else:
        last, rest = pages[at_most - 1], Message("\n".join(pages[at_most:]), message.buttons)
    shown = [*pages[: at_most - 1], f"{last}\n\n{say.more}".strip()] if pages else [say.more]
    kept = tuple(Piece(page) for page in shown[:-1])
    return Layout((*kept, Piece(shown[-1], (Button(say.more, MORE),))), rest)
