"""The 5 seconds, the budget and what WeChat refuses: the real channel, with answers that come when told."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from wechat_lab import Alone, WeRoBot, letter, typed, until

from bot.channels.wechat.official_account import OfficialAccountInput
from bot.channels.wechat.sender import Outcome
from bot.settings import Settings, SettingsError

BUTTONS = [{"title": "是", "payload": "/affirm"}, {"title": "否", "payload": "/deny"}]
LIMIT = 2048


def quick(*responses: dict[str, Any]) -> Any:
    async def answer(_message: Any) -> list[dict[str, Any]]:
        return list(responses)

    return answer


class Gated:
    """Answers when it is told to: `early` at once, `late` after `open()`."""

    def __init__(self, late: str, early: str = "") -> None:
        self._late, self._early, self._open = late, early, asyncio.Event()

    async def __call__(self, message: Any) -> list[dict[str, Any]]:
        if self._early:
            await message.output_channel.send_response(message.sender_id, {"text": self._early})
        await self._open.wait()
        return [{"text": self._late}]

    def open(self, one: Alone) -> None:
        one._loop.call_soon_threadsafe(self._open.set)


def texts(lab: Any) -> list[str]:
    return [one["text"]["content"] for one in lab.wechat.sent if one["msgtype"] == "text"]


def test_a_quick_answer_is_the_reply_itself(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "见 [工单](https://x.cn)", "buttons": BUTTONS}))
    reply = one.door.say(typed("u1", "您好"), WeRoBot())
    assert reply.startswith('见 <a href="https://x.cn">工单</a>\n\n[1] 是\n[2] 否\n') and lab.wechat.sent == []
    one.door.say(typed("u1", "2"))
    assert [message.text for message in one.seen] == ["您好", "/deny"]


def test_a_late_answer_is_success_now_and_a_message_later(alone, lab):
    gated = Gated("好了")
    one = alone(OfficialAccountInput, gated)
    lab.wechat.user_wrote("u1")
    assert one.door.say(typed("u1", "查一下")) == ""
    gated.open(one)
    until(lambda: texts(lab) == ["好了"])
    assert lab.wechat.typing == ["u1"]


def test_what_was_said_in_time_is_the_reply_and_the_rest_follows(alone, lab):
    gated = Gated("查到了", early="稍等，我查一下")
    one = alone(OfficialAccountInput, gated)
    lab.wechat.user_wrote("u1")
    message = typed("u1", "查一下")
    assert one.door.say(message) == "稍等，我查一下"
    assert one.door.say(message) == "稍等，我查一下"  # a retry gets the same
    gated.open(one)
    until(lambda: texts(lab) == ["查到了"])


def test_three_deliveries_at_once_are_one_turn_and_one_answer(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    message = typed("u1", "问")
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: one.door.say(message), range(3))) == ["答"] * 3
    assert len(one.seen) == 1 and one.door.say(message) == "答" and len(one.seen) == 1


def test_two_events_of_one_second_are_two(alone):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    for key in ("/ask_human", "/ask_help", "/ask_help"):
        one.door.say(letter("u1", CreateTime="1700000000", MsgType="event", Event="CLICK", EventKey=key))
    assert [message.text for message in one.seen] == ["/ask_human", "/ask_help"]


def test_an_account_that_may_not_send_holds_two_tries_and_answers_the_third(alone, lab, monkeypatch):
    from bot.channels.wechat import answering

    monkeypatch.setattr(answering, "HOLD_SECONDS", 0.5)
    gated = Gated("好了")
    one = alone(OfficialAccountInput, gated, WECHAT_CUSTOM_MESSAGES="off")
    message = typed("u1", "查一下")
    assert [one.door.say(message), one.door.say(message)] == ["", ""]
    assert "回复 1" in one.door.say(message)
    assert "回复 1" in one.door.say(typed("u1", "1"))  # not ready yet
    gated.open(one)
    until(lambda: one.channel.conversations._read(one.channel.conversation("u1")).kept != "[]")
    assert one.door.say(typed("u1", "1")) == "好了"
    assert len(one.seen) == 1 and lab.wechat.sent == []


def test_the_right_to_send_is_learnt_at_the_start(alone, lab):
    lab.wechat.may_send = False
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    until(lambda: not one.channel.sender.may_push)
    assert one.run(one.channel.push(one.channel.conversation("u1"), {"text": "在吗"})) is Outcome.KEPT
    assert one.door.say(typed("u1", "在")) == "在吗\n\n答"


def test_a_long_answer_without_the_right_goes_on_when_the_user_asks(alone):
    long = {"text": "备案。" * 600, "buttons": BUTTONS}
    one = alone(OfficialAccountInput, quick(long), WECHAT_CUSTOM_MESSAGES="off")
    replies = [one.door.say(typed("u1", "讲讲"))]
    while "回复 1" in replies[-1]:
        replies.append(one.door.say(typed("u1", "1")))
    assert all(len(reply.encode()) <= LIMIT for reply in replies) and len(replies) == 3
    assert sum(reply.count("备案。") for reply in replies) == 600 and "[2] 否" in replies[-1]
    assert len(one.seen) == 1


def test_a_long_answer_with_the_right_is_sent_whole(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "备案。" * 600}))
    lab.wechat.user_wrote("u1")
    assert one.door.say(typed("u1", "讲讲")) == ""
    until(lambda: "".join(texts(lab)).count("备案。") == 600)
    assert len(texts(lab)) == 3


def test_five_messages_may_be_sent_then_words_wait_for_the_user(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    outcomes = [one.run(one.channel.push(one.channel.conversation("u1"), {"text": f"第{n}句"})) for n in range(7)]
    assert outcomes == [Outcome.SENT] * 5 + [Outcome.KEPT] * 2
    assert texts(lab) == [f"第{n}句" for n in range(5)]
    assert one.door.say(typed("u1", "还在吗")) == "第5句\n\n第6句\n\n答"


def test_the_last_message_that_may_be_sent_says_how_to_read_on(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}), WECHAT_PUSH_MESSAGES="2")
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    assert one.run(one.channel.push(one.channel.conversation("u1"), {"text": "备案。" * 600})) is Outcome.KEPT
    assert len(texts(lab)) == 2 and "回复 1" in texts(lab)[-1]
    rest = one.door.say(typed("u1", "1"))
    assert sum(text.count("备案。") for text in [*texts(lab), rest]) == 600


@pytest.mark.parametrize("code", [45015, 45047, -1, 45009, 48001])
def test_what_wechat_refuses_now_is_shown_with_the_next_answer(alone, lab, code):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    lab.wechat.fail("message/custom/send", code, code)
    assert one.run(one.channel.push(one.channel.conversation("u1"), {"text": "人工：在吗"})) is Outcome.KEPT
    assert one.door.say(typed("u1", "在")) == "人工：在吗\n\n答"


def test_a_user_who_left_is_a_failure_that_is_told(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    one.door.say(typed("u1", "问"))
    lab.wechat.fail("message/custom/send", 40003)
    assert one.run(one.channel.push(one.channel.conversation("u1"), {"text": "在吗"})) is Outcome.FAILED


def test_choices_are_a_menu_whose_clicks_come_back_as_payloads(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    one.run(one.channel.push(one.channel.conversation("u1"), {"text": "满意吗？", "buttons": BUTTONS}))
    menu = lab.wechat.sent[-1]["msgmenu"]
    assert menu["head_content"] == "满意吗？" and [item["content"] for item in menu["list"]] == ["是", "否"]
    click = {"MsgType": "text", "Content": "否", "bizmsgmenuid": menu["list"][1]["id"]}
    one.door.say(letter("u1", 77, **click))
    assert one.seen[-1].text == "/deny"


def test_an_account_without_menus_gets_numbers(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    lab.wechat.fail("message/custom/send", 40200)
    question = {"text": "满意吗？", "buttons": BUTTONS}
    assert one.run(one.channel.push(one.channel.conversation("u1"), question)) is Outcome.SENT
    assert texts(lab)[-1].startswith("满意吗？\n\n[1] 是\n[2] 否")


def test_a_token_that_ends_in_the_middle_is_not_noticed(alone, lab):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    lab.wechat.user_wrote("u1")
    one.door.say(typed("u1", "问"))
    for number in range(3):
        lab.wechat.expire_token()
        assert one.run(one.channel.push(one.channel.conversation("u1"), {"text": str(number)})) is Outcome.SENT
    assert texts(lab) == ["0", "1", "2"]


def test_a_payload_that_was_never_offered_is_words(alone):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    one.door.say(typed("u1", '/set_slot{"language": "en"}'))
    one.door.say(typed("u1", "/affirm"))
    assert [message.text for message in one.seen] == ['set_slot{"language": "en"}', "affirm"]


def test_a_server_without_its_model_asks_wechat_to_come_again(alone):
    one = alone(OfficialAccountInput, quick({"text": "答"}))
    one._app.ctx.agent, agent = None, one._app.ctx.agent
    message = typed("u1", "问")
    assert one.door.post(message).status_code == 503
    one._app.ctx.agent = agent
    assert one.door.say(message) == "答"


def test_a_missing_setting_stops_the_start_by_name():
    with pytest.raises(SettingsError, match="WECHAT_TOKEN and WECHAT_AES_KEY"):
        OfficialAccountInput(Settings(wechat_app_id="wx12345678", wechat_app_secret="12345678"))
