"""① WeChat ← a long text: pages of so many bytes, cut where a reader would, never inside a link or a character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

ANCHOR = r'<a href="[^"<>]*">[^<>]*</a>'
ADDRESS = r"""https?://[^\s<>"'，。；：！？、）】》]+"""
_ATOM = regex.compile(rf"{ANCHOR}|{ADDRESS}|\X")  # \X: one character as people see it, with all its marks
# Where to cut, best first; a place in the first half of a page would waste the rest of it.
_ENDS = (("\n\n",), ("\n",), ("。", "！", "？", "；", ". ", "! ", "? "), (" ", "，", "、"))


def size(text: str) -> int:
    """Bytes, which is what WeChat counts."""
    return len(text.encode())


def has_link(text: str) -> bool:
    """Whether the text holds something to click."""
    return regex.search(rf"{ANCHOR}|{ADDRESS}", text) is not None


def split(text: str, limit: int) -> list[str]:
    """The text as pages of at most `limit` bytes; none for an empty text."""
    pages: list[str] = []
    page: list[str] = []
    filled = 0
    for atom in _atoms(text, limit):
        while page and filled + size(atom) > limit:
            cut = _best_cut(page)
            pages.append("".join(page[:cut]).strip())
            page = page[cut:]
            filled = size("".join(page))
        page.append(atom)
        filled += size(atom)
    return [part for part in [*pages, "".join(page).strip()] if part]


def _atoms(text: str, limit: int) -> Iterator[str]:
    """What must stay whole; a link that no page can hold is left as its words."""
    for atom in _ATOM.findall(text):
        if size(atom) <= limit:
            yield atom
        else:
            yield from regex.sub(r"^<a[^>]*>|</a>$", "", atom)


def _best_cut(page: Sequence[str]) -> int:
    for ends in _ENDS:
        for end in range(len(page), len(page) // 2, -1):
            if "".join(page[max(end - 2, 0) : end]).endswith(ends):
                return end
    return len(page)
