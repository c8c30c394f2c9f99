"""Beside the flow: a WeChat user's phone together with WeChat's own servers, as the channels see them."""

from __future__ import annotations

import secrets
import time
from typing import Any

import requests

from bot.channels.wechat import xml
from bot.channels.wechat.account import Account
from bot.channels.wechat.protocol import sign
from bot.demo.fake_wechat import FakeWeChat
from bot.demo.fake_wecom import FakeWeCom

TRIES, WAITS_SECONDS = 3, 5  # how WeChat delivers
_QUIET_SECONDS = 1.0


class Shown:
    """A message on the phone: a text, and the items of a menu message as (id, title)."""

    def __init__(self, text: str, items: list[tuple[str, str]] | None = None) -> None:
        self.text, self.items = text, items or []


class OfficialAccountPhone:
    """Talks to an Official Account in safe mode."""

    def __init__(self, url: str, account: Account, fake: FakeWeChat) -> None:
        self._url, self._account, self._fake = url, account, fake
        self.user, self._seen = f"o{secrets.token_hex(13)}", 0

    def say(self, text: str, menu_id: str = "") -> list[Shown]:
        """Send a text, or click on a menu's item; gives what appears."""
        more = {"bizmsgmenuid": menu_id} if menu_id else {}
        return self._send({"MsgType": "text", "Content": text, "MsgId": secrets.randbits(60), **more})

    def follow(self) -> list[Shown]:
        """Subscribe to the account."""
        return self._send({"MsgType": "event", "Event": "subscribe", "EventKey": ""})

    def _send(self, fields: dict[str, str | int]) -> list[Shown]:
        self._fake.user_wrote(self.user)
        head: dict[str, str | int] = {"ToUserName": "gh_demo", "FromUserName": self.user}
        reply = self._deliver(xml.write({**head, "CreateTime": int(time.time()), **fields}))
        passive = [Shown(self._account.open(*_signed_back(reply))["Content"])] if reply else []
        return passive + self._pushed(wait=not passive)

    def _deliver(self, letter: str) -> str:
        for _ in range(TRIES):
            body = xml.write(
                {"ToUserName": "gh_demo", "Encrypt": (encrypted := self._account.envelope.encrypt(letter))}
            )
            try:
                answer = requests.post(
                    self._url, data=body.encode(), params=signed(self._account.token, encrypted), timeout=WAITS_SECONDS
                )
            except requests.Timeout:
                continue
            answer.raise_for_status()
            return "" if answer.text in ("success", "") else answer.text
        return ""

    def _pushed(self, wait: bool) -> list[Shown]:
        """What came by the API; the fake sees it in another thread."""
        sent = _settled(lambda: [one for one in self._fake.sent if one["touser"] == self.user], self._seen, wait)
        self._seen += len(sent)
        return [_shown(one) for one in sent]


class CustomerServicePhone:
    """Talks to a customer-service account."""

    def __init__(self, url: str, account: Account, fake: FakeWeCom) -> None:
        self._url, self._account, self._fake = url, account, fake
        self.open_kfid, self.user, self._seen = "wkDemo", f"wm{secrets.token_hex(12)}", 0

    def say(self, text: str, menu_id: str = "") -> list[Shown]:
        """Send a text, or click on a menu's item; gives what appears."""
        content = {"content": text, "menu_id": menu_id} if menu_id else {"content": text}
        self._fake.customer_says(self.open_kfid, self.user, {"msgtype": "text", "text": content})
        self.call()
        sent = _settled(lambda: [one for one in self._fake.sent if one["touser"] == self.user], self._seen, True)
        self._seen += len(sent)
        return [_shown(one) for one in sent]

    def enter(self) -> list[Shown]:
        """Open the chat for the first time."""
        code = secrets.token_hex(8)
        self._fake.event(self.open_kfid, self.user, event_type="enter_session", welcome_code=code)
        self.call()
        sent = _settled(lambda: [one for one in self._fake.welcomed if one["code"] == code], 0, True)
        return [_shown(one) for one in sent]

    def call(self) -> None:
        """What WeCom does when there is something to read."""
        event: dict[str, str | int] = {"ToUserName": self._fake.corp_id, "MsgType": "event"}
        event |= {"Event": "kf_msg_or_event", "Token": secrets.token_hex(8), "OpenKfId": self.open_kfid}
        encrypted = self._account.envelope.encrypt(xml.write({**event, "CreateTime": int(time.time())}))
        query = signed(self._account.token, encrypted)
        body = xml.write({"ToUserName": self._fake.corp_id, "Encrypt": encrypted})
        requests.post(self._url, data=body.encode(), params=query, timeout=WAITS_SECONDS).raise_for_status()


def signed(token: str, encrypted: str) -> dict[str, str]:
    """The query of a request in safe mode."""
    now, nonce = str(int(time.time())), secrets.token_hex(8)
    query = {"timestamp": now, "nonce": nonce, "signature": sign(token, now, nonce), "encrypt_type": "aes"}
    return {**query, "msg_signature": sign(token, now, nonce, encrypted)}


def _signed_back(reply: str) -> tuple[dict[str, str], bytes]:
    """A reply's own signature as the query of a request, so that the same door can open it."""
    fields = xml.read(reply.encode())
    query = {"msg_signature": fields["MsgSignature"], "timestamp": fields["TimeStamp"], "nonce": fields["Nonce"]}
    return query, reply.encode()


def _settled(look: Any, seen: int, wait: bool) -> list[dict[str, Any]]:
    """New messages once none has come for a moment; `wait`: there must be one."""
    end, quiet_since = time.monotonic() + 25, time.monotonic()
    new: list[dict[str, Any]] = []
    while time.monotonic() < end:
        if len(current := look()[seen:]) > len(new):
            new, quiet_since = current, time.monotonic()
        if (new or not wait) and time.monotonic() - quiet_since > _QUIET_SECONDS * bool(new):
            break
        time.sleep(0.05)
    return new


def _shown(sent: dict[str, Any]) -> Shown:
    if sent["msgtype"] == "text":
        return Shown(sent["text"]["content"])
    items = [item.get("click", item) for item in sent["msgmenu"]["list"]]
    return Shown(sent["msgmenu"]["head_content"], [(item["id"], item["content"]) for item in items])
