"""Bodies in and out: what people type gets through, what only attackers send does not."""

from __future__ import annotations

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.channels.wechat import xml
from bot.channels.wechat.protocol import Refused

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


def test_fields_of_a_message():
    body = (
        "<xml><ToUserName><![CDATA[gh]]></ToUserName><CreateTime>12</CreateTime><Content>a &amp; 备案</Content></xml>"
    )
    assert xml.read(body.encode()) == {"ToUserName": "gh", "CreateTime": "12", "Content": "a & 备案"}


def test_nested_elements_are_left_out_and_the_first_of_two_counts():
    body = b"<xml><Scan><Type>qr</Type></Scan><A>1</A><A>2</A></xml>"
    assert xml.read(body) == {"A": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml>",
        b"<xml><A></xml>",
        b"<json/>",
        b"\xff\xfe<\x00x\x00",
        b"<xml><A>\xe5\xa4</A></xml>",
        b"<xml><A>&undefined;</A></xml>",
        f"{LAUGHS}]><xml><Content>&j;</Content></xml>".encode(),
        b"<!DOCTYPE x><xml><A>1</A></xml>",
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><A>&f;</A></xml>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>',
        b"<xml><A>&#0;</A></xml>",
        b"<a>" * 20_000,
    ],
)
def test_what_is_no_message_is_refused(body):
    with pytest.raises(Refused) as refused:
        xml.read(body)
    assert refused.value.status == 400 and "passwd" not in str(refused.value)


def test_control_characters_of_a_user_do_not_hide_the_message():
    assert xml.read(b"<xml><Content><![CDATA[a\x08b\x00\x1fc]]></Content></xml>") == {"Content": "abc"}


def test_deep_nesting_is_no_danger():
    assert xml.read(b"<xml>" + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</xml>") == {}


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=300))
def test_any_text_comes_back_as_it_was(text):
    shown = xml._FORBIDDEN.sub("", text)
    # XML itself makes one line end of all kinds, in every reader
    lines = shown.replace("\r\n", "\n").replace("\r", "\n")
    written = xml.write({"Content": text, "CreateTime": 5})
    assert xml.read(written.encode()) == {"Content": lines, "CreateTime": "5"}
    assert (xmltodict.parse(written, strip_whitespace=False)["xml"]["Content"] or "") == lines


def test_nobody_smuggles_markup_into_a_reply():
    evil = "]]></Content><MsgType><![CDATA[transfer_customer_service]]></MsgType><X><![CDATA["
    fields = {"ToUserName": "u", "FromUserName": "gh", "CreateTime": 1, "MsgType": "text", "Content": evil}
    message = parse_message(xml.write(fields))
    assert message.type == "text" and message.content == evil
