"""Which labels of a run like `我的域名是example.com打不开` form a name; the steps behind `domains.find_addresses`.

The rules are explained there; words and patterns are in `_domain_patterns`.
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import tldextract

from bot.text import _domain_patterns as p


class Label(NamedTuple):
    text: str
    start: int
    end: int
    # Kind of the dot before it: "." plain, "。" ideographic, " " with a space on one side, "w" spoken, bracketed or
    # with spaces on both; "" for the first label.
    dot: str


class Sure(IntEnum):
    """How sure it is, before looking at the labels, that a name is meant."""

    no = 0
    alone = 1  # the message has no other words
    scheme = 2  # http://


def split(chain: str, offset: int) -> list[Label]:
    labels: list[Label] = []
    dot = ""
    for piece in p.PIECE.finditer(chain):
        if piece["dot"]:
            dot = _dot_kind(piece["dot"].replace("｡", "。"))
        else:
            labels.append(Label(piece[0], offset + piece.start(), offset + piece.end(), dot if labels else ""))
    return labels


def _dot_kind(dot: str) -> str:
    if dot in (".", "。"):
        return dot
    one_sided = dot.strip() in (".", "。") and not (dot[0].isspace() and dot[-1].isspace())
    return " " if one_sided else "w"


def names_in(match: "re.Match[str]", labels: list[Label], sure: Sure) -> Iterator[list[Label]]:
    """The names in a chain of labels, from right to left; labels of sentences around them are passed over."""
    while len(labels) > 1:
        for last in range(len(labels) - 1, 0, -1):
            parts = _name_ending_at(labels, last, sure)
            if parts and (sure is Sure.scheme or _is_meant(match, parts, sure)):
                yield parts
                first = next(k for k, label in enumerate(labels) if label.end >= parts[0].end)
                rest = labels[first]  # what was glued to the front may end another name
                rest = rest._replace(text=rest.text[: parts[0].start - rest.start], end=parts[0].start)
                labels = [*labels[:first], *([rest] if rest.text else [])]
                break
        else:
            return


def _name_ending_at(labels: Sequence[Label], last: int, sure: Sure) -> "list[Label] | None":
    """The labels of the name whose last label is (the front of) this one, or None."""
    end = cut_tail(labels[last], sure)
    parts = [*labels[:last], end]
    size = suffix_size(".".join(label.text.lower() for label in parts[-4:]))
    if not size:
        return None
    if end.dot == "。" and end.end < labels[last].end and not end.text.isascii():
        return None  # 打不开。公司... is a new sentence, though .公司 is a suffix
    if end.dot in (" ", "w") and not _is_core(parts, size):
        return None
    if end.dot == " " and size == 1 and end.text.lower() in ("net", "org"):
        return None  # "It works. Net ..."
    if size == 1 and not sure and _ends_core_name(labels[:last]) and not (end.dot == "." and _is_core(parts, 1)):
        return None  # "example.com.It fails": the name was complete before
    return _extend_left(parts, max(0, len(parts) - size - 1), sure)


def _extend_left(parts: "list[Label]", first: int, sure: Sure) -> "list[Label] | None":
    """Adds the labels left of the registrable one that belong to the name. One name has one kind of dot (but for a
    "www"), which keeps `打开a.com。b.com` two names and `my shop. example.com` one of two labels."""
    begin = _cut_head(parts[first], sure)
    if begin is None:
        return None
    name = [begin, *parts[first + 1 :]]
    while first > 0 and begin.start == parts[first].start:
        left = _cut_head(parts[first - 1], sure)
        if left is None or (parts[first].dot != parts[-1].dot and left.text.lower() != "www"):
            break
        words = not left.text.isascii() and name[-2].text.isascii() and not sure  # 你好.example.com
        if "_" in parts[first - 1].text or words:
            break
        name.insert(0, left)
        first, begin = first - 1, left
    return name


def cut_tail(label: Label, sure: Sure) -> Label:
    """Without the Chinese words glued to the end: com打不开 -> com, 中国的 -> 中国."""
    text = label.text.rstrip("-_")
    if glued := re.match(f"([a-z0-9-]+)[{p.HAN}]", text, re.IGNORECASE):
        text = glued[1]
    elif re.match(f"[{p.HAN}]", text) and not suffix_size(text):
        fronts = (text[:n] for n in range(min(len(text), 6), 1, -1))
        # Only 中国 may be followed directly by words: 公司, 网站 or 在线 begin too many of them.
        text = next((f for f in fronts if f in ("中国", "中國") or (sure is Sure.scheme and suffix_size(f))), text)
    return label._replace(text=text, end=label.start + len(text))


def _cut_head(label: Label, sure: Sure) -> "Label | None":
    """Without the Chinese words glued to the front (我的域名是example -> example); None when nothing is left."""
    text = label.text.lstrip("-_")
    if sure is not Sure.scheme and re.search(f"[{p.HAN}]", text):
        if latin := re.search(f"[{p.HAN}]([a-z0-9][a-z0-9-]*)$", text, re.IGNORECASE):
            text = latin[1]  # names that mix Chinese and Latin in one label are far rarer than glued words
        else:
            text = p.LEAD_IN.sub("", text)
            # 我的公司.com on its own is a name, 我在腾讯云买了例子.com is not.
            text = text if sure and len(text) <= 6 else p.WEAK_LEAD_IN.sub("", text)
            text = "" if len(text) > 10 else text  # a sentence
    return label._replace(text=text, start=label.end - len(text)) if text else None


def _is_core(parts: Sequence[Label], size: int) -> bool:
    last = parts[-1].text.lower()
    return last in p.CORE or (size > 1 and last not in p.WORDS)


def _ends_core_name(labels: Sequence[Label]) -> bool:
    size = suffix_size(".".join(label.text.lower() for label in labels[-4:]))
    return 0 < size < len(labels) and _is_core(labels, size)


def _is_meant(match: "re.Match[str]", parts: Sequence[Label], sure: Sure) -> bool:
    """False for what is more likely a sentence or a file; the rule of the module's docstring."""
    before, after = match.string[: parts[0].start], match.string[parts[-1].end :]
    size = suffix_size(".".join(label.text.lower() for label in parts[-4:]))
    label, last = parts[max(0, len(parts) - size - 1)].text, parts[-1].text
    if before[-1:] in ("/", "\\") and not re.search(r"(?:^|[:/\s])[/\\]$", before):
        return False  # /var/www/example.com
    if size == len(parts):
        return before[-1:] != "." and last.lower() not in p.WORDS  # .com.cn域名 speaks about the suffix
    if not label.isascii() and p.SUFFIX_TALK.match(after) and last.isascii() and not sure:
        return False  # 想要.com域名
    if parts[-1].dot in (" ", "w"):
        return label.lower() not in p.NO_LABEL
    if sure:
        return True
    title = last.istitle() and len(last) > 1 and not label.istitle()
    doubtful = last.lower() in p.WORDS or label.lower() in p.BEFORE_STOP or len(label) == 1 or title
    if f"{label}.{last}".lower() in p.FRAMEWORKS or (doubtful and not _is_core(parts, size)):
        return _has_hint(match, parts, size, before, after)
    return True


def _has_hint(match: "re.Match[str]", parts: Sequence[Label], size: int, before: str, after: str) -> bool:
    third = len(parts) > size + 1 and all(len(label.text) > 1 for label in parts)
    tail = match["tail"][:1] in (":", "/") and bool(match["tail"]) and parts[-1].end == match.start("tail")
    chinese = p.HAN_BEFORE.search(before[-2:]) or p.HAN_AFTER.match(after)
    return bool(
        third
        or tail
        or re.search(r"\w@$", before[-2:])
        or (before[-1:] and after[:1] and before[-1] in p.QUOTES and after[0] in p.QUOTES)
        or p.DOMAIN_WORD_BEFORE.search(before[-20:])
        or (chinese and parts[-1].text.lower() not in p.FILES)
    )


@lru_cache(maxsize=1)
def public_suffixes() -> tldextract.TLDExtract:
    """The list shipped in the wheel: a support bot must not depend on, or tell, a third party for each name."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=1)
def _top_level() -> "frozenset[str]":
    return frozenset(suffix.rpartition(".")[2] for suffix in public_suffixes().tlds) | p.LOCAL | p.RESERVED


@lru_cache(maxsize=1024)
def suffix_size(name: str) -> int:
    """How many labels of this lower-case name are its suffix, 0 for none; local and reserved endings count as one."""
    last = name.rpartition(".")[2]
    if last.startswith("xn--"):
        return len([s for s in public_suffixes()(name).suffix.split(".") if s])
    if last not in _top_level():
        return 0
    return 1 if last in p.LOCAL | p.RESERVED else len(public_suffixes()(name).suffix.split("."))
