"""② Knows which messages were seen: the same id again, or the same words while the first are still being answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

_REMEMBERED = 10_000


class Repeats:
    """Remembers the last message ids of this process and what is being answered right now."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._ids: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._in_work: set[tuple[str, str]] = set()
        self._remembered = remembered

    @contextmanager
    def claim(self, sender_id: str, message_id: str | None, text: str) -> Iterator[bool]:
        """Yields True for a new message and False for a repeat; a new one counts as in work until the block ends."""
        identity, words = (sender_id, message_id or ""), (sender_id, text)
        if words in self._in_work or (message_id and identity in self._ids):
            yield False
            return
        if message_id:
            self._ids[identity] = None
            if len(self._ids) > self._remembered:
                self._ids.popitem(last=False)
        self._in_work.add(words)
        try:
            yield True
        finally:
            self._in_work.discard(words)
