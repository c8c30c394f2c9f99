"""Beside the flow: WeCom's API for the customer service (微信客服), as far as the channel uses it, with its rules."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.demo.fake_wechat import Fault, check_content, plain_json

_MOVES = {0: {1, 2, 3, 4}, 1: {2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set[int]()}


class FakeWeCom:
    """One company. Tests look at `sent`, `welcomed`, `states` and `calls`, and order faults with `fail`."""

    def __init__(self, corp_id: str, secret: str) -> None:
        self.corp_id, self.secret = corp_id, secret
        self.messages: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.welcomed: list[dict[str, Any]] = []
        self.states: dict[str, int] = defaultdict(int)
        self.calls: list[str] = []
        self.page = 1000
        self._token = ""
        self._codes: set[str] = set()
        self._left: dict[str, int] = defaultdict(int)
        self._faults: dict[str, deque[int]] = defaultdict(deque)

    def fail(self, path: str, *codes: int) -> None:
        """The next calls of this path are refused with these codes (0: this one is not)."""
        self._faults[path].extend(codes)

    def expire_token(self) -> None:
        """The token that was given out is no longer good."""
        self._token = ""

    def customer_says(self, open_kfid: str, user: str, content: dict[str, Any], **changes: Any) -> str:
        """A customer's message, as sync_msg will give it: content like {"msgtype": "text", "text": {…}}."""
        if self.states[user] == 4:
            self.states[user] = 0
        self._left[user] = 5
        return self._add({"open_kfid": open_kfid, "external_userid": user, "origin": 3, **content, **changes})

    def event(self, open_kfid: str, user: str, **event: Any) -> str:
        """An event, as sync_msg will give it; a welcome_code in it can be used once."""
        self._codes.add(event.get("welcome_code", ""))
        body = {"open_kfid": open_kfid, "external_userid": user, **event}
        return self._add({"open_kfid": open_kfid, "origin": 4, "msgtype": "event", "event": body})

    def _add(self, message: dict[str, Any]) -> str:
        message = {"msgid": secrets.token_hex(12), "send_time": int(time.time()), **message}
        self.messages.append(message)
        return str(message["msgid"])

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/cgi-bin/gettoken", self._gettoken),
            web.post("/cgi-bin/kf/sync_msg", self._answer(self._sync)),
            web.post("/cgi-bin/kf/send_msg", self._answer(self._send)),
            web.post("/cgi-bin/kf/send_msg_on_event", self._answer(self._send_on_event)),
            web.post("/cgi-bin/kf/service_state/get", self._answer(self._state)),
            web.post("/cgi-bin/kf/service_state/trans", self._answer(self._move)),
        ]

    def _answer(
        self, work: Callable[[dict[str, Any]], dict[str, Any] | None]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            path = request.path.removeprefix("/cgi-bin/kf/")
            self.calls.append(path)
            try:
                if not self._token or request.query.get("access_token") != self._token:
                    raise Fault(40014, "invalid access_token")
                if self._faults[path] and (code := self._faults[path].popleft()):
                    raise Fault(code)
                return plain_json({"errcode": 0, "errmsg": "ok", **(work(json.loads(await request.text())) or {})})
            except Fault as fault:
                return plain_json({"errcode": fault.code, "errmsg": str(fault)})

        return handler

    async def _gettoken(self, request: web.Request) -> web.Response:
        query = request.query
        if (query.get("corpid"), query.get("corpsecret")) != (self.corp_id, self.secret):
            return plain_json({"errcode": 40001, "errmsg": "invalid credential"})
        self._token = self._token or secrets.token_urlsafe(24)
        return plain_json({"errcode": 0, "errmsg": "ok", "access_token": self._token, "expires_in": 7200})

    def _sync(self, body: dict[str, Any]) -> dict[str, Any]:
        if not 1 <= body.get("limit", 1000) <= 1000:
            raise Fault(40058, "invalid limit")
        start = int(body.get("cursor") or 0)
        mine = [
            (number, message)
            for number, message in enumerate(self.messages[start:], start + 1)
            if message["open_kfid"] == body.get("open_kfid", message["open_kfid"])
        ][: self.page]
        end = mine[-1][0] if mine else len(self.messages)
        listed = [message for _, message in mine]
        return {"next_cursor": str(end), "has_more": int(end < len(self.messages)), "msg_list": listed}

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        user = body["touser"]
        if self.states[user] not in (0, 1):
            raise Fault(95018, "send msg session status invalid")
        if not re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", body["msgid"]):
            raise Fault(40058, "invalid msgid")
        if any(message["msgid"] == body["msgid"] for message in self.sent):
            raise Fault(40058, "msgid exists")
        self._check(body)
        if self._left[user] <= 0:
            raise Fault(95001, "send msg count limit")
        self._left[user] -= 1
        self.sent.append(body)
        return {"msgid": body["msgid"]}

    def _send_on_event(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["code"] not in self._codes:
            raise Fault(40055, "invalid code")
        self._codes.discard(body["code"])
        self._check(body)
        self.welcomed.append(body)
        return {"msgid": body.get("msgid", "")}

    def _check(self, body: dict[str, Any]) -> None:
        if body["msgtype"] == "msgmenu":
            items = [item["click"] for item in body["msgmenu"]["list"]]
            check_content({"msgmenu": {**body["msgmenu"], "list": items}}, "msgmenu")
        else:
            check_content(body, body["msgtype"])

    def _state(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"service_state": self.states[body["external_userid"]], "servicer_userid": ""}

    def _move(self, body: dict[str, Any]) -> dict[str, Any]:
        user, state = body["external_userid"], body["service_state"]
        if state not in _MOVES[self.states[user]]:
            raise Fault(95014, "state can not be changed like this")
        self.states[user] = state
        return {"msg_code": secrets.token_hex(8) if state in (2, 3, 4) else ""}
