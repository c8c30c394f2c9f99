"""① WeChat customer service (微信客服): /webhooks/wechat_kf/webhook calls, we fetch, and answer by the API."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from bot.channels.wechat.api import Api, ApiError
from bot.channels.wechat.base import Collector, WeChatGate, WeChatInput
from bot.channels.wechat.kf_api import KfApi, State
from bot.channels.wechat.kf_inbox import KfInbox
from bot.channels.wechat.kf_reader import KfReader
from bot.channels.wechat.layout import MORE, lay_out
from bot.channels.wechat.render import Links, merge
from bot.settings import Settings

logger = logging.getLogger(__name__)

_CUSTOMER, _SYSTEM = 3, 4  # WeCom's "origin"; 5 is a colleague who writes in WeCom
# fail_type of msg_send_fail: over 48 hours, session closed, over 5 messages
_USED_UP = {4, 5, 6}


class CustomerServiceInput(WeChatGate, WeChatInput):
    """All customer-service accounts of one company."""

    NEEDS = ("WECOM_KF_CORP_ID", "WECOM_KF_SECRET", "WECOM_KF_TOKEN", "WECOM_KF_AES_KEY")

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.account = self._account(settings.wecom_kf_token, settings.wecom_kf_aes_key, settings.wecom_kf_corp_id)
        self.api = Api(settings.wecom_api_url)
        self._inbox = KfInbox(self._engine)
        self.kf = KfApi(self.api, self._engine, self._inbox, settings)
        self.sender = self._sender(self.kf, f"wecom-kf:{settings.wecom_kf_corp_id}")
        self._reader = KfReader(self.kf, self._inbox, self.handle, self.in_background)
        self._accounts = {part.strip() for part in settings.wecom_kf_accounts.split(",") if part.strip()}

    @classmethod
    def name(cls) -> str:
        return "wechat_kf"

    async def receive(self, fields: dict[str, str], encrypted: bool) -> HTTPResponse:
        open_kfid = fields.get("OpenKfId", "")
        is_ours = not self._accounts or open_kfid in self._accounts
        if fields.get("Event") == "kf_msg_or_event" and open_kfid and is_ours:
            self.in_background(self._reader.read(open_kfid, fields.get("Token", "")))
        return response.text("success")

    async def on_start(self) -> None:
        """Go on where the last process stopped, once the model is there."""
        while not self.is_ready:
            await asyncio.sleep(0.2)
        await self._reader.resume()

    async def handle(self, conversation: str, message: dict[str, Any]) -> None:
        """One message or event of a conversation, after the one before it."""
        if message.get("origin") == _CUSTOMER:
            await self._customer(conversation, message)
        elif message.get("msgtype") == "event":
            await self._event(conversation, message["msgid"], message.get("event") or {})
        # what a colleague wrote (origin 5) is neither a question nor ours to answer

    async def _customer(self, conversation: str, message: dict[str, Any]) -> None:
        settings = self.settings
        seconds = settings.wechat_push_hours * 3600
        self.conversations.grant(conversation, settings.wechat_push_messages, seconds)
        if not await self._is_with_bot(conversation):
            logger.info("a person has the conversation, the bot stays silent (conversation %s)", conversation)
            return
        output = Collector(self.name())
        turn = self.in_background(self._turn(conversation, message, output))
        await asyncio.wait({turn}, timeout=settings.wechat_answer_seconds)
        if not turn.done() and (said := output.take()):  # "one moment, I'm looking" must not wait for what it announces
            await self.sender.deliver(conversation, said, f"{message['msgid']}:first")
        await asyncio.wait({turn})
        await self.sender.deliver(conversation, output.take(), message["msgid"])

    async def _turn(self, conversation: str, message: dict[str, Any], output: Collector) -> None:
        if message.get("msgtype") != "text":
            await output.send_response("", await self.words.response("utter_wechat_unreadable", conversation))
            return
        text = message.get("text") or {}
        chosen = self.conversations.chosen(conversation, str(text.get("content", "")), str(text.get("menu_id", "")))
        if chosen != MORE:  # what is kept is said with every answer
            await self.turn(conversation, chosen, message["msgid"], output)

    async def _is_with_bot(self, conversation: str) -> bool:
        """Whether the bot may answer; a new conversation is taken over."""
        try:
            state = await self.kf.state(conversation)
            if state is State.NEW:
                await self.kf.move(conversation, State.BOT)
        except (ApiError, ValueError, KeyError) as error:  # answering a person's customer is refused by WeCom itself
            logger.warning("customer service: state of a conversation not known (%s)", error)
            return True
        return state not in (State.QUEUE, State.PERSON)

    async def _event(self, conversation: str, msgid: str, event: dict[str, Any]) -> None:
        kind = event.get("event_type")
        if kind == "enter_session" and event.get("welcome_code"):
            await self._welcome(conversation, msgid, str(event["welcome_code"]))
        elif kind == "msg_send_fail":
            self._not_arrived(str(event.get("fail_msgid", "")), event.get("fail_type"))
        elif kind == "session_status_change":
            logger.info("customer service: change %s of %s", event.get("change_type"), conversation)

    async def _welcome(self, conversation: str, msgid: str, code: str) -> None:
        greeting = merge([await self.words.response("utter_greet", conversation)], Links.ADDRESS)
        say = await self.words.sentences(conversation)
        piece = lay_out(greeting, 1, self.settings.wechat_text_bytes, say, menus=True).pieces[0]
        menu = self.conversations.offer(conversation, piece.choices)
        try:
            await self.kf.welcome(code, piece, menu if piece.is_menu else {}, msgid[:32])
        except ApiError as error:
            logger.warning("customer service: no greeting (%s)", error)

    def _not_arrived(self, msgid: str, reason: Any) -> None:
        """WeCom took a message and could not deliver it: say it again when that is possible."""
        sent = self._inbox.take_sent(msgid)
        logger.warning("customer service: a message was not delivered, reason %s", reason)
        if sent and reason in _USED_UP:
            conversation, words = sent
            self.conversations.exhaust(conversation)
            self.conversations.keep(conversation, words)
