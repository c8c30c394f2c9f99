"""Beside the flow: WeChat's API for Official Accounts, as far as the channel uses it, with the rules that it enforces.

The rules are those of facts and vendor pages: tokens that end, 5 messages in 48 hours, 2,048 bytes, menus of 3 × 5.
"""

from __future__ import annotations

import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

_TOKEN_SECONDS = 7200
_TEXT_BYTES, _MENU_NAME_BYTES = 2048, (16, 60)


class Fault(Exception):
    """WeChat's errcode."""

    def __init__(self, code: int, words: str = "refused") -> None:
        super().__init__(words)
        self.code = code


class FakeWeChat:
    """One account. Tests look at `sent`, `typing`, `menu` and `calls`, and order faults with `fail`."""

    def __init__(self, app_id: str, secret: str) -> None:
        self.app_id, self.secret = app_id, secret
        self.sent: list[dict[str, Any]] = []
        self.typing: list[str] = []
        self.menu: dict[str, Any] | None = None
        self.calls: list[str] = []
        self.may_send = True
        self._token, self._issued = "", 0
        self._left: dict[str, int] = defaultdict(int)
        self._faults: dict[str, deque[int]] = defaultdict(deque)

    def fail(self, path: str, *codes: int) -> None:
        """The next calls of this path are refused with these codes (0: this one is not)."""
        self._faults[path].extend(codes)

    def user_wrote(self, user: str, messages: int = 5) -> None:
        """A message of the user was pushed, so the account may answer."""
        self._left[user] = messages

    def expire_token(self) -> None:
        """The token that was given out is no longer good."""
        self._token = ""

    @property
    def tokens_issued(self) -> int:
        return self._issued

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/cgi-bin/token", self._old_token),
            web.post("/cgi-bin/stable_token", self._answer(self._stable_token, has_token=False)),
            web.post("/cgi-bin/message/custom/send", self._answer(self._send)),
            web.post("/cgi-bin/message/custom/typing", self._answer(self._typing)),
            web.post("/cgi-bin/menu/create", self._answer(self._create_menu)),
            web.post("/cgi-bin/menu/delete", self._answer(self._delete_menu)),
            web.get("/cgi-bin/menu/get", self._answer(self._show_menu)),
            web.post("/cgi-bin/get_current_selfmenu_info", self._answer(self._show_menu)),
        ]

    def _answer(
        self, work: Callable[[dict[str, Any]], dict[str, Any] | None], has_token: bool = True
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            path = request.path.removeprefix("/cgi-bin/")
            self.calls.append(path)
            try:
                if has_token and (not self._token or request.query.get("access_token") != self._token):
                    raise Fault(40001, "invalid credential, access_token is invalid or not latest")
                if self._faults[path] and (code := self._faults[path].popleft()):
                    raise Fault(code)
                body = json.loads(await request.text()) if request.method == "POST" else {}
                return plain_json({"errcode": 0, "errmsg": "ok", **(work(body) or {})})
            except Fault as fault:
                return plain_json({"errcode": fault.code, "errmsg": str(fault)})

        return handler

    async def _old_token(self, request: web.Request) -> web.Response:
        """The older call: each one ends the token before it."""
        query = request.query
        if (query.get("appid"), query.get("secret")) != (self.app_id, self.secret):
            return plain_json({"errcode": 40125, "errmsg": "invalid appsecret"})
        self._new_token()
        return plain_json({"access_token": self._token, "expires_in": _TOKEN_SECONDS})

    def _stable_token(self, body: dict[str, Any]) -> dict[str, Any]:
        if (body.get("appid"), body.get("secret")) != (self.app_id, self.secret):
            raise Fault(40125, "invalid appsecret")
        if not self._token or body.get("force_refresh"):
            self._new_token()
        return {"access_token": self._token, "expires_in": _TOKEN_SECONDS}

    def _new_token(self) -> None:
        self._issued += 1
        self._token = secrets.token_urlsafe(24)

    def _send(self, body: dict[str, Any]) -> None:
        if not self.may_send:
            raise Fault(48001, "api unauthorized")
        user, kind = body.get("touser"), body.get("msgtype")
        if not isinstance(user, str) or user not in self._left:
            raise Fault(45015, "response out of time limit or subscription is canceled")
        check_content(body, kind)
        if self._left[user] <= 0:
            raise Fault(45047, "out of response count limit")
        self._left[user] -= 1
        self.sent.append({**body, "at": time.time()})

    def _typing(self, body: dict[str, Any]) -> None:
        if not self.may_send:
            raise Fault(48001, "api unauthorized")
        if body.get("command") not in ("Typing", "CancelTyping"):
            raise Fault(45072, "command must be Typing or CancelTyping")
        if body.get("touser") not in self._left:
            raise Fault(40003, "invalid openid")
        self.typing.append(body["touser"])

    def _create_menu(self, body: dict[str, Any]) -> None:
        check_menu(body)
        self.menu = body

    def _delete_menu(self, _: dict[str, Any]) -> None:
        self.menu = None

    def _show_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"is_menu_open": int(self.menu is not None), "menu": self.menu or {}}


def check_content(body: dict[str, Any], kind: Any) -> None:
    """Fault: WeChat would not take this text or menu message."""
    if kind == "text":
        text = body["text"]["content"]
        if not text:
            raise Fault(44004, "empty content")
        if len(text.encode()) > _TEXT_BYTES:
            raise Fault(45002, "content size out of limit")
    elif kind == "msgmenu":
        items = body["msgmenu"]["list"]
        if not 1 <= len(items) <= 10:
            raise Fault(45098, "msgmenu list size is out of limit")
        if len(body["msgmenu"]["head_content"].encode()) > 1024:
            raise Fault(45002, "content size out of limit")
        if not all(isinstance(item["id"], str) and 1 <= len(item["content"].encode()) <= 128 for item in items):
            raise Fault(40035, "invalid menu item")
    else:
        raise Fault(40008, "invalid message type")


def check_menu(body: dict[str, Any]) -> None:
    """Fault: WeChat would not take this menu of an account."""
    buttons = body.get("button") or []
    if not 1 <= len(buttons) <= 3:
        raise Fault(40016, "invalid button size")
    for button in buttons:
        below = button.get("sub_button") or []
        if len(below) > 5:
            raise Fault(40023, "invalid sub button size")
        for entry, limit in [(button, _MENU_NAME_BYTES[0]), *[(entry, _MENU_NAME_BYTES[1]) for entry in below]]:
            if not 1 <= len(entry["name"].encode()) <= limit:
                raise Fault(40018, "invalid button name size")
            if not entry.get("sub_button") and (entry.get("type") != "click" or not entry.get("key")):
                raise Fault(40017, "invalid button type")


def plain_json(answer: dict[str, Any]) -> web.Response:
    """JSON that is called text/plain, as WeChat's sometimes is."""
    return web.Response(text=json.dumps(answer, ensure_ascii=False), content_type="text/plain")
