"""What the WeChat tests share: the fakes on one address, peers that other people wrote, the channel alone and whole."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
import yaml
from aiohttp import web
from conftest import ROOT, Assistant, free_port
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from wechatpy.crypto import WeChatCrypto
from werobot.crypto import MessageCrypt

from bot.demo.fake_wechat import FakeWeChat
from bot.demo.fake_wecom import FakeWeCom
from bot.demo.server import ThreadedServer

TOKEN, AES_KEY = "TestToken2024", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID, CORP_ID, SECRET = "wx1234567890abcdef", "ww1234567890abcdef", "very-secret-secret"


def wechat_env(api: str) -> dict[str, str]:
    """Both channels' settings."""
    return {
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": SECRET,
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_API_URL": api,
        "WECOM_KF_CORP_ID": CORP_ID,
        "WECOM_KF_SECRET": SECRET,
        "WECOM_KF_TOKEN": TOKEN,
        "WECOM_KF_AES_KEY": AES_KEY,
        "WECOM_API_URL": api,
    }


class Wechatpy:
    """wechatpy as the other side."""

    def __init__(self, receiver: str = APP_ID, token: str = TOKEN, key: str = AES_KEY) -> None:
        self._crypto, self._receiver = WeChatCrypto(token, key, receiver), receiver

    def seal(self, letter: str) -> tuple[dict[str, str], str]:
        """Query and body of a request in safe mode."""
        now, nonce = str(int(time.time())), secrets.token_hex(5)
        return _request(self._crypto.encrypt_message(letter, nonce, now), now, nonce)

    def open(self, envelope: str) -> str:
        """The letter in a sealed reply; raises when the signature or the receiver is wrong."""
        fields = _fields(envelope)
        signed = fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"]
        return str(self._crypto.decrypt_message(envelope, *signed))

    @staticmethod
    def parse(letter: str) -> dict[str, str]:
        """The letter as wechatpy understands it."""
        from wechatpy import parse_message

        message = parse_message(letter)
        return {"type": message.type, "to": message.target, "from": message.source, "text": message.content}


class WeRoBot:
    """WeRoBot as the other side; its code shares nothing with wechatpy's."""

    def __init__(self, receiver: str = APP_ID, token: str = TOKEN, key: str = AES_KEY) -> None:
        self._crypto = MessageCrypt(token=token, encoding_aes_key=key, app_id=receiver)

    def seal(self, letter: str) -> tuple[dict[str, str], str]:
        now, nonce = str(int(time.time())), secrets.token_hex(5)
        return _request(self._crypto.encrypt_message(letter, now, nonce), now, nonce)

    def open(self, envelope: str) -> str:
        fields = _fields(envelope)
        signed = fields["TimeStamp"], fields["Nonce"], fields["MsgSignature"], fields["Encrypt"]
        letter = self._crypto.decrypt_message(*signed)
        return letter.decode() if isinstance(letter, bytes) else str(letter)

    @staticmethod
    def parse(letter: str) -> dict[str, str]:
        from werobot.parser import parse_user_msg

        message = parse_user_msg(letter)
        return {"type": message.type, "to": message.target, "from": message.source, "text": message.content}


def _request(envelope: str, now: str, nonce: str) -> tuple[dict[str, str], str]:
    fields = _fields(envelope)
    query = {"timestamp": now, "nonce": nonce, "encrypt_type": "aes", "msg_signature": fields["MsgSignature"]}
    return query, f"<xml><ToUserName>gh_x</ToUserName><Encrypt>{fields['Encrypt']}</Encrypt></xml>"


def _fields(xml_text: str) -> dict[str, str]:
    import xmltodict

    return dict(xmltodict.parse(xml_text)["xml"])


def letter(user: str, msg_id: int | str = "", **fields: str) -> str:
    """A message as WeChat writes it."""
    parts = {"ToUserName": "gh_x", "FromUserName": user, "CreateTime": str(int(time.time())), **fields}
    parts |= {"MsgId": str(msg_id)} if msg_id else {}
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in parts.items()) + "</xml>"


def typed(user: str, text: str, msg_id: int | str = "") -> str:
    """A text message with an id of its own."""
    return letter(user, msg_id or secrets.randbits(60), MsgType="text", Content=text)


class Door:
    """Posts to an Official Account's address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, letter_text: str, peer: Any = None) -> requests.Response:
        query, body = (peer or Wechatpy()).seal(letter_text)
        return requests.post(self.url, params=query, data=body.encode(), timeout=30)

    def say(self, letter_text: str, peer: Any = None) -> str:
        """The text of the passive reply, empty for "success"."""
        answer = self.post(letter_text, peer)
        assert answer.status_code == 200, answer.text
        peer = peer or Wechatpy()
        return "" if answer.text == "success" else peer.parse(peer.open(answer.text))["text"]


class Lab:
    """Both fakes on one address."""

    def __init__(self) -> None:
        self.wechat, self.wecom = FakeWeChat(APP_ID, SECRET), FakeWeCom(CORP_ID, SECRET)
        self.server = ThreadedServer([*self.wechat.routes(), *self.wecom.routes()])
        self.url = self.server.url

    def pushed(self, user: str) -> list[dict[str, Any]]:
        return [one for one in self.wechat.sent if one["touser"] == user]


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    """Waits for something that happens in another thread or process, and gives it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return found


class Alone:
    """The real channel on a real server, with `answer` in Rasa's place: timing can be chosen to the point."""

    def __init__(self, channel: Any, agent: Any, answer: Any) -> None:
        self.channel, self.seen = channel, list[UserMessage]()
        self._answer, self._loop = answer, asyncio.new_event_loop()
        Sanic.test_mode = True  # its own switch for several applications in one process
        app = Sanic(f"test_{uuid.uuid4().hex}", configure_logging=False)
        app.ctx.agent = agent
        app.blueprint(channel.blueprint(self._turn), url_prefix="/hook")
        self.port = free_port()
        self._app = app
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self._start())
        self.door = Door(f"http://127.0.0.1:{self.port}/hook/webhook")

    async def _start(self) -> None:
        self._server = await self._app.create_server(
            host="127.0.0.1", port=self.port, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        await self._server.before_start()
        await self._server.after_start()

    async def _turn(self, message: UserMessage) -> None:
        self.seen.append(message)
        for response in await self._answer(message):
            await message.output_channel.send_response(message.sender_id, response)  # type: ignore[union-attr]

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _close(self) -> None:
        await self._server.before_stop()
        self._server.close()

    def stop(self) -> None:
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


class Slow:
    """In front of the real action server: holds each call for `seconds`."""

    def __init__(self, action_port: int) -> None:
        self.seconds, self.calls = 0.0, 0
        self._target = f"http://127.0.0.1:{action_port}/webhook"
        self.server = ThreadedServer([web.post("/webhook", self._forward)])

    async def _forward(self, request: web.Request) -> web.Response:
        import aiohttp

        self.calls += 1
        await asyncio.sleep(self.seconds)
        async with aiohttp.ClientSession() as session, session.post(self._target, data=await request.read()) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type="application/json")


class Wechat:
    """The started assistant with both channels, and a second replica whose actions can be made slow."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab()
        self.first = Assistant(folder, **wechat_env(self.lab.url))
        self.slow = Slow(self.first.action_port)
        self.folder, self.port = folder, free_port()
        self.database = self.first._settings["DATABASE_URL"]
        self._second: subprocess.Popen[bytes] | None = None

    def door(self, replica: int = 1) -> Door:
        port = self.first.port if replica == 1 else self._second_port()
        return Door(f"http://127.0.0.1:{port}/webhooks/wechat/webhook")

    @property
    def kf_url(self) -> str:
        return f"http://127.0.0.1:{self.first.port}/webhooks/wechat_kf/webhook"

    def _second_port(self) -> int:
        if self._second is None:
            env = {**os.environ, **self.first._settings, "PORT": str(self.port)}
            env |= {"ACTION_ENDPOINT_URL": f"{self.slow.server.url}/webhook", "RASA_TELEMETRY_ENABLED": "false"}
            credentials = ROOT / "var" / "run" / f"credentials-{self.first.port}.yml"
            command = [sys.executable, "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(self.port)]
            command += ["--model", "models/assistant.tar.gz", "--credentials", str(credentials)]
            with open(self.folder / "second.log", "wb") as log:
                self._second = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
            until(self._is_up, 180)
        return self.port

    def _is_up(self) -> bool:
        assert self._second and self._second.poll() is None, (self.folder / "second.log").read_text()[-2000:]
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/webhooks/wechat/", timeout=2).ok
        except requests.ConnectionError:
            return False

    def turns(self, user: str) -> list[str]:
        """What the user said, by the tracker of the conversation."""
        with sa.create_engine(self.database).connect() as connection:
            rows = connection.execute(
                sa.text("SELECT data FROM events WHERE sender_id = :id AND type_name = 'user' ORDER BY id"),
                {"id": f"wechat:{APP_ID}:{user}"},
            )
            return [str(yaml.safe_load(data)["text"]) for (data,) in rows]

    def stop(self) -> None:
        if self._second:
            self._second.terminate()
            self._second.wait(60)
        self.first.stop()
        self.slow.server.stop()
        self.lab.server.stop()
