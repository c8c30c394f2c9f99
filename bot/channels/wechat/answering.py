"""①② WeChat Official Account: WeChat waits 5 seconds for an answer, then asks again, three times in all.

The turn is begun by the first delivery and its answer decided once, in the database, by whoever is first: the turn,
when it ends in time, or a delivery whose time is up. All deliveries of the message then get the decided answer. What
comes after that is sent by the API, or kept when the account may not send.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.channels.wechat.api import ApiError
from bot.channels.wechat.base import Collector
from bot.channels.wechat.deliveries import Deliveries
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.layout import MORE, lay_out
from bot.channels.wechat.render import Button, Links, merge

if TYPE_CHECKING:
    from bot.channels.wechat.official_account import OfficialAccountInput

LAST_ATTEMPT = 3
HOLD_SECONDS = 6.0  # longer than WeChat waits: it then asks again, which gives the turn more time
TYPING_AFTER_SECONDS = 1.0
_LOOK_SECONDS = 0.1


class Turn:
    """A turn that runs in this process."""

    def __init__(self, inbound: Inbound, conversation: str) -> None:
        self.inbound, self.conversation = inbound, conversation
        self.output = Collector("wechat")
        self.decided = asyncio.Event()


class Answering:
    """Decides what the open connection says."""

    def __init__(
        self, channel: OfficialAccountInput, deliveries: Deliveries, typing: Callable[[str], Awaitable[None]]
    ) -> None:
        self._channel, self._deliveries, self._typing = channel, deliveries, typing
        self._turns: dict[str, Turn] = {}

    async def answer(self, inbound: Inbound, conversation: str) -> str:
        """The text of the passive reply; empty: "success", nothing is shown."""
        arrived = self._deliveries.arrive(inbound.key)
        if arrived.answer is not None:
            return arrived.answer
        if arrived.attempt == 1:
            self._begin(Turn(inbound, conversation))
        may_give_up = self._channel.sender.may_push or arrived.attempt >= LAST_ATTEMPT
        seconds = self._channel.settings.wechat_answer_seconds if may_give_up else HOLD_SECONDS
        answer = await self._wait(inbound.key, seconds)
        if answer is None and may_give_up:
            answer = await self._give_up(inbound.key, conversation)
        return answer or ""

    def _begin(self, turn: Turn) -> None:
        self._grant(turn)
        self._turns[turn.inbound.key] = turn
        self._channel.in_background(self._run(turn))

    def _grant(self, turn: Turn) -> None:
        settings, grant = self._channel.settings, self._channel.conversations.grant
        if turn.inbound.is_message:
            grant(turn.conversation, settings.wechat_push_messages, settings.wechat_push_hours * 3600)
        else:
            seconds = settings.wechat_push_event_minutes * 60
            grant(turn.conversation, settings.wechat_push_event_messages, seconds, by_event=True)

    async def _wait(self, key: str, seconds: float) -> str | None:
        """The decided answer, None when there is none after so long; the turn may run in another replica."""
        turn = self._turns.get(key)
        if turn:
            try:
                await asyncio.wait_for(turn.decided.wait(), seconds)
            except asyncio.TimeoutError:
                return None
            return self._deliveries.answer(key)
        end = asyncio.get_running_loop().time() + seconds
        while (answer := self._deliveries.answer(key)) is None and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_LOOK_SECONDS)
        return answer

    async def _give_up(self, key: str, conversation: str) -> str:
        """What the turn said so far; where nothing can be sent later, with the way to the rest."""
        say, may_push = await self._channel.words.sentences(conversation), self._channel.sender.may_push
        late = {} if may_push else await self._channel.words.response("utter_wechat_late", conversation)
        # from here on without a pause, or the turn could end between taking its words and deciding on them
        turn = self._turns.get(key)
        message = merge([*(turn.output.take() if turn else []), late], Links.ANCHOR)
        layout = lay_out(message, 1, self._channel.settings.wechat_text_bytes, say, menus=False)
        text = layout.pieces[0].text if layout.pieces else ""
        if not self._deliveries.decide(key, text):
            return self._deliveries.answer(key) or ""
        if text:
            choices = layout.pieces[0].choices if may_push else (Button("", MORE),)
            self._channel.conversations.offer(conversation, choices)
        if layout.rest:
            self._channel.conversations.keep(conversation, layout.rest.as_response())
        return text

    async def _run(self, turn: Turn) -> None:
        typing = self._channel.in_background(self._show_typing(turn.conversation))
        try:
            await self._channel.run(turn.inbound, turn.conversation, turn.output)
            is_late = not await self._decide(turn)
        finally:
            typing.cancel()
            turn.decided.set()
            del self._turns[turn.inbound.key]
        if is_late:
            await self._channel.sender.deliver(turn.conversation, turn.output.take(), turn.inbound.key)

    async def _decide(self, turn: Turn) -> bool:
        """Answer passively if it is not too late and fits into one message; False when it has to be sent."""
        conversations, sender = self._channel.conversations, self._channel.sender
        say = await self._channel.words.sentences(turn.conversation)
        late = await self._channel.words.response("utter_wechat_late", turn.conversation)
        kept, said = conversations.take_kept(turn.conversation), turn.output.take()
        is_more = conversations.chosen(turn.conversation, turn.inbound.text, turn.inbound.menu_id) == MORE
        if is_more and not kept and not said:
            said = [{**late, "buttons": []}]
        message = merge([*kept, *said], Links.ANCHOR)
        layout = lay_out(message, 1, self._channel.settings.wechat_text_bytes, say, menus=False)
        too_long = layout.rest is not None and sender.may_push and conversations.left(turn.conversation) > 0
        text = layout.pieces[0].text if layout.pieces else ""
        if self._deliveries.decide(turn.inbound.key, "" if too_long else text) and not too_long:
            if text:
                waits = is_more and not kept and not self._channel.sender.may_push
                conversations.offer(turn.conversation, (Button("", MORE),) if waits else layout.pieces[0].choices)
            if layout.rest:
                conversations.keep(turn.conversation, layout.rest.as_response())
            return True
        conversations.keep(turn.conversation, *([message.as_response()] if text else []))
        return not text

    async def _show_typing(self, conversation: str) -> None:
        await asyncio.sleep(TYPING_AFTER_SECONDS)
        if self._channel.sender.may_push:
            try:
                await self._typing(conversation)
            except ApiError:
                return  # it says so when it comes too often or too late; the answer does not depend on it
