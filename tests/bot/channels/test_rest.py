"""The REST channel over real HTTP: malformed bodies are 400, answers come whole, streamed or not."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import aiohttp
import pytest
from conftest import free_port
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.rest import RestInput

ANSWER = {
    "text": "first paragraph\n\nsecond paragraph",
    "buttons": [{"title": "A", "payload": "/a"}],
    "image": None,
    "elements": [],
}


class Server:
    """A Sanic server with the channel alone; `said` are the messages that got through."""

    def __init__(self, agent: Any) -> None:
        self.said: list[UserMessage] = []
        self._agent = agent

    async def _answer(self, message: UserMessage) -> None:
        self.said.append(message)
        await message.output_channel.send_response(message.sender_id, dict(ANSWER))
        await message.output_channel.send_response(message.sender_id, {"text": "more", "utter_action": "utter_more"})

    def post(self, body: bytes | str, query: str = "", **headers: str) -> tuple[int, str]:
        """Status and text of one answer."""

        async def run() -> tuple[int, str]:
            app, port = Sanic(f"rest-{uuid.uuid4().hex}", configure_logging=False), free_port()
            app.ctx.agent = self._agent
            app.blueprint(RestInput().blueprint(self._answer), url_prefix="/webhooks/rest")
            server = await app.create_server(
                "127.0.0.1", port, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": True}
            )
            await server.startup()
            await server.after_start()
            try:
                url = f"http://127.0.0.1:{port}/webhooks/rest/webhook{query}"
                async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
                    return answer.status, await answer.text()
            finally:
                server.close()
                await server.wait_closed()

        return asyncio.run(run())


@pytest.fixture
def server(agent: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setattr(Sanic, "test_mode", True)  # lets one process start more than one app
    return Server(agent)


def whole(sender: str) -> list[dict[str, Any]]:
    first = {"recipient_id": sender, "text": ANSWER["text"], "buttons": ANSWER["buttons"]}
    return [first, {"recipient_id": sender, "text": "more"}]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"sender": "a", "message": null}', '"message" must be a text'),
        ('{"sender": "a", "message": []}', '"message" must be a text'),
        ('{"sender": "a", "message": 1}', '"message" must be a text'),
        ('{"sender": "a", "message": {"text": "hi"}}', '"message" must be a text'),
        ('{"sender": "a", "message": true}', '"message" must be a text'),
        ('{"sender": "a"}', '"message" must be a text'),
        ('{"sender": null, "message": "hi"}', '"sender" must be a text'),
        ('{"sender": ["a"], "message": "hi"}', '"sender" must be a text'),
        ('{"sender": 7, "message": "hi"}', '"sender" must be a text'),
        ('{"sender": {}, "message": "hi"}', '"sender" must be a text'),
        ('{"sender": "", "message": "hi"}', '"sender" must be a text'),
        ('{"sender": "\\ud800", "message": "hi"}', '"sender" must be a text'),
        ('{"sender": "a\\u0000b", "message": "hi"}', '"sender" must be a text'),
        ('{"sender": "  ", "message": "hi"}', '"sender" must be a text'),
        (json.dumps({"sender": "a" * 256, "message": "hi"}), "1 to 255 printable characters"),
        ('{"sender": "a", "message": "hi", "metadata": "x"}', '"metadata" must be an object'),
        ('{"sender": "a", "message": "hi", "metadata": [1]}', '"metadata" must be an object'),
        ('{"sender": "a", "message": "hi", "metadata": 0}', '"metadata" must be an object'),
        ("null", "the body must be a JSON object"),
        ('["hi"]', "the body must be a JSON object"),
        ('"hi"', "the body must be a JSON object"),
        ("42", "the body must be a JSON object"),
        ("", "the body must be a JSON object"),
        ("{broken", "parsing body as json"),
        (b"\xff\xfe\x00", "parsing body as json"),
    ],
)
def test_a_malformed_body_is_refused_with_the_reason(body: str | bytes, reason: str, server: Server) -> None:
    for query in ("", "?stream=true"):
        status, text = server.post(body, query)
        assert status == 400
        assert reason in text.replace("\\", "").replace("&quot;", '"')
    assert server.said == []


@pytest.mark.parametrize("sender", ["a", "a" * 255, "用户", "a b", "../x", "😀"])
def test_an_answer_comes_whole_with_its_blank_lines_and_buttons(sender: str, server: Server) -> None:
    status, text = server.post(json.dumps({"sender": sender, "message": "hello"}))
    assert status == 200
    assert json.loads(text) == whole(sender)


def test_a_streamed_answer_comes_whole_too(server: Server) -> None:
    status, text = server.post('{"sender": "a", "message": "hello"}', "?stream=true")
    assert status == 200
    assert [json.loads(line) for line in text.splitlines()] == whole("a")


@pytest.mark.parametrize("body", ['{"message": "hello"}', '{"message": "hello", "metadata": null}'])
def test_sender_and_metadata_may_be_missing_as_rasa_has_it(body: str, server: Server) -> None:
    status, text = server.post(body)
    assert status == 200
    assert json.loads(text) == whole("default")
    assert server.said[0].metadata is None


@pytest.mark.parametrize("message", ["", "   ", "\x00", "😀", "x" * 100_000])
def test_a_message_without_sense_is_answered_and_no_error(message: str, server: Server) -> None:
    status, _ = server.post(json.dumps({"sender": "a", "message": message}))
    assert status == 200
    assert len(server.said) == 1


def test_metadata_goes_on_to_rasa(server: Server) -> None:
    server.post('{"sender": "a", "message": "hello", "metadata": {"page": "/x"}}')
    assert server.said[0].metadata == {"page": "/x"}


def test_the_caller_cannot_choose_another_channel(server: Server) -> None:
    server.post('{"sender": "a", "message": "hello", "input_channel": "wechat"}')
    assert server.said[0].input_channel == "rest"
    assert server.said[0].output_channel.name() == "rest"
