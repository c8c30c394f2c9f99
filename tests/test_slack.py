"""Slack with the started assistant and the fake Slack: whole conversations, repeats, trouble, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Assistant
from fake_slack import BOT_ID, BOT_USER, FakeSlack
from slack_people import SECRET, TEAM, TOKEN, Person, form, shown, signed, wait_until

from bot.topics import TOPICS

TEAM_2, TOKEN_2 = "T0000002", "xoxb-fake-2"
LOG = ROOT / "var" / "log" / "assistant.log"
FOLDER = Path(__file__).parent / "dialogues"
CONVERSATIONS = [
    pytest.param(turns, id=f"{topic}: {title}")
    for topic in TOPICS
    for title, turns in yaml.safe_load((FOLDER / f"{topic}.yml").read_text(encoding="utf-8")).items()
]
QUESTION = "may we reinstall the filed machine with another OS?"
HONG_KONG = "would our record be struck off if the site were served from Hong Kong?"
HONG_KONG_ZH = "网站如果放到香港，备案会不会被撤掉"


class Office:
    """The assistant with its Slack, and where its files are."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.slack = folder, FakeSlack({TOKEN: TEAM, TOKEN_2: TEAM_2})
        self._logged_before = len(LOG.read_bytes()) if LOG.is_file() else 0
        self.assistant = Assistant(
            folder,
            SLACK_BOT_TOKEN=f"{TOKEN},{TOKEN_2}",
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_APP_TOKEN=self.slack.app_token,
            SLACK_API_URL=self.slack.api_url,
            NO_PROXY="127.0.0.1",
        )
        self.url = f"http://127.0.0.1:{self.assistant.port}/webhooks/slack/events"

    def person(self, channel: str = "", team: str = TEAM) -> Person:
        return Person(self.slack, self.url, self.folder / "assistant.db", channel, team)

    @property
    def log(self) -> str:
        """What was printed and what went to the log file since the start."""
        written = LOG.read_bytes()[self._logged_before :].decode("utf-8", "replace")
        return (self.folder / "serve.log").read_text() + written

    def stop(self) -> None:
        self.assistant.stop()
        self.slack.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    started = Office(tmp_path_factory.mktemp("slack"))
    yield started
    started.stop()


@pytest.fixture
def person(office: Office) -> Person:
    """Somebody new who writes to the bot directly."""
    return office.person()


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_conversation(turns: list[dict[str, Any]], person: Person) -> None:
    for number, turn in enumerate(turns, start=1):
        answer = shown(person.press(turn["pushes"]) if "pushes" in turn else person.say(turn["user"]))
        for words in turn["bot"]:
            assert words in answer, f"turn {number} ({turn}): no {words!r} in\n{answer}"
        for words in turn.get("not", []):
            assert words not in answer, f"turn {number} ({turn}): {words!r} in\n{answer}"


# --- direct messages, mentions, threads -----------------------------------------------------------------------------


def test_a_choice_is_shown_in_the_place_of_the_buttons_and_counts_once(person: Person) -> None:
    (question,) = person.say(HONG_KONG)[-1:]
    late, other = person.pressed("Both are Tencent Cloud's"), person.pressed("Neither")
    assert "nothing happens to your filing" in shown(person.press("Both are Tencent Cloud's"))
    wait_until(lambda: question.get("edited"), "the frozen question")
    assert "✓ *Both are Tencent Cloud's*" in shown([question]) and "](" not in shown([question])
    assert "It depends on two things" in shown([question])
    turns = person.turns
    for body in (late, other):  # a double click, and a client that still showed the buttons
        assert person.post(*form(body)).status_code == 200
    person.say("thank you")
    assert person.turns == turns + 1


def test_a_mention_is_answered_in_its_thread_and_the_thread_is_the_conversation(office: Office) -> None:
    asker, other = office.person("C0000001"), office.person("C0000001")
    assert "Which domain name" in shown(asker.say("we are on file, the homepage fails in every browser"))
    assert all(post["thread_ts"] == asker.thread for post in asker.posts)
    assert "operating system" in shown(other.say(QUESTION))
    assert other.thread != asker.thread
    assert "calmriver.net ends in .net" in shown(asker.say("", type="message", text="calmriver.net"))


@pytest.mark.parametrize(
    "between_people",
    [
        {"type": "message", "text": "lunch?"},  # in the channel itself
        {"type": "message", "text": "lunch?", "thread_ts": "1700000000.000100"},  # a thread without the bot
        {"type": "message", "text": "<@U7777777> what do you say?", "thread_ts": "OURS"},
    ],
)
def test_what_people_say_to_each_other_is_not_answered(between_people: dict[str, str], office: Office) -> None:
    asker, elsewhere = office.person("C0000002"), office.person("C0000002")
    asker.say(QUESTION)
    event = elsewhere.event("") | {"x": 1}
    event["event"] |= {k: asker.thread if v == "OURS" else v for k, v in between_people.items()}
    turns, posts = asker.turns, len(office.slack.posts)
    body = json.dumps(event)
    assert elsewhere.post(body, signed(body)).status_code == 200
    asker.say("thank you")
    assert asker.turns == turns + 1 and len(office.slack.posts) == posts + 1


def test_direct_messages_are_one_conversation_and_answered_in_the_thread_that_was_used(person: Person) -> None:
    (question,) = person.say("we are on file, the homepage fails in every browser")[-1:]
    answers = person.say("calmriver.net", thread_ts=question["ts"])
    assert "calmriver.net ends in .net" in shown(answers)
    assert {answer.get("thread_ts") for answer in answers} == {question["ts"]}
    assert "thread_ts" not in person.say("it works now, great")[0]


def test_workspaces_are_kept_apart(office: Office) -> None:
    one = office.person(team=TEAM)
    two = office.person(one.channel, team=TEAM_2)
    two.user = one.user  # the same ids in another workspace
    one.say("we are on file, the homepage fails in every browser")
    assert "operating system" in shown(two.say(QUESTION))
    assert "Which domain name" not in shown(two.posts) and len(one.posts) > 0


# --- what comes twice, or in another order ----------------------------------------------------------------------------

RETRIES = ["http_timeout", "http_error", "connection_failed", "ssl_error", "too_many_redirects", "unknown_error"]


def test_an_event_that_is_delivered_again_is_answered_once_whatever_the_reason(person: Person) -> None:
    event = person.event(QUESTION)
    person.turn(event)
    posts, body = len(person.posts), json.dumps(event)
    for number, reason in enumerate(RETRIES, 1):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        assert person.post(body, signed(body, **again)).status_code == 200
    person.say("thank you")
    assert person.turns == 2 and len(person.posts) == posts + 1


@pytest.mark.parametrize("first", ["app_mention", "message"])
def test_a_mention_that_comes_as_two_events_is_answered_once(first: str, office: Office) -> None:
    asker = office.person("C0000003")
    event = asker.event(QUESTION, type=first)
    twin = asker.callback(event["event"] | {"type": "message" if first == "app_mention" else "app_mention"})
    asker.turn(event)
    body = json.dumps(twin)
    assert asker.post(body, signed(body)).status_code == 200
    asker.say("thank you")
    assert asker.turns == 2


def test_messages_in_the_wrong_order_are_each_answered_once(person: Person) -> None:
    first, second = person.event("calmriver.net"), person.event("we are on file, the homepage fails in every browser")
    person.turn(second)
    person.turn(first)
    for event in (first, second, second):
        body = json.dumps(event)
        assert person.post(body, signed(body)).status_code == 200
    person.say("thank you")
    assert person.turns == 3
    assert "calmriver.net ends in .net" in shown(person.posts)


IGNORED: list[dict[str, Any]] = [
    {"bot_id": BOT_ID},
    {"bot_id": "B7777777", "subtype": "bot_message"},
    {"bot_profile": {"id": "B7777777"}},
    {"user": BOT_USER},
    {"user": "USLACKBOT"},
    {"subtype": "channel_join"},
    {"subtype": "message_changed", "message": {"text": HONG_KONG, "user": "U7777777"}},
    {"subtype": "message_deleted"},
    {"subtype": "something_new"},
    {"hidden": True},
    {"type": "reaction_added", "reaction": "thumbsup"},
    {"type": "app_home_opened"},
    {"user": None},
    {"ts": "yesterday"},
]


@pytest.mark.parametrize("change", IGNORED, ids=lambda change: "-".join(map(str, change.items()))[:60])
def test_what_no_person_said_is_acknowledged_and_ignored(change: dict[str, Any], person: Person) -> None:
    event = person.event(HONG_KONG)
    event["event"] |= change
    body = json.dumps(event)
    assert person.post(body, signed(body)).status_code == 200
    person.say("thank you")
    assert person.turns == 1 and len(person.posts) == 1


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_what_a_person_said_in_a_special_way_is_read(subtype: str, person: Person) -> None:
    assert "operating system" in shown(person.say(QUESTION, subtype=subtype))


# --- requests that must be refused, and odd ones that must not ------------------------------------------------------


def test_only_what_slack_signed_just_now_is_read(person: Person) -> None:
    body = json.dumps(person.event("unsigned-marker"))
    good = signed(body)
    refused = [
        signed(body, secret="f" * 32),
        signed(body, age=301),
        signed(body, age=-400),
        signed(body + " "),
        good | {"X-Slack-Signature": ""},
        good | {"X-Slack-Signature": good["X-Slack-Signature"].replace("v0=", "v1=")},
        good | {"X-Slack-Signature": "v0=é".encode().decode("latin-1")},
        good | {"X-Slack-Request-Timestamp": "soon"},
        good | {"X-Slack-Request-Timestamp": "9" * 30},
        {name: value for name, value in good.items() if name != "X-Slack-Signature"},
        {name: value for name, value in good.items() if name != "X-Slack-Request-Timestamp"},
        {},
    ]
    answers = [person.post(body, headers) for headers in refused]
    assert [(answer.status_code, answer.text) for answer in answers] == [(401, "")] * len(refused)
    assert "unsigned-marker" not in person.slack.posts and person.turns == 0


UNREADABLE: list[tuple[bytes, str]] = [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"[]", "application/json; charset=utf-8"),
    (b"null", "application/json"),
    (b'"text"', "application/json"),
    (b"{" * 100_000, "application/json"),
    (b'{"a":' * 50_000, "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"payload=%7B", "application/x-www-form-urlencoded"),
    (b"payload=[]", "application/x-www-form-urlencoded"),
    (b"payload", "application/x-www-form-urlencoded"),
    (b"payload=%ff%fe", "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(("body", "kind"), UNREADABLE, ids=lambda value: repr(value)[:40])
def test_a_signed_body_that_is_no_object_is_refused(body: bytes, kind: str, person: Person) -> None:
    answer = person.post(body, signed(body, **{"Content-Type": kind}))
    assert (answer.status_code, answer.text) == (400, "")


def test_a_body_that_is_no_utf8_is_refused(person: Person) -> None:
    body = b'{"type": "event_callback", "x": "\xff\xfe"}'
    assert person.post(body, signed("")).status_code == 401


def test_a_body_of_a_megabyte_is_refused(person: Person) -> None:
    body = json.dumps(person.event("x" * 1_000_000))
    answer = person.post(body, signed(body))
    assert (answer.status_code, answer.text) == (413, "")


UNKNOWN: list[dict[str, Any]] = [
    {},
    {"type": "something_new"},
    {"type": "event_callback"},
    {"type": "event_callback", "event": {"type": "message"}},
    {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": [{}], "user": {"id": "U1"}},
    {"type": "view_submission", "view": {}},
    {"type": "message_action", "callback_id": "x"},
]


@pytest.mark.parametrize("body", UNKNOWN, ids=str)
def test_a_request_of_an_unknown_kind_is_acknowledged(body: dict[str, Any], person: Person) -> None:
    text = json.dumps(body)
    assert person.post(text, signed(text)).status_code == 200
    assert person.post(*form(body)).status_code == 200


ILL_TYPED: list[dict[str, Any]] = [
    {"type": "event_callback", "event": []},
    {"type": "event_callback", "event": "text", "authorizations": 7, "team_id": []},
    {"type": 1, "team": 5, "user": [], "channel": 3},
    {"type": "event_callback", "event": {"type": "message", "channel": {}, "user": {}, "ts": [], "text": {}}},
    {"type": "block_actions", "actions": {}, "container": [], "team": "T1", "user": "U1"},
    {"authorizations": [None], "event": {"type": []}},
    {"authorizations": [], "type": "event_callback"},
]


@pytest.mark.parametrize("body", ILL_TYPED, ids=str)
def test_fields_of_the_wrong_type_do_no_harm(body: dict[str, Any], person: Person) -> None:
    text = json.dumps(body)
    assert person.post(text, signed(text)).status_code in (200, 400)
    assert person.post(*form(body)).status_code in (200, 400)


def test_slacks_own_questions_are_answered(person: Person) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert "3eZbrw1a" in person.post(challenge, signed(challenge)).text
    check = "ssl_check=1&token=x"
    assert person.post(check, signed(check, **{"Content-Type": "application/x-www-form-urlencoded"})).status_code == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "any words"),
        (":thumbsup: :+1::skin-tone-3:", "any words"),
        ("\x00\x07\u200b", "any words"),
        ("😭😭", "any words"),
        ("a" * 39_000, "2,000 characters"),
        ("备案" * 15_000, "2,000 个字符"),
        ("/restart", "/ask_human"),
        ("<!channel> <script>", "/ask_human"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_odd_messages_get_a_kind_answer(text: str, told: str, person: Person) -> None:
    answer = shown(person.say(text))
    assert told in answer and "<!" not in answer
    assert "operating system" in shown(person.say(QUESTION))


def test_a_payload_that_was_not_offered_here_does_nothing(person: Person) -> None:
    person.say("please connect me to support staff")
    person.say("hello")
    answer = shown(person.press("Talk to a person", value='/inform{"hosting":"both_here"}'))
    assert answer and "nothing happens" not in answer
    assert "It depends on two things" in shown(person.say(HONG_KONG))


# --- trouble at Slack's end -----------------------------------------------------------------------------------------


def test_too_fast_means_a_pause_and_then_the_same_message_once(person: Person) -> None:
    person.slack.limit("chat.postMessage", "1", times=2)
    before = len(person.slack.calls)
    assert "operating system" in shown(person.say(QUESTION))
    sent = [outcome for method, outcome in person.slack.calls[before:] if method == "chat.postMessage"]
    assert sent == ["ratelimited", "ratelimited", "ok"]
    assert len(person.posts) == 1


@pytest.mark.parametrize("trouble", ["a pause of an hour", "an error page", "a revoked token"])
def test_an_answer_that_is_lost_costs_neither_the_conversation_nor_the_next_answer(
    trouble: str, office: Office
) -> None:
    person = office.person(team=TEAM_2)
    if trouble == "a pause of an hour":
        office.slack.limit("chat.postMessage", "3600", times=2)
    elif trouble == "an error page":
        office.slack.break_down("chat.postMessage", times=2)
    else:
        office.slack.revoked.add(TOKEN_2)
    assert person.say("we are on file, the homepage fails in every browser") == []
    office.slack.troubles.clear()
    office.slack.revoked.clear()
    assert "calmriver.net ends in .net" in shown(person.say("calmriver.net"))  # what was said is remembered
    assert f"answer lost (conversation {person.conversation_id})" in office.log


def test_buttons_that_could_not_be_frozen_do_not_stop_the_turn(person: Person) -> None:
    person.say(HONG_KONG)
    person.slack.break_down("chat.update")
    assert "nothing happens to your filing" in shown(person.press("Both are Tencent Cloud's"))


# --- Socket Mode ----------------------------------------------------------------------------------------------------


def over_the_socket(person: Person) -> Callable[[dict[str, Any], str], str]:
    """Sends an envelope, waits for its acknowledgement and for the end of the turn; returns the answer."""

    def send(payload: dict[str, Any], kind: str = "events_api") -> str:
        told, turns = len(person.posts), person.turns
        envelope = person.slack.send(payload, kind)
        wait_until(lambda: person.turns > turns, "the end of the turn")
        assert envelope in [answer["envelope_id"] for answer in person.slack.acknowledged]
        return shown(person.posts[told:])

    return send


@pytest.mark.parametrize(
    ("question", "asked", "title", "answered"),
    [
        (HONG_KONG, "It depends on two things", "Both are Tencent Cloud's", "nothing happens to your filing"),
        (HONG_KONG_ZH, "这要看两点", "都是腾讯云的", "备案不受影响"),
    ],
    ids=["en", "zh"],
)
def test_the_socket_serves_messages_and_presses(
    question: str, asked: str, title: str, answered: str, person: Person
) -> None:
    wait_until(lambda: person.slack.sockets, "the socket")
    send = over_the_socket(person)
    assert asked in send(person.event(question), "events_api")
    assert answered in send(person.pressed(title), "interactive")


def test_an_event_over_the_socket_and_as_a_request_is_answered_once(person: Person) -> None:
    wait_until(lambda: person.slack.sockets, "the socket")
    event = person.event(QUESTION)
    over_the_socket(person)(event, "events_api")
    body = json.dumps(event)
    assert person.post(body, signed(body)).status_code == 200
    person.say("thank you")
    assert person.turns == 2


def test_a_socket_that_slack_closes_is_opened_again(person: Person) -> None:
    wait_until(lambda: person.slack.sockets, "the socket")
    person.slack.hang_up()
    wait_until(lambda: person.slack.sockets, "the next socket")
    assert "operating system" in over_the_socket(person)(person.event(QUESTION), "events_api")


# --- after all of this ------------------------------------------------------------------------------------------------


def test_neither_secrets_nor_messages_were_logged(office: Office) -> None:
    log = office.log
    assert "channel slack: on" in log
    for secret in (
        SECRET,
        TOKEN,
        TOKEN_2,
        office.slack.app_token,
        "unsigned-marker",
        HONG_KONG,
        "calmriver",
        "ticket=",
    ):
        assert secret not in log, secret
    assert "Traceback" not in log
