"""The Official Account of the started assistant: the door, all six topics in both languages, slow turns, repeats."""

from __future__ import annotations

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import yaml
from conftest import ROOT
from wechat_lab import AES_KEY, APP_ID, SECRET, TOKEN, Wechatpy, WeRoBot, letter, typed, until
from wechatpy.utils import check_signature

from bot.channels.wechat.protocol import Envelope, sign
from bot.topics import TOPICS

CONVERSATIONS = [
    pytest.param(turns, id=f"{topic}: {title}")
    for topic in sorted(TOPICS)
    for title, turns in yaml.safe_load((ROOT / "tests/dialogues" / f"{topic}.yml").read_text("utf-8")).items()
]
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


def number_of(title: str, shown: str) -> str:
    """What a user replies who wants the choice with this title."""
    found = re.search(rf"^\[(\d+)\] {re.escape(title)}$", shown, re.M)
    assert found, f"no choice {title!r} in\n{shown}"
    return found[1]


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], wechat: Any, request: Any) -> None:
    """Messages of every other conversation are sealed, and replies opened and parsed, by the other library."""
    peer = (Wechatpy, WeRoBot)[len(request.node.name) % 2]()
    user, shown = f"o{secrets.token_hex(13)}", ""
    for number, turn in enumerate(turns, start=1):
        text = number_of(turn["pushes"], shown) if "pushes" in turn else turn["user"]
        wechat.lab.wechat.user_wrote(user)
        shown = wechat.door().say(typed(user, text), peer)
        for words in turn["bot"]:
            assert words.startswith("/") or words in shown, f"turn {number} ({text!r}): no {words!r} in\n{shown}"
        for words in turn.get("not", []):
            assert words not in shown, f"turn {number} ({text!r}): {words!r} in\n{shown}"
        assert len(shown.encode()) <= 2048 and "](" not in shown


def test_the_address_is_verified(wechat):
    query = {"timestamp": "1700000000", "nonce": "n0nce", "echostr": "5837397576512"}
    query["signature"] = sign(TOKEN, query["timestamp"], query["nonce"])
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    answer = requests.get(wechat.door().url, params=query, timeout=30)
    assert (answer.status_code, answer.text) == (200, query["echostr"])
    assert answer.headers["content-type"].startswith("text/plain")
    for wrong in ({**query, "signature": "0" * 40}, {**query, "nonce": "x"}, {}, {"echostr": "1"}):
        refused = requests.get(wechat.door().url, params=wrong, timeout=30)
        assert refused.status_code == 403 and query["echostr"] not in refused.text


def bad_requests() -> dict[str, tuple[dict[str, str], bytes, int]]:
    """Query, body and the status that is due."""
    query, body = Wechatpy().seal(typed("mallory", "SECRETWORD"))
    other, other_body = Wechatpy(receiver="wx0000000000000000").seal(typed("mallory", "SECRETWORD"))
    wrong_token, wrong_body = Wechatpy(token="another").seal(typed("mallory", "SECRETWORD"))
    plain = {"timestamp": "1", "nonce": "2", "signature": sign(TOKEN, "1", "2")}
    signed = lambda text: {**plain, "msg_signature": sign(TOKEN, "1", "2", text)}  # noqa: E731
    sealed = lambda text: (signed(e := Envelope(AES_KEY, APP_ID).encrypt(text)), f"<xml><Encrypt>{e}</Encrypt></xml>")  # noqa: E731
    cut = body[body.index("<Encrypt>") + 9 : body.index("</Encrypt>")][:60] + "=" * 0
    return {
        "wrong signature": ({**query, "msg_signature": "0" * 40}, body.encode(), 403),
        "no signature": ({}, body.encode(), 403),
        "signature in Chinese": ({**query, "msg_signature": "签名"}, body.encode(), 403),
        "wrong token": (wrong_token, wrong_body.encode(), 403),
        "wrong appid": (other, other_body.encode(), 403),
        "not encrypted": (plain, typed("mallory", "SECRETWORD").encode(), 403),
        "changed ciphertext": (query, body.replace("<Encrypt>", "<Encrypt>AAAA").encode(), 403),
        "truncated ciphertext": (signed(cut), f"<xml><Encrypt>{cut}</Encrypt></xml>".encode(), 400),
        "garbage ciphertext": (signed("QUJD"), b"<xml><Encrypt>QUJD</Encrypt></xml>", 400),
        "billion laughs": (query, f"{LAUGHS}]><xml><Encrypt>&j;</Encrypt></xml>".encode(), 400),
        "billion laughs inside": (
            *next((a, b.encode()) for a, b in [sealed(f"{LAUGHS}]><xml><Content>&j;</Content></xml>")]),
            400,
        ),
        "no sender": (*next((a, b.encode()) for a, b in [sealed("<xml><MsgType>text</MsgType></xml>")]), 400),
        "no XML": (query, b"hello", 400),
        "empty": (query, b"", 400),
        "1 MB": (query, body.encode() + b" " * 1_000_000, 413),
    }


@pytest.mark.parametrize("name", list(bad_requests()))
def test_what_is_not_from_wechat_is_refused(wechat, name):
    query, body, status = bad_requests()[name]
    answer = requests.post(wechat.door().url, params=query, data=body, timeout=30)
    assert (answer.status_code, answer.text) == (status, "refused")
    assert wechat.turns("mallory") == []


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦😀",
        "]]></Content><MsgType>transfer_customer_service</MsgType>",
        "a\x08b\x00",
        "<b>&amp;",
        "？！",
        "备" * 3000,
    ],
)
def test_strange_texts_get_a_kind_answer(wechat, text):
    user = f"o{secrets.token_hex(13)}"
    body = typed(user, text.replace("]]>", "]]]]><![CDATA[>"))
    now, encrypted = str(int(time.time())), Envelope(AES_KEY, APP_ID).encrypt(body)  # wechatpy's fails on some of these
    query = {"timestamp": now, "nonce": "n", "msg_signature": sign(TOKEN, now, "n", encrypted)}
    answer = requests.post(
        wechat.door().url, params=query, data=f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(), timeout=30
    )
    for peer in (Wechatpy(), WeRoBot()):
        shown = peer.parse(peer.open(answer.text))
        assert shown["type"] == "text" and shown["to"] == user and shown["text"]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "shortvideo", "location", "link", "file", "hologram"])
def test_what_is_no_text_gets_a_kind_answer(wechat, kind):
    user = f"o{secrets.token_hex(13)}"
    assert "打成文字" in wechat.door().say(letter(user, secrets.randbits(60), MsgType=kind, MediaId="m"))
    wechat.door().say(typed(user, "hello, can you help me?"))
    assert "type your question" in wechat.door().say(letter(user, secrets.randbits(60), MsgType=kind, MediaId="m"))


def test_a_spoken_question_is_answered_by_its_words(wechat):
    user = f"o{secrets.token_hex(13)}"
    spoken = letter(
        user, 5, MsgType="voice", MediaId="m", Recognition="已经有备案号了，Windows Server 改装 Debian 有没有影响"
    )
    assert "操作系统" in wechat.door().say(spoken)


def test_events(wechat):
    user = f"o{secrets.token_hex(13)}"
    event = lambda name, key="": wechat.door().say(letter(user, MsgType="event", Event=name, EventKey=key))  # noqa: E731
    welcome = event("subscribe", "qrscene_1")
    assert "机器人" in welcome and "[7] 转人工" in welcome
    assert "贴到工单里" in wechat.door().say(typed(user, "7"))  # the greeting's choices work, in its language
    assert "4009-100-100" in event("CLICK", "/ask_human")
    assert event("CLICK", "/no_such_thing") != ""
    for silent in (
        "VIEW",
        "LOCATION",
        "kf_create_session",
        "kf_close_session",
        "kf_switch_session",
        "NEWS",
        "unsubscribe",
    ):
        assert event(silent) == ""


def test_a_replayed_message_gets_the_same_answer_and_no_second_turn(wechat):
    user = f"o{secrets.token_hex(13)}"
    query, body = Wechatpy().seal(typed(user, "Is it fine to talk to a person?"))
    answers = [requests.post(wechat.door().url, params=query, data=body.encode(), timeout=30) for _ in range(3)]
    texts = {Wechatpy.parse(Wechatpy().open(answer.text))["text"] for answer in answers}
    assert len(texts) == 1 and len(wechat.turns(user)) == 1


@pytest.mark.parametrize("seconds", [4.5, 10])
def test_a_slow_turn_delivered_to_two_replicas_is_one_turn_and_one_answer(wechat, seconds):
    """The action server is slow; WeChat's retries go to the other replica."""
    user = f"o{secrets.token_hex(13)}"
    wechat.lab.wechat.user_wrote(user)
    wechat.door(2)  # started
    message = typed(user, "麻烦帮我接你们的工作人员")
    wechat.slow.seconds, wechat.slow.calls = seconds, 0
    try:
        with ThreadPoolExecutor(3) as pool:
            slow = pool.submit(wechat.door(2).say, message)
            until(lambda: wechat.slow.calls)
            replies = [one.result() for one in [pool.submit(wechat.door(n).say, message) for n in (1, 2)]]
            replies.append(slow.result())
        until(lambda: wechat.lab.pushed(user))
    finally:
        wechat.slow.seconds = 0
    assert replies == ["", "", ""] and wechat.turns(user) == ["麻烦帮我接你们的工作人员"]
    assert "4009-100-100" in str(wechat.lab.pushed(user)) and len(wechat.lab.pushed(user)) == 1
    assert user in wechat.lab.wechat.typing


def test_nothing_secret_is_logged(wechat):
    log = (ROOT / "var" / "log" / "assistant.log").read_text("utf-8", "replace")
    second = wechat.folder / "second.log"
    log += second.read_text("utf-8", "replace") if second.exists() else ""
    for secret in (SECRET, TOKEN, AES_KEY, "SECRETWORD", wechat.lab.wechat._token or "-no token-", "麻烦帮我接"):
        assert secret not in log
    assert "request refused, signature is wrong" in log and "Traceback" not in log.split("wechat")[-1]
