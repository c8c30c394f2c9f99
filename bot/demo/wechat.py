"""`python -m bot.demo.wechat [--kf]`: a terminal as a WeChat phone, against the real channel and a fake of WeChat.

Starts both; nothing leaves this machine. A number clicks on the item of a menu message, everything else is typed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.channels.wechat.account import Account
from bot.channels.wechat.protocol import Envelope
from bot.chat import lines
from bot.demo.fake_wechat import FakeWeChat
from bot.demo.fake_wecom import FakeWeCom
from bot.demo.phones import CustomerServicePhone, OfficialAccountPhone, Shown
from bot.demo.ports import free_port
from bot.demo.server import ThreadedServer

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def main() -> int:
    """Play the phone until /quit or the end of the input, and return the exit code."""
    parser = argparse.ArgumentParser(prog="make demo-wechat", description="a WeChat phone in the terminal")
    parser.add_argument("--kf", action="store_true", help="the customer service (微信客服), not the Official Account")
    is_kf = parser.parse_args().kf
    token, aes_key = secrets.token_hex(8), "".join(secrets.choice(_LETTERS) for _ in range(42)) + "A"
    wechat, wecom = FakeWeChat("wx00demo", "demo-secret"), FakeWeCom("ww00demo", "demo-secret")
    server = ThreadedServer([*wechat.routes(), *wecom.routes()])
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        assistant = start(folder, port, server.url, token, aes_key)
        try:
            url = f"http://127.0.0.1:{port}/webhooks"
            if is_kf:
                account = Account(token, Envelope(aes_key, wecom.corp_id))
                return play(CustomerServicePhone(f"{url}/wechat_kf/webhook", account, wecom))
            account = Account(token, Envelope(aes_key, wechat.app_id))
            return play(OfficialAccountPhone(f"{url}/wechat/webhook", account, wechat))
        except KeyboardInterrupt:
            return 0
        finally:
            assistant.terminate()
            assistant.wait(60)
            server.stop()


def start(folder: str, port: int, api: str, token: str, aes_key: str) -> subprocess.Popen[str]:
    """The assistant with its own database and both channels; returns when it answers."""
    settings = {
        "PORT": str(port),
        "ACTION_PORT": str(free_port()),
        "DATABASE_URL": f"sqlite:///{Path(folder) / 'demo.db'}",
        "WECHAT_APP_ID": "wx00demo",
        "WECHAT_APP_SECRET": "demo-secret",
        "WECHAT_TOKEN": token,
        "WECHAT_AES_KEY": aes_key,
        "WECHAT_API_URL": api,
        "WECOM_KF_CORP_ID": "ww00demo",
        "WECOM_KF_SECRET": "demo-secret",
        "WECOM_KF_TOKEN": token,
        "WECOM_KF_AES_KEY": aes_key,
        "WECOM_API_URL": api,
    }
    print("starting the assistant …", flush=True)
    command = [sys.executable, "-m", "bot.serve"]
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True)
    for line in process.stdout or ():
        if "ready: http" in line:
            print("A WeChat phone. /quit or Ctrl-D leaves.", flush=True)
            return process
    raise SystemExit(process.wait() or 1)


def play(phone: OfficialAccountPhone | CustomerServicePhone) -> int:
    """One user's chat, from the moment at which the chat is opened."""
    items = show(phone.follow() if isinstance(phone, OfficialAccountPhone) else phone.enter())
    for line in lines():
        text = line.strip()
        if text == "/quit":
            break
        if text:
            chosen = items[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(items) else ("", text)
            items = show(phone.say(chosen[1], chosen[0]))
    return 0


def show(messages: list[Shown]) -> list[tuple[str, str]]:
    """Print what appears, a menu's items numbered; gives the items of the last menu."""
    items: list[tuple[str, str]] = []
    for message in messages:
        print(f"wechat> {message.text}".replace("\n", "\n        "))
        items = message.items
        for number, (_, title) in enumerate(items, 1):
            print(f"        ({number}) {title}")
    print("" if messages else "wechat> (nothing)", end="", flush=True)
    return items


if __name__ == "__main__":
    sys.exit(main())
