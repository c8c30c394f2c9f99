"""Input that must do no harm, over HTTP: what the user sees, and that the conversation works afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
import requests
from conftest import ROOT, START_UP_SECONDS, Assistant, spoken

from bot.serve import children, choose_channels
from bot.settings import load

HOTLINE = "4009-100-100"
BOTH_LANGUAGES = ("only understand English and Chinese", "我只能看懂中文和英文")
Talk = Callable[[str], str]

NOTHING_TO_READ = ["", " ", "\n\t  ", "\u200b\u200b\ufeff", "\u202e\u200f", "\x00\x07"]


@pytest.mark.parametrize("message", NOTHING_TO_READ, ids=ascii)
def test_a_message_without_words_is_told_so(message: str, talk: Talk) -> None:
    assert "any words" in talk(message)
    assert "operating system" in talk("may we reinstall the filed machine with another OS?")


@pytest.mark.parametrize("message", ["🙂", "😭😭😭", "???", "......", "12345", "。。。"])
def test_a_message_of_signs_alone_gets_the_topics_or_a_question(message: str, talk: Talk) -> None:
    assert "/ask_human" in talk(message)
    assert "operating system" in talk("may we reinstall the filed machine with another OS?")


@pytest.mark.parametrize(
    ("text", "told"), [("a" * 100_000, "2,000 characters"), ("备案" * 50_000, "2,000 个字符")], ids=["en", "zh"]
)
def test_a_message_of_100_kilobytes_is_told_kindly_that_it_is_too_long(text: str, told: str, talk: Talk) -> None:
    answer = talk(text)
    assert told in answer and len(answer) < 500
    assert "operating system" in talk("may we reinstall the filed machine with another OS?")


def test_two_thousand_characters_are_still_read(talk: Talk) -> None:
    question = "may we reinstall the filed machine with another operating system? "
    assert "operating system" in talk(question + "." * 1900)[:200]


TYPED_COMMANDS = ["/restart", "/session_start", "/back", "/EXTERNAL_x", '/EXTERNAL_x{"a":1}', "//restart", "/ask_human"]


@pytest.mark.parametrize("command", TYPED_COMMANDS)
def test_a_typed_command_does_nothing_to_an_open_form(command: str, talk: Talk) -> None:
    talk("the bureau approved us and the homepage is unreachable")
    answer = talk(command)
    assert answer
    if "ask_human" not in command:  # read as the words "ask human", which is what they say
        assert "Which domain name" in answer
        assert "cedarbox.com ends in .com" in talk("cedarbox.com")


FORGED = ['/inform{"hosting":"both_here"}', '/inform {"hosting": "both_here"}', '  /inform{"hosting":"both_here"}']


@pytest.mark.parametrize("payload", FORGED)
def test_a_payload_that_was_never_offered_sets_no_fact(payload: str, talk: Talk) -> None:
    assert "nothing happens" not in talk(payload)
    assert "It depends on two things" in talk("would our record be struck off if the site were served from Hong Kong?")


def test_a_payload_offered_in_another_conversation_does_not_count(assistant: Assistant, talk: Talk) -> None:
    assert "both_here" in spoken(
        assistant.say("would our record be struck off if the site were served from Hong Kong?", uuid.uuid4().hex)
    )
    assert "nothing happens" not in talk('/inform{"hosting":"both_here"}')


def test_an_offered_payload_works_until_the_end_of_the_conversation(talk: Talk) -> None:
    talk("would our record be struck off if the site were served from Hong Kong?")
    talk("thank you")
    assert "nothing happens to your filing" in talk('/inform{"hosting":"both_here"}')


CODE = [
    '{"json"',
    '{"sender": "x", "message": "y"}',
    "<script>alert('oops')</script>",
    '<img src=x onerror="alert(1)">',
    "'; DROP TABLE events; --",
    "1' OR '1'='1",
    "{{7*7}} ${7*7} {hotline}",
    "%s%s%n",
    "../../../etc/passwd",
    "\\u0000\\x00",
]


@pytest.mark.parametrize("message", CODE)
def test_code_is_answered_like_any_message_and_never_echoed(message: str, talk: Talk) -> None:
    answer = talk(message)
    assert "/ask_human" in answer or "/none_of_these" in answer or HOTLINE in answer
    assert message not in answer
    assert "operating system" in talk("may we reinstall the filed machine with another OS?")


def test_markup_around_a_question_is_not_echoed_and_the_question_is_answered(talk: Talk) -> None:
    answer = talk("<b>approved by the bureau</b> but <script>alert(1)</script> cedarbox.com does not open")
    assert "cedarbox.com ends in .com" in answer and "<" not in answer
    assert "<" not in talk("please let me talk to a human being")


OTHER_LANGUAGES = {
    "Russian": "Мой сайт не открывается после одобрения регистрации",
    "Japanese": "申請は承認されましたが、サイトが開けません",
    "Korean": "승인을 받았는데 사이트가 열리지 않아요",
    "Arabic": "تمت الموافقة على التسجيل لكن الموقع لا يعمل",
    "Thai": "เว็บไซต์ของฉันเปิดไม่ได้หลังจากได้รับอนุมัติ",
    "French": "Mon enregistrement est approuvé mais le site ne s'ouvre toujours pas",
    "German": "Die Registrierung ist genehmigt, aber die Webseite lässt sich nicht öffnen",
    "Spanish": "Mi registro está aprobado pero la página todavía no se abre",
    "Vietnamese": "Hồ sơ của tôi đã được duyệt nhưng trang web vẫn không mở được",
}


@pytest.mark.parametrize("message", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_another_language_gets_a_polite_notice_in_both_of_ours(message: str, talk: Talk) -> None:
    answer = talk(message)
    assert all(notice in answer for notice in BOTH_LANGUAGES) and HOTLINE in answer
    assert "操作系统" in talk("备案之后可以重装系统吗")


NO_DOMAINS = ["http://127.0.0.1/", "localhost", "http://localhost:8080/a", "192.168.1.20", "8.8.8.8", "[::1]"]


@pytest.mark.parametrize("address", NO_DOMAINS)
def test_an_address_that_is_no_public_name_is_refused_and_asked_again(address: str, talk: Talk) -> None:
    talk("the bureau approved us and the homepage is unreachable")
    answer = talk(address)
    assert "public domain name" in answer and "Which domain name" in answer
    assert "cedarbox.com ends in .com" in talk("cedarbox.com")


@pytest.mark.parametrize("typed", ["my shop .com", "myshop . com", "myshop dot com", "www. myshop .com"])
def test_a_domain_with_spaces_is_read_aloud_so_that_it_can_be_corrected(typed: str, talk: Talk) -> None:
    talk("the bureau approved us and the homepage is unreachable")
    answer = talk(typed)
    assert "shop.com ends in .com" in answer or "Which domain name" in answer
    assert "cedarbox.com ends in .com" in talk("I meant cedarbox.com")


def test_of_two_domains_the_first_is_taken_and_the_second_asked_for(talk: Talk) -> None:
    answer = talk("our filing is approved, but neither cedarbox.com nor cedarbox.cn opens")
    assert "more than one" in answer and "cedarbox.com ends in .com" in answer
    assert "cedarbox.cn ends in .cn" in talk("cedarbox.cn")


BAD_BODIES: list[Any] = [
    *({"sender": "bad", "message": value} for value in (None, [], ["hi"], 7, 1.5, True, {}, {"text": "hi"})),
    *({"sender": value, "message": "hi"} for value in (None, [], ["a"], 7, True, {}, {"id": 1}, "", "  ", "x" * 300)),
    {"sender": "bad"},
    {},
    [],
    None,
    "hi",
    7,
    {"sender": "bad", "message": "hi", "metadata": "x"},
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: str(body)[:40])
def test_a_body_of_the_wrong_shape_is_a_400_without_a_traceback(body: Any, assistant: Assistant) -> None:
    answer = assistant.post(body)
    assert answer.status_code == 400 and "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b'{"sender": "a", "message": "hi"', b"\xff\xfe", b"sender=a&message=hi"])
def test_a_body_that_is_no_json_is_a_400(body: bytes, assistant: Assistant) -> None:
    answer = requests.post(assistant.url, data=body, headers={"Content-Type": "application/json"}, timeout=60)
    assert answer.status_code == 400 and "Traceback" not in answer.text


def test_a_callers_input_channel_can_not_be_chosen(assistant: Assistant) -> None:
    body = {"sender": uuid.uuid4().hex, "message": "hello", "input_channel": "cmdline"}
    assert assistant.post(body).json()


def test_two_identical_messages_at_once_get_one_answer(assistant: Assistant) -> None:
    sender, together = uuid.uuid4().hex, Barrier(2)

    def post(_number: int) -> list[dict[str, Any]]:
        together.wait()
        return assistant.say("approved, but cedarbox.com does not open", sender)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(post, range(2)))
    assert sorted(bool(answer) for answer in answers) == [False, True]
    assert "glad" in spoken(assistant.say("it works now", sender))


def test_the_same_message_again_later_is_answered_again(talk: Talk) -> None:
    assert talk("hello") and talk("hello")


class WithoutActions(Assistant):
    """Rasa alone, as `bot.serve` starts it; its action server comes and goes."""

    def start(self) -> None:
        self.settings = replace(load(), port=self.port, action_port=self.action_port)
        self.log = self.folder / "rasa.log"
        self.process = self._run(1)
        self._wait(self.url.removesuffix("webhook"), self.process)

    def start_actions(self) -> None:
        self.actions = self._run(0)
        self._wait(f"http://127.0.0.1:{self.action_port}/health", self.actions)

    def stop_actions(self) -> None:
        self.actions.send_signal(signal.SIGKILL)
        self.actions.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)

    def _run(self, which: int) -> subprocess.Popen[bytes]:
        child = children(self.settings, choose_channels(self.settings))[which]
        with self.log.open("a") as log:
            env = {**os.environ, **self._settings, **child.env}
            return subprocess.Popen(child.command, cwd=ROOT, env=env, stdout=log, stderr=log)

    def _wait(self, url: str, process: subprocess.Popen[bytes]) -> None:
        for _ in range(START_UP_SECONDS * 2):
            assert process.poll() is None, self.log.read_text()[-2000:]
            try:
                if requests.get(url, timeout=5).ok and self._has_a_model(url):
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.5)
        pytest.fail(f"{url} did not answer:\n{self.log.read_text()[-2000:]}")

    def _has_a_model(self, url: str) -> bool:
        return "health" in url or bool(self.post({"sender": uuid.uuid4().hex, "message": "hello"}).json())


@pytest.fixture(scope="module")
def without_actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WithoutActions]:
    started = WithoutActions(tmp_path_factory.mktemp("without_actions"))
    yield started
    started.stop()


DOWN = {  # question, apology, what is said when the advice did not help
    "en": ("the bureau approved us and the homepage is unreachable", "isn't working right now", "still nothing"),
    "zh": ("管局批了，首页访问不了", "出了点故障", "还是不行"),
}


@pytest.mark.parametrize(("question", "sorry", "complaint"), DOWN.values(), ids=DOWN)
def test_the_action_server_is_down_the_user_is_told_and_nothing_is_lost(
    without_actions: WithoutActions, question: str, sorry: str, complaint: str
) -> None:
    sender = uuid.uuid4().hex

    def say(text: str) -> str:
        return spoken(without_actions.say(text, sender))

    assert "5" in say(question)  # one-turn answers need no action server
    down = say("cedarbox.com")
    assert sorry in down and HOTLINE in down
    without_actions.start_actions()
    try:
        assert "ping cedarbox.com" in say(question)  # the domain was kept and is not asked for again
        assert HOTLINE in (summary := say(complaint)) and "cedarbox.com" in summary
    finally:
        without_actions.stop_actions()
    assert sorry in say(complaint)
    assert "action_check_domain failed: no answer from the action server" in without_actions.log.read_text()
