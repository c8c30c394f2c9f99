"""The fake Slack is used by slack_sdk's real clients as Slack is; otherwise it would prove nothing about us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fake_slack import BOT_USER, FakeSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack({"xoxb-1": "T1", "xoxb-2": "T2"})
    yield fake
    fake.stop()


def client(slack: FakeSlack, token: str = "xoxb-1", **options: Any) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=slack.api_url, **options)


def refused(slack: FakeSlack, token: str = "xoxb-1", method: str = "chat_postMessage", **values: Any) -> str:
    """Slack's word for why a call was refused."""
    with pytest.raises(SlackApiError) as error:
        asyncio.run(getattr(client(slack, token), method)(**values))
    return str(error.value.response["error"])


def test_a_token_belongs_to_its_workspace(slack: FakeSlack) -> None:
    answer = asyncio.run(client(slack, "xoxb-2").auth_test())
    assert (answer["team_id"], answer["user_id"]) == ("T2", BOT_USER)
    assert refused(slack, "xoxb-3", "auth_test") == "invalid_auth"
    slack.revoked.add("xoxb-1")
    assert refused(slack, method="auth_test") == "token_revoked"


def test_a_message_is_kept_and_can_be_changed_by_its_own_workspace_only(slack: FakeSlack) -> None:
    posted = asyncio.run(client(slack).chat_postMessage(channel="C1", text="one", thread_ts="1.1"))
    assert (slack.posts[0]["text"], slack.posts[0]["thread_ts"]) == ("one", "1.1")
    asyncio.run(client(slack).chat_update(channel="C1", ts=posted["ts"], text="two"))
    assert slack.posts[0]["text"] == "two"
    change = {"channel": "C1", "ts": posted["ts"], "text": "three"}
    assert refused(slack, "xoxb-2", "chat_update", **change) == "message_not_found"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"channel": "C1", "text": ""}, "no_text"),
        ({"channel": "X1", "text": "a"}, "channel_not_found"),
        ({"channel": "C1", "text": "a" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "text": "a", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        (
            {
                "channel": "C1",
                "text": "a",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}],
            },
            "invalid_blocks",
        ),
        (
            {
                "channel": "C1",
                "text": "a",
                "blocks": [
                    {
                        "type": "actions",
                        "elements": [
                            {"type": "button", "text": {"type": "plain_text", "text": "a" * 76}, "action_id": "a"}
                        ],
                    }
                ],
            },
            "invalid_blocks",
        ),
    ],
)
def test_what_slack_refuses_is_refused(values: dict[str, Any], word: str, slack: FakeSlack) -> None:
    assert refused(slack, **values) == word
    assert slack.posts == []


def test_a_limit_is_what_the_librarys_own_handler_understands(slack: FakeSlack) -> None:
    slack.limit("chat.postMessage", "1", times=1)
    patient = client(slack, retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)])
    asyncio.run(patient.chat_postMessage(channel="C1", text="a"))
    assert [outcome for _, outcome in slack.calls] == ["ratelimited", "ok"]
    slack.limit("chat.postMessage", "30")
    assert refused(slack, channel="C1", text="a") == "ratelimited"
    assert refused(slack, channel="C1", text="a") == "called_before_the_pause_was_over"


def test_the_real_socket_client_gets_envelopes_and_acknowledges_them(slack: FakeSlack) -> None:
    async def run() -> list[Any]:
        got: asyncio.Queue[Any] = asyncio.Queue()
        socket = SocketModeClient(slack.app_token, web_client=client(slack), ping_interval=1)

        async def answer(_client: Any, request: Any) -> None:
            await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
            await got.put((request.envelope_id, request.type, request.payload))

        socket.socket_mode_request_listeners.append(answer)
        await socket.connect()
        sent = [await asyncio.to_thread(slack.send, {"number": 1})]
        heard = [await asyncio.wait_for(got.get(), 30)]
        await asyncio.to_thread(slack.hang_up)
        while not slack.sockets:  # the client comes back by itself
            await asyncio.sleep(0.05)
        sent.append(await asyncio.to_thread(slack.send, {"number": 2}, "interactive"))
        heard.append(await asyncio.wait_for(got.get(), 30))
        await socket.close()
        return [sent, heard]

    sent, heard = asyncio.run(run())
    assert heard == [(sent[0], "events_api", {"number": 1}), (sent[1], "interactive", {"number": 2})]
    assert [answer["envelope_id"] for answer in slack.acknowledged] == sent


def test_a_wrong_app_token_gets_no_socket(slack: FakeSlack) -> None:
    assert refused(slack, method="apps_connections_open", app_token="xapp-other") == "invalid_auth"
