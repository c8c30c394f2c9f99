"""① WeChat Official Account (公众号): /webhooks/wechat/webhook in, a passive reply or the customer-service API out."""

from __future__ import annotations

import logging
import time
from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from bot.channels.wechat.abilities import CUSTOM_MESSAGES, Abilities
from bot.channels.wechat.answering import Answering
from bot.channels.wechat.api import Api, ApiError
from bot.channels.wechat.base import Collector, WeChatGate, WeChatInput
from bot.channels.wechat.deliveries import Deliveries
from bot.channels.wechat.inbound import Inbound, Kind, to_inbound
from bot.channels.wechat.layout import MORE, Piece
from bot.channels.wechat.protocol import Refused
from bot.channels.wechat.render import Links
from bot.channels.wechat.tokens import Tokens
from bot.settings import Settings

logger = logging.getLogger(__name__)
_NO_RIGHT = 48001


def tokens_of(api: Api, engine: Any, settings: Settings) -> Tokens:
    """The account's stable token: asking for it again does not end the one that other replicas use."""

    async def fetch(force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": settings.wechat_app_id,
            "secret": settings.wechat_app_secret,
            "force_refresh": force,
        }
        answer = await api.post("cgi-bin/stable_token", body)
        return str(answer["access_token"]), float(answer["expires_in"])

    return Tokens(engine, f"wechat:{settings.wechat_app_id}", fetch)


class CustomMessages:
    """Sends by the customer-service message API (客服消息)."""

    links = Links.ANCHOR

    def __init__(self, api: Api, tokens: Tokens) -> None:
        self._api, self._tokens = api, tokens

    async def send(self, conversation: str, piece: Piece, menu: dict[str, str], msgid: str) -> None:
        """ApiError: WeChat refused it. The API knows no message ids, so `msgid` is not used."""
        body: dict[str, Any] = {"touser": _user(conversation)}
        if piece.is_menu:
            items = [{"id": item, "content": title} for item, title in menu.items()]
            body |= {"msgtype": "msgmenu", "msgmenu": {"head_content": piece.text, "list": items, "tail_content": ""}}
        else:
            body |= {"msgtype": "text", "text": {"content": piece.text}}
        await self._api.post("cgi-bin/message/custom/send", body, self._tokens)

    async def typing(self, conversation: str) -> None:
        """Show for some seconds that an answer is being written. ApiError: not now."""
        body = {"touser": _user(conversation), "command": "Typing"}
        await self._api.post("cgi-bin/message/custom/typing", body, self._tokens)


class OfficialAccountInput(WeChatGate, WeChatInput):
    """The Official Account."""

    NEEDS = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY")

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        app_id = settings.wechat_app_id
        self.account = self._account(settings.wechat_token, settings.wechat_aes_key, app_id, settings.wechat_encryption)
        self.api = Api(settings.wechat_api_url)
        self._messages = CustomMessages(self.api, tokens_of(self.api, self._engine, settings))
        self._abilities = Abilities(self._engine, f"wechat:{app_id}")
        self.sender = self._sender(self._messages, f"wechat:{app_id}", settings.wechat_custom_messages != "off")
        self._answering = Answering(self, Deliveries(self._engine), self._messages.typing)

    @classmethod
    def name(cls) -> str:
        return "wechat"

    def conversation(self, user: str) -> str:
        """The conversation's id for Rasa and for `push`."""
        return f"wechat:{self.settings.wechat_app_id}:{user}"

    async def receive(self, fields: dict[str, str], encrypted: bool) -> HTTPResponse:
        inbound = to_inbound(fields)
        conversation = self.conversation(inbound.user)
        if inbound.kind is Kind.GOODBYE:
            self.conversations.forget(conversation)
        answer = ""
        if inbound.kind not in (Kind.GOODBYE, Kind.SILENT):
            answer = await self._answering.answer(inbound, conversation)
        if not answer:
            return response.text("success")
        reply: dict[str, str | int] = {"ToUserName": inbound.user, "FromUserName": inbound.account}
        reply |= {"CreateTime": int(time.time()), "MsgType": "text", "Content": answer}
        sealed = self.account.seal(reply, encrypted)
        return response.text(sealed, content_type="application/xml; charset=utf-8")

    async def run(self, inbound: Inbound, conversation: str, output: Collector) -> None:
        """Everything that one message causes, said to `output`."""
        if inbound.kind is Kind.WELCOME:
            await output.send_response("", await self.words.response("utter_greet", conversation))
        elif inbound.kind is Kind.UNREADABLE:
            await output.send_response("", await self.words.response("utter_wechat_unreadable", conversation))
        else:
            text = self.conversations.chosen(conversation, inbound.text, inbound.menu_id)
            if text != MORE:
                await self.turn(conversation, text, inbound.key, output)

    async def on_start(self) -> None:
        """Learn whether the account may send messages by the API; who asks for it by setting is believed."""
        wanted = self.settings.wechat_custom_messages
        if wanted == "auto":
            try:
                await self._messages.typing(self.conversation("nobody"))
            except ApiError as error:
                if error.code == _NO_RIGHT:
                    self._abilities.refuse(CUSTOM_MESSAGES)
                    logger.warning("wechat: this account may not send by the API; it answers only while WeChat waits")
                    return
                logger.info("wechat: asked for the right to send by the API: %s", error)
        if wanted != "off":
            self._abilities.allow(CUSTOM_MESSAGES)


def _user(conversation: str) -> str:
    """ApiError is for WeChat to raise; an id of another channel is a mistake of ours."""
    parts = conversation.split(":", 2)
    if len(parts) != 3 or parts[0] != "wechat":
        raise Refused("no conversation of the Official Account", 400)
    return parts[2]
