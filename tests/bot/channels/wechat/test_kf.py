"""The customer service of the started assistant: callbacks, reading, topics in both languages, people and failures."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest
import requests
import yaml
from conftest import ROOT
from wechat_lab import CORP_ID, Wechatpy, WeRoBot, letter, until

from bot.channels.wechat.kf import CustomerServiceInput
from bot.channels.wechat.sender import Outcome
from bot.topics import TOPICS

KFID = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw"
CONVERSATIONS = [
    pytest.param(turns, id=f"{topic}: {title}")
    for topic in sorted(TOPICS)
    for title, turns in yaml.safe_load((ROOT / "tests/dialogues" / f"{topic}.yml").read_text("utf-8")).items()
]


class Customer:
    """A customer of a customer-service account; `peer` seals the callbacks."""

    def __init__(self, wecom: Any, url: str, peer: Any = None) -> None:
        self.wecom, self.url = wecom, url
        self.peer = peer or Wechatpy(CORP_ID)
        self.user = f"wm{secrets.token_hex(12)}"
        self._read = 0

    def call(self) -> requests.Response:
        event = {"MsgType": "event", "Event": "kf_msg_or_event", "Token": "ENCtoken", "OpenKfId": KFID}
        query, body = self.peer.seal(letter("sys", **event))
        answer = requests.post(self.url, params=query, data=body.encode(), timeout=30)
        assert (answer.status_code, answer.text) == (200, "success")
        return answer

    def writes(self, text: str, menu_id: str = "") -> None:
        content = {"content": text, "menu_id": menu_id} if menu_id else {"content": text}
        self.wecom.customer_says(KFID, self.user, {"msgtype": "text", "text": content})
        self.call()

    def got(self) -> list[dict[str, Any]]:
        return [one for one in self.wecom.sent if one["touser"] == self.user]

    def items(self) -> dict[str, str]:
        """Title and id of what can be clicked in the last menu; it may come after the text that it belongs to."""
        menus = [one["msgmenu"]["list"] for one in self.got() if one["msgtype"] == "msgmenu"]
        return {item["click"]["content"]: item["click"]["id"] for item in (menus[-1] if menus else [])}

    def reads(self, *expected: str) -> str:
        """What is new on the phone once all expected words are there."""

        def new() -> str:
            return "\n".join(map(shown, self.got()[self._read :]))

        until(lambda: new() and all(words in new() for words in expected))
        text = new()
        self._read = len(self.got())
        return text


def shown(sent: dict[str, Any]) -> str:
    if sent["msgtype"] == "text":
        return str(sent["text"]["content"])
    items = "".join(f"\n[{item['click']['content']}]({item['click']['id']})" for item in sent["msgmenu"]["list"])
    return str(sent["msgmenu"]["head_content"]) + items


@pytest.fixture
def customer(wechat: Any) -> Customer:
    return Customer(wechat.lab.wecom, wechat.kf_url)


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], wechat: Any, request: Any) -> None:
    peer = (Wechatpy, WeRoBot)[len(request.node.name) % 2](CORP_ID)
    customer = Customer(wechat.lab.wecom, wechat.kf_url, peer)
    for number, turn in enumerate(turns, start=1):
        if "pushes" in turn:
            customer.writes(turn["pushes"], until(lambda title=turn["pushes"]: customer.items().get(title)))
        else:
            customer.writes(turn["user"])
        text = customer.reads(*[words for words in turn["bot"] if not words.startswith("/")])
        for words in turn.get("not", []):
            assert words not in text, f"turn {number}: {words!r} in\n{text}"
    assert wechat.lab.wecom.states[customer.user] == 1


@pytest.mark.parametrize("peer", [Wechatpy, WeRoBot])
def test_the_address_is_verified(wechat, peer):
    query, body = peer(CORP_ID).seal("1616140317555161061")
    query["echostr"] = body[body.index("<Encrypt>") + 9 : body.index("</Encrypt>")]
    answer = requests.get(wechat.kf_url, params=query, timeout=30)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    assert requests.get(wechat.kf_url, params={**query, "msg_signature": "0"}, timeout=30).status_code == 403


def test_another_company_or_a_plain_body_is_refused(wechat):
    for query, body in (Wechatpy("ww0000000000000000").seal(letter("sys")), ({}, letter("sys"))):
        assert requests.post(wechat.kf_url, params=query, data=body.encode(), timeout=30).status_code == 403


def test_who_opens_the_chat_is_greeted_with_a_menu_that_works(customer):
    customer.wecom.event(KFID, customer.user, event_type="enter_session", welcome_code="WELCOME1")
    customer.call()
    welcome = until(lambda: [one for one in customer.wecom.welcomed if one["code"] == "WELCOME1"])[0]
    assert "机器人" in welcome["msgmenu"]["head_content"]
    human = next(item["click"] for item in welcome["msgmenu"]["list"] if item["click"]["content"] == "转人工")
    customer.writes("转人工", human["id"])
    customer.reads("4009-100-100")


def test_callbacks_that_come_twice_or_at_once_are_one_turn(customer):
    customer.writes("已经有备案号了，Windows Server 改装 Debian 有没有影响")
    for _ in range(4):
        customer.call()
    customer.reads("操作系统")
    customer.writes("谢谢")
    assert "操作系统" not in customer.reads("不客气")


def test_messages_of_several_pages_are_answered_in_order(customer, wechat):
    wechat.lab.wecom.page = 1
    try:
        for text in ("hello", "is reinstalling the operating system of a filed server allowed?"):
            customer.wecom.customer_says(KFID, customer.user, {"msgtype": "text", "text": {"content": text}})
        customer.call()
        text = customer.reads("I'm a bot", "operating system")
    finally:
        wechat.lab.wecom.page = 1000
    assert text.index("I'm a bot") < text.index("same server")


@pytest.mark.parametrize("state", [2, 3])
def test_the_bot_is_silent_while_a_person_has_the_conversation(customer, state):
    customer.writes("hello")
    customer.reads("I'm a bot")
    customer.wecom.states[customer.user] = state
    asked = customer.wecom.calls.count("service_state/get")
    customer.writes("are you still there?")
    customer.wecom._add({"open_kfid": KFID, "external_userid": customer.user, "origin": 5, "msgtype": "text"})
    until(lambda: customer.wecom.calls.count("service_state/get") > asked)
    customer.wecom.states[customer.user] = 4  # the colleague ends it; the next message begins anew
    customer.writes("thank you")
    assert "welcome" in shown(until(lambda: customer.got()[1:])[0])  # a conversation's turns are in order


def test_pictures_get_a_kind_answer(customer):
    customer.wecom.customer_says(KFID, customer.user, {"msgtype": "image", "image": {"media_id": "m"}})
    customer.call()
    customer.reads("打成文字")


def test_a_token_that_ends_in_the_middle_is_not_noticed(customer):
    customer.writes("hello")
    customer.reads("I'm a bot")
    customer.wecom.expire_token()
    customer.writes("thank you")
    customer.reads("welcome")


def quick(*texts: str) -> Any:
    async def answer(_message: Any) -> list[dict[str, Any]]:
        return [{"text": text} for text in texts]

    return answer


@pytest.fixture
def single(alone, lab):
    """The channel alone, and its customer."""
    one = alone(CustomerServiceInput, quick("答"))
    customer = Customer(lab.wecom, one.door.url)
    return one, customer, f"wechat-kf:{KFID}:{customer.user}"


def test_what_was_not_delivered_is_said_again_with_the_next_answer(single):
    one, customer, conversation = single
    customer.writes("问")
    customer.reads("答")
    assert one.run(one.channel.push(conversation, {"text": "人工：在吗"})) is Outcome.SENT
    failed = customer.got()[-1]["msgid"]
    customer.wecom.event(KFID, customer.user, event_type="msg_send_fail", fail_msgid=failed, fail_type=4)
    customer.call()
    until(lambda: one.channel.conversations.left(conversation) == 0)
    customer.reads("人工")
    customer.writes("在")
    assert customer.reads("答") == "人工：在吗\n\n答"


def test_messages_beyond_the_budget_wait(single):
    one, customer, conversation = single
    customer.writes("问")
    customer.reads("答")
    outcomes = [one.run(one.channel.push(conversation, {"text": str(n)})) for n in range(6)]
    assert outcomes == [Outcome.SENT] * 4 + [Outcome.KEPT] * 2


def test_wecoms_count_is_believed_rather_than_ours(single):
    one, customer, conversation = single
    customer.writes("问")
    customer.reads("答")
    customer.wecom.fail("send_msg", 95001)
    assert one.run(one.channel.push(conversation, {"text": "在吗"})) is Outcome.KEPT
    assert one.channel.conversations.left(conversation) == 0


def test_a_message_to_somebody_in_other_hands_fails(single):
    one, customer, conversation = single
    customer.writes("问")
    customer.reads("答")
    customer.wecom.states[customer.user] = 3
    assert one.run(one.channel.push(conversation, {"text": "在吗"})) is Outcome.FAILED


def test_a_message_that_is_worked_on_again_after_a_crash_is_not_shown_twice(single, tmp_path):
    one, customer, _ = single
    customer.writes("问")
    customer.reads("答")
    import sqlalchemy as sa

    one.channel._engine.execute(sa.text("UPDATE wechat_kf_messages SET is_done = false, held_until = 0"))
    one.run(one.channel._reader.resume())
    until(lambda: len(one.seen) == 2 or one.channel._inbox.unfinished() == [])
    assert len(customer.got()) == 1


def test_old_messages_of_an_account_that_is_new_to_us_get_no_answer(single):
    one, customer, _ = single
    old = int(time.time()) - 3600
    customer.wecom.customer_says(KFID, customer.user, {"msgtype": "text", "text": {"content": "旧"}}, send_time=old)
    customer.writes("新")
    customer.reads("答")
    assert [message.text for message in one.seen] == ["新"]


def test_a_page_that_can_not_be_read_is_read_with_the_next_callback(single):
    one, customer, _ = single
    customer.wecom.fail("sync_msg", 95007, 95000)
    customer.writes("一")
    until(lambda: customer.wecom.calls.count("sync_msg") >= 2)
    customer.writes("二")
    customer.reads("答")
    until(lambda: [message.text for message in one.seen] == ["一", "二"])


def test_other_accounts_of_the_company_are_left_alone(alone, lab):
    one = alone(CustomerServiceInput, quick("答"), WECOM_KF_ACCOUNTS="wkOther, wkThird")
    customer = Customer(lab.wecom, one.door.url)
    customer.writes("问")
    customer.writes("问")
    assert "sync_msg" not in lab.wecom.calls and one.seen == []
