"""The Slack channel on real HTTP servers without a model: replicas, pushes, sites without a public address."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from conftest import free_port
from fake_slack import FakeSlack
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic
from slack_people import SECRET, TEAM, TOKEN, Person, form, shown, signed, wait_until

from bot.channels.push import NotDelivered
from bot.channels.slack import SlackInput
from bot.settings import Settings
from bot.slack.blocks import OPTION_VALUE, value_of

ANSWER = {"text": "an **answer**", "buttons": [{"title": "Talk to a person", "payload": "/ask_human"}]}
TOKEN_2, TEAM_2 = "xoxb-fake-2", "T0000002"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    fake = FakeSlack({TOKEN: TEAM, TOKEN_2: TEAM_2})
    yield fake
    fake.stop()


class Replica:
    """One server with the channel; `said` are the messages that got through its gate."""

    def __init__(self, agent: Any, settings: Settings) -> None:
        self.said: list[UserMessage] = []
        self.channel, self._agent = SlackInput(settings), agent

    async def _answer(self, message: UserMessage) -> None:
        self.said.append(message)
        await message.output_channel.send_response(message.sender_id, dict(ANSWER))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """The address for Slack's requests, while it runs."""
        app, port = Sanic(f"slack-{uuid.uuid4().hex}", configure_logging=False), free_port()
        app.ctx.agent = self._agent
        app.blueprint(self.channel.blueprint(self._answer), url_prefix="/webhooks/slack")
        server = await app.create_server(
            "127.0.0.1", port, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": True}
        )
        await server.startup()
        await server.before_start()
        await server.after_start()
        try:
            yield f"http://127.0.0.1:{port}/webhooks/slack/events"
        finally:
            await server.before_stop()
            server.close()
            await server.wait_closed()


@pytest.fixture
def replica(agent: Any, slack: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Replica]:
    """Makes servers that share one database."""
    monkeypatch.setattr(Sanic, "test_mode", True)  # lets one process start more than one app
    usual = {
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": slack.api_url,
        "database_url": f"sqlite:///{tmp_path / 'assistant.db'}",
    }
    return lambda **settings: Replica(agent, Settings(**{**usual, **settings}))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 120))


async def post(url: str, body: str, headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body.encode(), headers=headers) as answer:
        return answer.status


async def soon(what: Callable[[], Any], told: str) -> Any:
    return await asyncio.to_thread(wait_until, what, told)


def test_of_many_deliveries_to_three_replicas_one_is_answered(
    replica: Callable[..., Replica], slack: FakeSlack
) -> None:
    replicas, person = [replica() for _ in range(3)], Person(slack, "", Path())
    body = json.dumps(person.event("hello"))
    last = json.dumps(person.event("and now"))

    async def deliver() -> None:
        async with AsyncExitStack() as stack:
            urls = [await stack.enter_async_context(one.running()) for one in replicas]
            assert await asyncio.gather(*(post(url, body, signed(body)) for url in urls * 4)) == [200] * 12
            await post(urls[0], last, signed(last))
            await soon(lambda: len(slack.posts) == 2, "both answers")

    run(deliver())
    assert sorted(message.text or "" for one in replicas for message in one.said) == ["and now", "hello"]


def test_a_message_and_its_way_back(replica: Callable[..., Replica], slack: FakeSlack) -> None:
    one, person = replica(), Person(slack, "", Path(), "C0000009")
    body = json.dumps(person.event("hello & <b>"))

    async def deliver() -> None:
        async with one.running() as url:
            assert await post(url, body, signed(body)) == 200
            await soon(lambda: slack.posts, "the answer")

    run(deliver())
    (message,) = one.said
    assert (message.text, message.sender_id, message.input_channel) == ("hello & <b>", person.conversation_id, "slack")
    assert (slack.posts[0]["channel"], slack.posts[0]["thread_ts"]) == ("C0000009", person.thread)
    assert shown(slack.posts) == "an *answer*\n[Talk to a person](/ask_human)"


@pytest.mark.parametrize(
    ("conversation", "place"),
    [
        (f"slack:{TEAM}:D0000001:U0000001", {"team": TEAM, "channel": "D0000001"}),
        (f"slack:{TEAM_2}:C0000001:1700000000.000100", {"team": TEAM_2, "thread_ts": "1700000000.000100"}),
    ],
)
@pytest.mark.parametrize("way", ["push", "get_output_channel"])
def test_an_idle_conversation_can_be_written_to(
    way: str, conversation: str, place: dict[str, str], replica: Callable[..., Replica], slack: FakeSlack
) -> None:
    one = replica(slack_bot_token=f"{TOKEN}, {TOKEN_2}")

    async def write() -> None:
        async with one.running():
            if way == "push":
                await one.channel.push(conversation, ANSWER)
            else:  # what Rasa does for reminders, triggered intents and output_channel=latest
                await one.channel.get_output_channel().send_response(conversation, ANSWER)

    run(write())
    assert len(slack.posts) == 1 and place.items() <= slack.posts[0].items()


@pytest.mark.parametrize(
    ("conversation", "trouble", "reason", "again"),
    [
        ("somebody", None, "no conversation of Slack's", None),
        ("slack:T7777777:D0000001:U0000001", None, "no token in SLACK_BOT_TOKEN belongs to the workspace T7777777", 60),
        (f"slack:{TEAM}:X0000001:U0000001", None, "channel_not_found", None),
        (f"slack:{TEAM}:D0000001:U0000001", "revoked", "refuses the token", None),
        (f"slack:{TEAM}:D0000001:U0000001", "limited", "too fast", 90),
        (f"slack:{TEAM}:D0000001:U0000001", "broken", "502", 60),
        (f"slack:{TEAM}:D0000001:U0000001", "gone", "no answer from Slack", 60),
    ],
)
def test_a_push_that_fails_says_why_and_whether_to_try_again(
    conversation: str,
    trouble: str | None,
    reason: str,
    again: int | None,
    replica: Callable[..., Replica],
    slack: FakeSlack,
) -> None:
    gone = {"slack_api_url": f"http://127.0.0.1:{free_port()}/api/", "slack_bot_token": TOKEN}
    one = replica(**(gone if trouble == "gone" else {"slack_bot_token": f"{TOKEN},{TOKEN_2}"}))

    async def write() -> None:
        async with one.running():
            await soon(lambda: trouble == "gone" or len(slack.calls) == 2, "both workspaces to be known")
            if trouble == "revoked":
                slack.revoked.add(TOKEN)
            elif trouble == "limited":
                slack.limit("chat.postMessage", "90")
            elif trouble == "broken":
                slack.break_down("chat.postMessage")
            await one.channel.push(conversation, ANSWER)

    with pytest.raises(NotDelivered) as failure:
        run(write())
    assert reason in failure.value.reason and failure.value.retry_after == again
    assert TOKEN not in str(failure.value) and slack.posts == []


def test_with_socket_mode_alone_nobody_can_write_over_http(replica: Callable[..., Replica], slack: FakeSlack) -> None:
    one, person = replica(slack_signing_secret="", slack_app_token=slack.app_token), Person(slack, "", Path())
    forged, event = json.dumps(person.event("forged")), person.event("hello")

    async def deliver() -> list[int]:
        async with one.running() as url:
            refused = [await post(url, forged, signed(forged, secret=secret)) for secret in ("f" * 32, SECRET)]
            await soon(lambda: slack.sockets, "the socket")
            envelope = await asyncio.to_thread(slack.send, event)
            await soon(lambda: slack.acknowledged, "the acknowledgement")
            await soon(lambda: slack.posts, "the answer")
            assert [answer["envelope_id"] for answer in slack.acknowledged] == [envelope]
            return refused

    assert run(deliver()) == [404, 404]
    assert [message.text for message in one.said] == ["hello"]


def test_slack_is_answered_before_the_turn_is_over(replica: Callable[..., Replica], slack: FakeSlack) -> None:
    one, person = replica(), Person(slack, "", Path())
    body = json.dumps(person.event("hello"))

    async def deliver() -> None:
        may_go_on, answer = asyncio.Event(), one._answer

        async def slow(message: UserMessage) -> None:
            await may_go_on.wait()
            await answer(message)

        one._answer = slow  # type: ignore[method-assign]
        async with one.running() as url:
            assert await post(url, body, signed(body)) == 200  # would wait for ever if it came after the turn
            assert slack.posts == []
            may_go_on.set()
            await soon(lambda: slack.posts, "the answer")

    run(deliver())


def test_a_turn_that_runs_when_the_server_stops_is_finished(replica: Callable[..., Replica], slack: FakeSlack) -> None:
    one, person = replica(), Person(slack, "", Path())
    body = json.dumps(person.event("hello"))
    slack.limit("chat.postMessage", "1")

    async def deliver() -> None:
        async with one.running() as url:
            await post(url, body, signed(body))
            await soon(lambda: one.said, "the turn")

    run(deliver())
    assert shown(slack.posts).startswith("an *answer*")


def test_a_payload_that_is_too_long_for_an_option_is_found_among_those_offered(
    replica: Callable[..., Replica], slack: FakeSlack, agent: Any
) -> None:
    one, person, payload = replica(), Person(slack, "", Path()), "/inform" + "x" * 1000
    offer = {"buttons": [{"title": "Long", "payload": payload}]}
    slack.posts.append({"team": TEAM, "channel": person.channel, "ts": "1.1", "blocks": [], "text": "?"})
    option = {"text": {"type": "plain_text", "text": "Long"}, "value": value_of(payload, OPTION_VALUE)}
    select = {"type": "static_select", "action_id": "say-list-0", "options": [option]}
    slack.posts[0]["blocks"] = [{"type": "actions", "elements": [select]}]

    async def deliver() -> None:
        tracker = DialogueStateTracker(person.conversation_id, agent.domain.slots)
        tracker.update(BotUttered("?", offer))
        await agent.tracker_store.save(tracker)
        async with one.running() as url:
            assert await post(url, *form(person.pressed("Long"))) == 200
            await soon(lambda: one.said, "the press")

    run(deliver())
    assert one.said[0].text == payload
    assert one.said[0].metadata == {"slack_user": person.user, "language": "en"}  # the button's


def test_a_database_that_is_away_costs_no_message(replica: Callable[..., Replica], slack: FakeSlack) -> None:
    one, person = replica(database_url="postgresql://u:p@127.0.0.1:1/none"), Person(slack, "", Path())
    body = json.dumps(person.event("hello"))

    async def deliver() -> None:
        async with one.running() as url:
            assert await post(url, body, signed(body)) == 200
            await soon(lambda: slack.posts, "the answer")
            assert await post(url, body, signed(body)) == 200  # the gate of this process still knows it

    run(deliver())
    assert [message.text for message in one.said] == ["hello"]
