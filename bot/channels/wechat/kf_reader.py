"""① WeChat customer service: a callback only says "there is something"; this reads it and gives each a turn."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.channels.wechat.api import ApiError
from bot.channels.wechat.kf_api import KfApi, conversation_id
from bot.channels.wechat.kf_inbox import KfInbox

logger = logging.getLogger(__name__)

# An account that is read for the first time gives the last three days; nobody waits for an answer to those.
_FIRST_READ_SECONDS = 600
Handle = Callable[[str, dict[str, Any]], Awaitable[None]]


class KfReader:
    """Reads all accounts of a company; messages of one conversation in order, conversations side by side."""

    def __init__(
        self, api: KfApi, inbox: KfInbox, handle: Handle, in_background: Callable[[Coroutine[Any, Any, Any]], Any]
    ) -> None:
        self._api, self._inbox, self._handle, self._in_background = api, inbox, handle, in_background
        self._working: set[str] = set()

    async def read(self, open_kfid: str, callback_token: str = "") -> None:
        """Read until nothing is left and no further callback came, unless another replica is at it."""
        self._inbox.want(open_kfid)
        holder = uuid.uuid4().hex
        while (seen := self._inbox.hold(open_kfid, holder)) is not None:
            try:
                await self._read_pages(open_kfid, callback_token)
            except ApiError as error:
                logger.error("customer service %s not read: %s", open_kfid, error)
                self._inbox.release(open_kfid, holder, seen)
                return
            if self._inbox.release(open_kfid, holder, seen):
                return

    async def resume(self) -> None:
        """After a start: what came while nobody was there, and what was left behind."""
        for conversation in self._inbox.unfinished():
            self._begin(conversation)
        for open_kfid in self._inbox.accounts():
            await self.read(open_kfid)

    async def _read_pages(self, open_kfid: str, callback_token: str) -> None:
        while True:
            cursor = self._inbox.cursor(open_kfid)
            try:
                page = await self._api.read(open_kfid, cursor, callback_token)
            except ApiError:
                if not callback_token:
                    raise
                callback_token = ""  # it lives 10 minutes; without it WeCom is only slower
                continue
            messages = list(_for_us(open_kfid, page.get("msg_list") or [], is_first=not cursor))
            following = str(page.get("next_cursor") or cursor)
            self._inbox.accept(open_kfid, following, messages)
            for conversation in dict.fromkeys(conversation for conversation, _ in messages):
                self._begin(conversation)
            # an empty page is no sign of the end; one that leads nowhere would be read for ever
            if not page.get("has_more") or following == cursor:
                return

    def _begin(self, conversation: str) -> None:
        if conversation not in self._working:
            self._working.add(conversation)
            self._in_background(self._work(conversation))

    async def _work(self, conversation: str) -> None:
        try:
            while waiting := self._inbox.next(conversation):
                try:
                    await self._handle(conversation, waiting.body)
                except Exception:  # a message that fails must not hold up those behind it
                    logger.exception("customer service: message failed (conversation %s)", conversation)
                self._inbox.done(waiting.msgid)
        finally:
            self._working.discard(conversation)


def _for_us(open_kfid: str, listed: list[Any], is_first: bool) -> Any:
    """(conversation, message) for each message that says from whom it is."""
    for message in listed:
        event = message.get("event") or {}
        user = message.get("external_userid") or event.get("external_userid")
        is_old = is_first and float(message.get("send_time") or 0) < time.time() - _FIRST_READ_SECONDS
        if user and message.get("msgid") and not is_old:
            yield conversation_id(message.get("open_kfid") or event.get("open_kfid") or open_kfid, user), message
