"""The terminal client against a small REST server of its own."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bot.chat import ChatError, chosen, send, shown
from bot.settings import ROOT

BUTTONS = [{"title": "Yes", "payload": "/affirm"}, {"title": "转人工", "payload": "/ask_human"}]


class Echo(BaseHTTPRequestHandler):
    """Answers each message with its own text and two buttons; "boom" is refused."""

    received: ClassVar[list[dict[str, str]]] = []

    def do_GET(self):
        self._reply(200, {"status": "ok"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append(body)
        answer = [{"text": f"你说：{body['message']}"}, {"text": "Next?", "buttons": BUTTONS}]
        self._reply(500 if body["message"] == "boom" else 200, answer)

    def _reply(self, status, content):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_):
        """Stay quiet."""


@pytest.fixture
def server():
    """The port of a running Echo."""
    Echo.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield http.server_port
        http.shutdown()


def chat(port: int, typed: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "LC_ALL": "C"}
    command = [sys.executable, "-m", "bot.chat"]
    return subprocess.run(command, cwd=ROOT, env=env, input=typed, encoding="utf-8", capture_output=True)


def test_a_piped_dialogue_with_a_button_by_number(server):
    done = chat(server, "备案 passed\n\n2\n9\n/quit\nnever sent\n")
    assert done.returncode == 0 and done.stderr == ""
    assert [body["message"] for body in Echo.received] == ["备案 passed", "/ask_human", "9"]
    assert "you> 备案 passed\nbot> 你说：备案 passed\nbot> Next?\n     [1] Yes\n     [2] 转人工\n" in done.stdout


def test_each_start_is_a_new_user(server):
    chat(server, "a\nb\n")
    chat(server, "c\n")
    senders = [body["sender"] for body in Echo.received]
    assert senders[0] == senders[1] != senders[2]


def test_no_server_says_make_run(server):
    done = chat(1, "hi\n")
    assert done.returncode == 1
    assert done.stderr == "no assistant answers at http://127.0.0.1:1; start it in another terminal with `make run`.\n"


def test_a_refusal_is_one_sentence(server):
    with pytest.raises(ChatError, match="HTTP 500"):
        send(f"http://127.0.0.1:{server}/", "me", "boom")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("1", "/affirm"), ("2", "/ask_human"), ("3", "3"), ("0", "0"), ("１", "/affirm"), ("yes", "yes")],
)
def test_only_a_shown_number_presses_a_button(typed, sent):
    assert chosen(typed, BUTTONS) == sent


def test_pictures_and_silence_are_shown():
    assert shown([{"image": "https://x/y.png"}, {"text": "a\nb"}]) == "bot> https://x/y.png\nbot> a\n     b"
    assert shown([]) == "bot> (no answer)"
