"""Lines of the chat from Rasa's responses, and whose pages may open the socket."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.web import is_own_page
from bot.web.output import from_response


def test_a_response_becomes_one_line_with_its_buttons() -> None:
    response = {
        "text": "第一段\n\n第二段",
        "buttons": [{"title": "好", "payload": "/affirm", "type": "x"}, {"title": "工单", "url": "https://t"}],
        "metadata": {"ask": "rating"},
        "image": "https://i/x.png",
    }
    said = from_response(response, "c", "m.1")
    message = said.as_message()
    assert (message["text"], message["lang"], message["ask"]) == ("第一段\n\n第二段", "zh", "rating")
    assert message["buttons"] == [{"title": "好", "payload": "/affirm"}, {"title": "工单", "url": "https://t"}]
    assert message["image"] == "https://i/x.png" and message["from"] == "bot" and "rated" not in message


def test_an_empty_response_is_a_line_without_text() -> None:
    message = from_response({}, "c", "m.1").as_message()
    assert message["text"] == "" and "buttons" not in message and "ask" not in message


@pytest.mark.parametrize(
    ("origin", "environ", "own"),
    [
        ("http://a.cn:5005", {"HTTP_HOST": "a.cn:5005"}, True),
        ("https://a.cn", {"HTTP_HOST": "a.cn"}, True),  # a proxy in front does TLS
        ("https://chat.a.cn", {"HTTP_HOST": "10.0.0.1:5005", "HTTP_X_FORWARDED_HOST": "chat.a.cn, x"}, True),
        ("https://evil.cn", {"HTTP_HOST": "a.cn"}, False),
        ("https://a.cn.evil.cn", {"HTTP_HOST": "a.cn"}, False),
        ("null", {"HTTP_HOST": "a.cn"}, False),
        ("", {"HTTP_HOST": ""}, False),
        (None, {}, False),
    ],
)
def test_only_our_own_pages_open_the_socket(origin: str | None, environ: dict[str, Any], own: bool) -> None:
    assert is_own_page(origin, environ) is own
