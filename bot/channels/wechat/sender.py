"""① WeChat ← messages that nobody waits for with an open connection: sent by the API as far as WeChat's limits allow.

What may not be sent now is kept, and shown when the user writes again; callers are told which it was.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from enum import Enum
from typing import Any, Protocol

from bot.channels.wechat.abilities import CUSTOM_MESSAGES, MENU_MESSAGES, Abilities
from bot.channels.wechat.api import BUSY, NO_ANSWER, ApiError
from bot.channels.wechat.conversations import Conversations
from bot.channels.wechat.layout import Piece, lay_out
from bot.channels.wechat.render import Links, Message, merge, numbered
from bot.channels.wechat.words import Words

logger = logging.getLogger(__name__)

_USED_UP = {45015, 45047, 95001, 95002}  # out of time, out of number
_NO_RIGHT = {48001}
_NO_MENUS = {40200, 45098}  # no menus for this type of account; not with so many items
_LATER = {BUSY, NO_ANSWER, 45009, 45011}  # our own faults and quotas of the whole account: the user can't help it


class Outcome(Enum):
    """What became of a message to a user."""

    SENT = "sent"
    KEPT = "kept"  # shown when the user writes again
    FAILED = "failed"  # WeChat refuses this user: left, blocked, or in other hands


class Transport(Protocol):
    """How one piece leaves."""

    links: Links

    async def send(self, conversation: str, piece: Piece, menu: dict[str, str], msgid: str) -> None:
        """ApiError: WeChat refused it. `menu`: the items of a menu piece, id → title."""


class Sender:
    """Sends for one account."""

    def __init__(
        self,
        transport: Transport,
        conversations: Conversations,
        abilities: Abilities,
        words: Words,
        text_bytes: int,
        is_allowed: bool = True,
    ) -> None:
        self._transport, self._conversations, self._abilities = transport, conversations, abilities
        self._words, self._text_bytes, self._is_allowed = words, text_bytes, is_allowed

    @property
    def may_push(self) -> bool:
        """Whether the account may send at all without being asked."""
        return self._is_allowed and self._abilities.has(CUSTOM_MESSAGES)

    async def deliver(self, conversation: str, responses: Sequence[dict[str, Any]], seed: str) -> Outcome:
        """Send responses as one message; `seed` names them, so that a second try of the same is not shown twice."""
        say = await self._words.sentences(conversation)
        message = merge([*self._conversations.take_kept(conversation), *responses], self._transport.links)
        if not message.text and not message.buttons:
            return Outcome.SENT
        left = self._conversations.left(conversation)
        if not self.may_push or not left:
            self._conversations.keep(conversation, message.as_response())
            logger.info("message kept until the user writes again (conversation %s)", conversation)
            return Outcome.KEPT
        menus = self._abilities.has(MENU_MESSAGES)
        layout = lay_out(message, left, self._text_bytes, say, menus)
        for number, piece in enumerate(layout.pieces):
            try:
                await self._send(conversation, piece, seed, number)
            except ApiError as error:
                remaining = _remaining(message, layout.pieces[number:], numbered(message.buttons, say.how_to))
                waiting = [part.as_response() for part in (remaining, layout.rest) if part]
                return await self._refused(conversation, error, waiting, f"{seed}+")
        if layout.rest:
            self._conversations.keep(conversation, layout.rest.as_response())
        return Outcome.KEPT if layout.rest else Outcome.SENT

    async def _send(self, conversation: str, piece: Piece, seed: str, number: int) -> None:
        menu = self._conversations.offer(conversation, piece.choices)
        msgid = hashlib.sha256(f"{conversation}:{seed}:{number}".encode()).hexdigest()[:32]
        await self._transport.send(conversation, piece, menu if piece.is_menu else {}, msgid)
        self._conversations.spend(conversation)

    async def _refused(self, conversation: str, error: ApiError, waiting: list[dict[str, Any]], seed: str) -> Outcome:
        """What WeChat's no means for the words that were not sent."""
        if error.code in _NO_MENUS and self._abilities.has(MENU_MESSAGES):
            logger.warning("WeChat takes no menus for this account, choices are numbered from now on (%s)", error)
            self._abilities.refuse(MENU_MESSAGES)
            return await self.deliver(conversation, waiting, seed)
        if error.code in _NO_RIGHT:
            logger.warning("the account may not send messages by the API: it answers only while WeChat waits")
            self._abilities.refuse(CUSTOM_MESSAGES)
        elif error.code in _USED_UP:
            self._conversations.exhaust(conversation)
        elif error.code not in _LATER:
            logger.error("message not sent (conversation %s): %s", conversation, error)
            return Outcome.FAILED
        logger.warning("message kept until the user writes again (conversation %s): %s", conversation, error)
        self._conversations.keep(conversation, *waiting)
        return Outcome.KEPT


def _remaining(message: Message, pieces: Sequence[Piece], listing: str) -> Message:
    """What the pieces hold, as it was before choices were written below it as lines."""
    text = "\n\n".join(piece.text for piece in pieces if not piece.is_menu or piece.text in message.text)
    return Message(text.removesuffix(listing).strip(), pieces[-1].choices)
