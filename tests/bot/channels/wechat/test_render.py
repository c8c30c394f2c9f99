"""What a response looks like in WeChat: plain text, links, pages, numbers and menus."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.layout import MORE, Sentences, lay_out
from bot.channels.wechat.render import Button, Links, Message, chosen_number, merge, plain
from bot.channels.wechat.split import ANCHOR, split

SAY = Sentences("reply with a number", "choose:", "reply 1 for more")
YES_NO = (Button("Yes", "/affirm"), Button("No", "/deny"))
TICKET = "https://console.cloud.tencent.com/workorder/category"


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Call **4009-100-100** now", "Call 4009-100-100 now"),
        (f"or [submit a ticket]({TICKET}).", f'or <a href="{TICKET}">submit a ticket</a>.'),
        ("# Title\n- one\n* two\n1. three", "Title\n• one\n• two\n1. three"),
        ("type `ping example.com`", "type ping example.com"),
        ("my_site_name.com and a < b & c", "my_site_name.com and a < b & c"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ('[a](https://x.cn/?q="b")', '<a href="https://x.cn/?q=%22b%22">a</a>'),
        ('<a href="https://evil.cn">win</a>', '＜a href="https://evil.cn">win＜/a>'),
        ("first\n\n  second", "first\n\n  second"),
    ],
)
def test_markdown_becomes_what_wechat_shows(markdown, shown):
    assert plain(markdown, Links.ANCHOR) == shown


def test_the_customer_service_makes_only_addresses_clickable():
    assert plain(f"[ticket]({TICKET})!", Links.ADDRESS) == f"ticket {TICKET} !"


def test_several_responses_are_one_message_and_their_buttons_are_joined():
    first = {"text": "Hello", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    second = {
        "text": "Which?",
        "buttons": [{"title": "No", "payload": "/deny"}, {"title": "Docs", "url": "https://x.cn"}],
    }
    message = merge([first, {"text": ""}, second, {"image": "https://x.cn/a.png"}], Links.ANCHOR)
    assert message.text == 'Hello\n\nWhich?\n\n<a href="https://x.cn">Docs</a>\n\nhttps://x.cn/a.png'
    assert message.buttons == YES_NO
    assert merge([message.as_response()], Links.ANCHOR) == message


@pytest.mark.parametrize("text", ["2", " 2 ", "２", "②", "[2]", "【2】", "2.", "2、", "02"])
def test_a_number_is_a_choice(text):
    assert chosen_number(text) == "2"


@pytest.mark.parametrize("text", ["", "two", "2 days", "222", "1.2.3.4", "-2", "2024-01-01"])
def test_other_words_are_not(text):
    assert chosen_number(text) == ""


TEXTS = st.lists(
    st.sampled_from(
        ["备案", "a ", "。", "\n\n", "\n", "👨‍👩‍👧‍👦", "é", f'<a href="{TICKET}">提交工单</a>', TICKET, "word, "]
    ),
    max_size=400,
).map("".join)


@given(TEXTS, st.integers(120, 2048))
def test_pages_hold_everything_and_cut_no_link_and_no_character(text, limit):
    pages = split(text, limit)
    assert all(0 < len(page.encode()) <= limit for page in pages)
    assert re.sub(r"\s", "", "".join(pages)) == re.sub(r"\s", "", text)
    for whole in (ANCHOR, re.escape("👨‍👩‍👧‍👦")):
        assert sum(len(re.findall(whole, page)) for page in pages) == len(re.findall(whole, text))


def test_a_page_ends_where_a_reader_would_pause():
    text = "\n\n".join(["第一段。" * 20, "第二段。" * 20, "第三段。" * 20])
    assert split(text, 520) == ["第一段。" * 20 + "\n\n" + "第二段。" * 20, "第三段。" * 20]


def test_a_link_longer_than_a_page_is_left_as_its_words():
    assert split(f'go <a href="https://x.cn/{"y" * 600}">here</a> now', 512) == ["go here now"]


def test_choices_are_numbered_where_there_are_no_menus():
    layout = lay_out(Message("Sure?", YES_NO), 1, 2048, SAY, menus=False)
    assert [piece.text for piece in layout.pieces] == ["Sure?\n\n[1] Yes\n[2] No\nreply with a number"]
    assert layout.pieces[0].choices == YES_NO and layout.rest is None


def test_a_short_question_is_the_head_of_its_menu():
    layout = lay_out(Message("Sure?", YES_NO), 5, 2048, SAY, menus=True)
    assert [(piece.text, piece.is_menu) for piece in layout.pieces] == [("Sure?", True)]


def test_a_text_with_a_link_goes_before_its_menu_while_there_is_enough_left():
    message = Message(f"see {TICKET}", YES_NO)
    assert [piece.is_menu for piece in lay_out(message, 5, 2048, SAY, menus=True).pieces] == [False, True]
    assert [piece.is_menu for piece in lay_out(message, 3, 2048, SAY, menus=True).pieces] == [False]  # one, numbered


def test_more_than_ten_choices_are_no_menu():
    many = tuple(Button(f"choice {n}", f"/c{n}") for n in range(11))
    layout = lay_out(Message("Which?", many), 5, 2048, SAY, menus=True)
    assert "[11] choice 10" in layout.pieces[0].text and not layout.pieces[0].is_menu


@pytest.mark.parametrize("at_most", [1, 2, 3])
def test_what_is_too_long_ends_with_the_way_to_the_rest_and_nothing_is_lost(at_most):
    message, shown = Message("备案。" * 1500, YES_NO), ""
    while True:
        layout = lay_out(message, at_most, 1000, SAY, menus=False)
        assert len(layout.pieces) <= at_most and all(len(piece.text.encode()) <= 1000 for piece in layout.pieces)
        shown += "".join(piece.text.removesuffix(SAY.more).strip() for piece in layout.pieces)
        if layout.rest is None:
            break
        assert layout.pieces[-1].text.endswith(SAY.more)
        assert [button.payload for button in layout.pieces[-1].choices] == [MORE]
        message = layout.rest
    assert shown.count("备案。") == 1500 and layout.pieces[-1].choices == YES_NO


def test_nothing_may_be_sent_so_everything_waits():
    message = Message("hello", YES_NO)
    assert lay_out(message, 0, 2048, SAY, menus=True) == type(lay_out(message, 1, 2048, SAY, True))((), message)
