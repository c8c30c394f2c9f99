"""① What a channel's `push(conversation_id, message)` raises, when a message could not be brought to a user."""

from __future__ import annotations


class NotDelivered(Exception):
    """One reason, without secrets; `retry_after` are seconds after which another try can help, None: none can."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.retry_after = reason, retry_after
