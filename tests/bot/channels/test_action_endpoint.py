"""The way to the action server against a real one: fine, refusing, failing, talking nonsense, slow, gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from conftest import free_port
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.channels import action_endpoint
from bot.channels.action_endpoint import ForgivingActionEndpoint

FINE = {"events": [], "responses": [{"response": "utter_greet"}]}
Answer = Callable[[web.Request], Awaitable[web.Response]]


async def fine(request: web.Request) -> web.Response:
    return web.json_response(FINE)


def answering(status: int = 200, text: str = "", content_type: str = "application/json") -> Answer:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=content_type)

    return answer


async def hanging(request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.json_response(FINE)


def ask(answer: Answer | None, times: int = 1) -> list[Any]:
    """What comes back from an action server that answers like that; None: nobody listens."""

    async def run() -> list[Any]:
        port = free_port()
        app = web.Application()
        runner = web.AppRunner(app, shutdown_timeout=0)
        if answer:
            app.router.add_post("/webhook", answer)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            endpoint = ForgivingActionEndpoint(f"http://127.0.0.1:{port}/webhook")
            return [await endpoint.request(json={"next_action": "action_x"}, method="post") for _ in range(times)]
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_passes_a_good_answer_on() -> None:
    assert ask(fine) == [FINE]


def test_lets_an_action_refuse_as_rasa_knows_it() -> None:
    with pytest.raises(ClientResponseError) as refused:
        ask(answering(400, '{"action_name": "action_x", "error": "no"}'))
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (answering(500, "oops"), "action_x failed: the action server answered 500"),
        (answering(404), "action_x failed: the action server answered 404"),
        (answering(200, "<html>", "text/html"), "action_x failed: the action server's answer is no JSON object"),
        (answering(200, "[]"), "action_x failed: the action server's answer is no JSON object"),
        (answering(200, "{broken"), "action_x failed: no answer from the action server (JSONDecodeError"),
        (None, "action_x failed: no answer from the action server (ClientConnectorError"),
        (hanging, "action_x failed: no answer from the action server (TimeoutError"),
    ],
    ids=["500", "404", "no JSON", "no object", "broken JSON", "refused", "slow"],
)
def test_turns_a_failure_into_an_apology_and_logs_why(
    answer: Answer | None, logged: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(action_endpoint, "TIMEOUT_SECONDS", 0.2)
    [instead] = ask(answer)
    assert instead["responses"] == [{"response": "utter_service_down"}]
    assert instead["events"] == [{"event": "followup", "name": "action_listen"}]
    assert any(record.getMessage().startswith(logged) for record in caplog.records), caplog.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_apologises_each_time(language: str, agent: Any) -> None:
    """Rasa empties the answer while it speaks; the next failure must not be silent."""
    tracker = DialogueStateTracker("user", agent.domain.slots)
    tracker.slots["language"].value = language
    for instead in ask(None, times=2):
        uttering = RemoteAction._utter_responses(
            instead["responses"], CollectingOutputChannel(), agent.processor.nlg, tracker
        )
        [event] = asyncio.run(uttering)
        assert "4009-100-100" in event.text and ("抱歉" in event.text) is (language == "zh")


def test_takes_the_place_of_rasas_own_once_with_all_its_settings() -> None:
    plain = EndpointConfig(
        "http://a/webhook", {"p": "1"}, {"h": "2"}, {"username": "u", "password": "p"}, "t", "tn", "ca.pem"
    )
    agent: Any = SimpleNamespace(action_endpoint=plain, processor=SimpleNamespace(action_endpoint=plain))
    ForgivingActionEndpoint.install(agent)
    first = agent.action_endpoint
    ForgivingActionEndpoint.install(agent)
    assert agent.processor.action_endpoint is agent.action_endpoint is first
    assert isinstance(first, ForgivingActionEndpoint)
    assert vars(first) == vars(plain)


def test_leaves_an_agent_without_action_server_alone() -> None:
    agent: Any = SimpleNamespace(action_endpoint=None, processor=None)
    ForgivingActionEndpoint.install(agent)
    assert agent.action_endpoint is None
