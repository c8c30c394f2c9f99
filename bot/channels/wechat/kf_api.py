"""① WeChat customer service ← and →: the few calls of WeCom's API that it needs."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from bot.channels.wechat.api import Api
from bot.channels.wechat.kf_inbox import KfInbox
from bot.channels.wechat.layout import Piece
from bot.channels.wechat.protocol import Refused
from bot.channels.wechat.render import Links, Message
from bot.channels.wechat.tokens import Tokens
from bot.settings import Settings

PREFIX = "wechat-kf"


class State(IntEnum):
    """Who has a conversation, by WeCom's numbers."""

    NEW = 0
    BOT = 1
    QUEUE = 2
    PERSON = 3
    ENDED = 4


def conversation_id(open_kfid: str, user: str) -> str:
    """The conversation's id for Rasa and for `push`."""
    return f"{PREFIX}:{open_kfid}:{user}"


def parts(conversation: str) -> tuple[str, str]:
    """Account and user of a conversation. Refused: it is one of another channel."""
    name, _, rest = conversation.partition(":")
    open_kfid, _, user = rest.partition(":")
    if name != PREFIX or not open_kfid or not user:
        raise Refused("no conversation of the customer service", 400)
    return open_kfid, user


class KfApi:
    """Calls for all customer-service accounts of a company."""

    links = Links.ADDRESS

    def __init__(self, api: Api, engine: Any, inbox: KfInbox, settings: Settings) -> None:
        self._api, self._inbox, self._settings = api, inbox, settings
        self._tokens = Tokens(engine, f"wecom-kf:{settings.wecom_kf_corp_id}", self._fetch)

    async def _fetch(self, _force: bool) -> tuple[str, float]:
        """WeCom gives the same token until it ends, and has no way to ask for another."""
        query = {"corpid": self._settings.wecom_kf_corp_id, "corpsecret": self._settings.wecom_kf_secret}
        answer = await self._api.get("cgi-bin/gettoken", query)
        return str(answer["access_token"]), float(answer["expires_in"])

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._api.post(f"cgi-bin/kf/{path}", body, self._tokens)

    async def read(self, open_kfid: str, cursor: str, callback_token: str) -> dict[str, Any]:
        """A page of messages: msg_list, next_cursor, has_more. ApiError: WeCom gives none."""
        body = {"open_kfid": open_kfid, "cursor": cursor, "limit": 1000}
        return await self._post("sync_msg", {**body, "token": callback_token} if callback_token else body)

    async def send(self, conversation: str, piece: Piece, menu: dict[str, str], msgid: str) -> None:
        """Send one piece; WeCom takes a msgid only once. ApiError: it refused."""
        open_kfid, user = parts(conversation)
        response = Message(piece.text, piece.choices if piece.is_menu else ()).as_response()
        self._inbox.sent(msgid, conversation, response)
        await self._post("send_msg", {"touser": user, "open_kfid": open_kfid, "msgid": msgid, **_content(piece, menu)})

    async def welcome(self, code: str, piece: Piece, menu: dict[str, str], msgid: str) -> None:
        """Greet somebody who opened the chat; within 20 seconds, once. ApiError: too late."""
        await self._post("send_msg_on_event", {"code": code, "msgid": msgid, **_content(piece, menu)})

    async def state(self, conversation: str) -> State:
        """Who has the conversation. ApiError: unknown."""
        open_kfid, user = parts(conversation)
        answer = await self._post("service_state/get", {"open_kfid": open_kfid, "external_userid": user})
        return State(answer["service_state"])

    async def move(self, conversation: str, state: State, servicer: str = "") -> str:
        """Give the conversation to somebody else; gives the code for a last message, if any. ApiError: not allowed."""
        open_kfid, user = parts(conversation)
        body = {"open_kfid": open_kfid, "external_userid": user, "service_state": int(state)}
        answer = await self._post("service_state/trans", {**body, "servicer_userid": servicer} if servicer else body)
        return str(answer.get("msg_code", ""))


def _content(piece: Piece, menu: dict[str, str]) -> dict[str, Any]:
    if not piece.is_menu:
        return {"msgtype": "text", "text": {"content": piece.text}}
    items = [{"type": "click", "click": {"id": item, "content": title}} for item, title in menu.items()]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": piece.text, "list": items, "tail_content": ""}}
