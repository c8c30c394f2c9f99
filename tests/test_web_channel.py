"""The web chat over real sockets against the started assistant: every message once, nobody reads another's chat."""

from __future__ import annotations

import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
import socketio
from conftest import Assistant, missing, reachable_redis
from visitor import Visitor

USER_SECRET = "a-secret-shared-with-the-host-site-000"
SITE = "https://www.example.com"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    started = Assistant(
        tmp_path_factory.mktemp("web"),
        WEB_USER_SECRET=USER_SECRET,
        WEB_MESSAGES_PER_MINUTE="12",
        WEB_ORIGINS=SITE,
        MAX_MESSAGE_CHARS="300",
    )
    yield started
    started.stop()


@pytest.fixture
def visit(web: Assistant) -> Callable[..., Visitor]:
    """A visitor of the assistant; without a token a new one."""
    return lambda *args, **kwargs: Visitor(web.address, *args, **kwargs)


def logged_in(user: str, **claims: Any) -> str:
    return jwt.encode({"sub": user, "exp": time.time() + 600, **claims}, USER_SECRET, algorithm="HS256")


def test_a_question_is_answered_as_one_message_with_buttons(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        sent = visitor.send("备案过的网站要换到香港的服务器，备案会不会掉？")
        visitor.wait(lambda: bool(visitor.answers(sent)))
        [answer] = visitor.answers(sent)
    assert answer["from"] == "bot" and answer["lang"] == "zh" and "香港" in answer["text"]
    assert {"title", "payload"} == set(answer["buttons"][0])
    assert abs(answer["time"] / 1000 - time.time()) < 60


@pytest.mark.parametrize(("title", "locale", "word"), [("换到香港服务器", "en", "备案"), ("HK", "en", "filing")])
def test_a_topic_of_the_home_view_is_answered_in_its_language(
    title: str, locale: str, word: str, visit: Callable[..., Visitor]
) -> None:
    with visit(locale=locale) as visitor:
        assert word in visitor.ask(title, "/switch_to_hong_kong", locale=locale)


def test_a_first_message_of_no_language_is_answered_in_the_widgets(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        assert "域名" in visitor.ask("example.com", locale="zh") or "问题" in "".join(
            line["text"] for line in visitor.in_order()
        )


def test_the_same_message_again_is_answered_once(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        sent = visitor.send("hello")
        for _ in range(3):
            visitor.send("hello", id=sent)
        visitor.wait(lambda: bool(visitor.answers(sent)))
        visitor.send("hello", id=sent)
        assert len(visitor.stays()) == 1  # the answer; the own line is not sent back to its sender


def test_a_burst_is_answered_in_order(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        sent = [visitor.send(text) for text in ("hello", "转人工", "thank you", "再见")]
        visitor.wait(lambda: all(visitor.answers(message) for message in sent))
        firsts = [visitor.answers(message)[0]["seq"] for message in sent]
        assert firsts == sorted(firsts)


def test_a_reload_shows_the_chat_again(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        visitor.ask("你好")
        token, seen = visitor.session["token"], visitor.in_order()
    with visit(token) as again:
        assert not again.session["fresh"] and again.session["session"] == visitor.session["session"]
        assert [line["text"] for line in again.in_order()] == ["你好", *(line["text"] for line in seen)]


def test_what_was_said_while_a_visitor_was_away_arrives_on_return(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        visitor.ask("hello")
        token, last = visitor.session["token"], visitor.in_order()[-1]["seq"]
        sent = visitor.send("Can I change my server from Windows to Linux after the filing?")
    time.sleep(1)
    with visit(token, after=last) as back:
        back.wait(lambda: bool(back.answers(sent)))
        lines = back.in_order()
    assert [line["id"] for line in lines] == [sent, *(line["id"] for line in back.answers(sent))]


def test_older_lines_come_on_demand(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        for number in range(11):
            visitor.ask("hello" if number % 2 else "你好")
            visitor.ask("thanks") if number < 1 else None
        token = visitor.session["token"]
    with visit(token) as again:
        held = again.in_order()
        older = again.call("history", {"before": held[0]["seq"]})
    assert older["ok"] and older["complete"] is (len(older["messages"]) < 30)
    assert all(line["seq"] < held[0]["seq"] for line in older["messages"])


def test_two_tabs_stay_in_sync(visit: Callable[..., Visitor]) -> None:
    with visit() as one, visit(one.session["token"]) as two:
        sent = one.send("hello")
        two.wait(lambda: bool(two.answers(sent)))
        assert two.lines[sent]["text"] == "hello" and two.lines[sent]["from"] == "user"
        one.wait(lambda: bool(one.answers(sent)))
        assert one.answers(sent) == two.answers(sent)


@pytest.mark.parametrize("kind", ["forged", "expired"])
def test_a_forged_or_expired_token_reads_nothing(kind: str, visit: Callable[..., Visitor]) -> None:
    with visit() as victim:
        victim.ask("my domain is secret-shop.example")
        header, claims, signature = victim.session["token"].split(".")
        forged = f"{header}.{claims}.{signature[::-1]}"
        expired = jwt.encode({"sub": victim.session["session"], "exp": 1}, "x" * 32, algorithm="HS256")
        with visit({"forged": forged, "expired": expired}[kind], after=1) as thief:
            assert thief.session["fresh"] and thief.lines == {}
            assert thief.session["session"] != victim.session["session"]
            thief.call("say", {"id": "x", "text": "hi", "session": victim.session["session"]})
            victim_lines = len(victim.lines)
        assert len(victim.stays()) == victim_lines


def test_the_chat_of_an_account_follows_it_and_nobody_else(visit: Callable[..., Visitor]) -> None:
    with visit(user=logged_in("wang", name="小王")) as desktop:
        assert desktop.session["user"] == {"name": "小王"}
        desktop.ask("你好")
        token = desktop.session["token"]
    with visit(user=logged_in("wang")) as phone:
        assert phone.in_order()[0]["text"] == "你好"
    for other in (visit(token), visit(token, user=logged_in("li")), visit(token, user=logged_in("wang", exp=1))):
        with other as stranger:
            assert stranger.session["fresh"] and stranger.lines == {}


def test_malformed_events_are_acknowledged_as_such(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        for event in ("say", "history", "rate", "vote"):
            for data in (None, "x", 7, [], {}, {"id": {}}, {"id": "a", "text": {"$ne": 1}, "before": "x"}):
                assert visitor.call(event, data) == {"ok": False, "error": "invalid"}, (event, data)
        assert visitor.ask("hello")  # the socket has survived it all


def test_too_many_messages_are_held_back_with_the_time_to_wait(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        answers = [visitor.call("say", {"id": f"m-{number}", "text": "hello"}) for number in range(13)]
    assert [answer["ok"] for answer in answers] == [True] * 12 + [False]
    assert answers[-1]["error"] == "too_fast" and 0 < answers[-1]["retry_after"] <= 60


def test_a_packet_beyond_the_limit_ends_only_its_own_connection(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor, visit() as other:
        visitor.client.emit("say", {"id": "big", "text": "x" * 70_000})
        deadline = time.time() + 20
        while visitor.client.connected and time.time() < deadline:
            time.sleep(0.1)
        assert not visitor.client.connected
        assert other.ask("hello")


def test_a_message_beyond_the_characters_limit_is_answered_kindly(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        assert "300" in visitor.ask("网站打不开 " * 80)


def test_a_typed_command_is_only_words(visit: Callable[..., Visitor]) -> None:
    with visit() as visitor:
        visitor.ask("你好")
        assert visitor.ask("/restart")
        assert visitor.ask("x", '/inform{"hosting":"both_here"}')  # never offered
        assert not any("restart" in line["text"] for line in visitor.in_order() if line["from"] == "bot")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", SITE])
def test_a_foreign_page_cannot_open_the_socket(origin: str, visit: Callable[..., Visitor]) -> None:
    """Not even the site that may show the frame: the socket belongs to the frame."""
    with pytest.raises(socketio.exceptions.ConnectionError):
        visit(origin=origin).__enter__()


def test_the_end_of_a_chat_asks_for_a_rating_once(visit: Callable[..., Visitor]) -> None:
    with visit() as one, visit(one.session["token"]) as two:
        for text in ("thanks, it is solved now", "bye"):
            one.ask(text)
        asking = [line for line in one.in_order() if line.get("ask") == "rating"]
        assert len(asking) == 1
        assert one.call("rate", {"id": asking[0]["id"], "score": 5, "comment": "很好"}) == {"ok": True}
        two.wait(lambda: ("rated", {"id": asking[0]["id"], "score": 5}) in two.events)
        assert one.call("rate", {"id": asking[0]["id"], "score": 1}) == {"ok": False, "error": "invalid"}
        assert one.call("vote", {"id": asking[0]["id"], "helpful": True}) == {"ok": True}


def test_forgetting_deletes_everything_and_begins_anew(visit: Callable[..., Visitor], web: Assistant) -> None:
    with visit() as one, visit(one.session["token"]) as two:
        one.ask("my shop is geheim-laden.example and it does not open after the filing")
        assert one.call("forget", {}) == {"ok": True}
        for tab in (one, two):
            tab.wait(lambda tab=tab: tab.lines == {} and tab.session["fresh"])
        with sqlite3.connect(web.folder / "assistant.db") as database:
            rows = [database.execute(f"SELECT * FROM {table}").fetchall() for table in ("events", "transcript_lines")]
        assert "geheim-laden" not in str(rows) and one.session["session"] not in str(rows)
        assert one.ask("hello")


def test_a_message_stored_before_a_crash_is_answered_once_after_it(web: Assistant) -> None:
    with Visitor(web.address) as visitor:
        visitor.ask("你好")
        token, conversation = visitor.session["token"], visitor.session["session"]
    web.stop()
    sent = str(uuid.uuid4())
    with sqlite3.connect(web.folder / "assistant.db") as database:  # what a server leaves that was killed right then
        database.execute(
            "INSERT INTO transcript_lines (conversation, message_id, sender, time, text, language, body, unanswered)"
            " VALUES (?, ?, 'user', ?, '转人工', 'zh', '{}', 1)",
            (conversation, sent, time.time()),
        )
    web.start()
    with Visitor(web.address, token) as one:
        one.wait(lambda: bool(one.answers(sent)))
        one.send("转人工", id=sent)  # the client never saw the acknowledgement
        said = one.stays()
    with Visitor(web.address, token) as again:
        assert again.stays() == said
    assert "4009-100-100" in "".join(line["text"] for line in one.answers(sent))


def test_nothing_is_lost_or_doubled_when_the_server_is_killed_in_the_middle(web: Assistant) -> None:
    with Visitor(web.address) as visitor:
        visitor.ask("hello")
        token = visitor.session["token"]
        sent = [visitor.send(text) for text in ("转人工", "How do I file?", "thank you")]
        subprocess.run(["pkill", "-KILL", "-f", f"rasa run .*-p {web.port}$"], check=True)
    web.stop()
    web.start()
    with Visitor(web.address, token) as back:
        for message in sent:
            back.send("resent by the client", id=message)
        back.wait(lambda: all(back.answers(message) for message in sent) and back.session["session"] != "")
        ids = back.stays(2)
        assert len(ids) == len(set(ids)) and [line["id"] for line in back.in_order() if line["id"] in sent] == sent
    tracked = web.tracked(back.session["session"])
    assert [tracked.count(message) for message in sent] == [1, 1, 1]


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[Assistant]]:
    """Two servers on one database and one Redis."""
    url = reachable_redis()
    shared = {"REDIS_URL": url, "WEB_SECRET": "s" * 40, "DATABASE_URL": f"sqlite:///{tmp_path / 'shared.db'}"}
    started = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        started.append(Assistant(tmp_path / name, **shared))
    yield started
    for assistant in started:
        assistant.stop()


def test_any_replica_reaches_any_visitor(replicas: list[Assistant]) -> None:
    one, two = (replica.address for replica in replicas)
    with Visitor(one) as here, Visitor(two, here.session["token"]) as there:
        assert there.session["session"] == here.session["session"]
        sent = here.send("hello")
        for visitor in (here, there):
            visitor.wait(lambda visitor=visitor: bool(visitor.answers(sent)))
        # the load balancer sends a resend to the other one
        there.send("hello", id=sent)
        back = there.send("谢谢")
        here.wait(lambda: bool(here.answers(back)))
        here.stays()
        assert {*here.lines} - {back} == {*there.lines} - {sent}  # the own message is not sent back to its sender
        with Visitor(two, here.session["token"]) as again:
            assert [line["from"] for line in again.in_order()] == ["user", "bot", "user", "bot"]


def test_pages_come_with_strict_headers(web: Assistant) -> None:
    frame = requests.get(f"{web.address}/widget/frame", timeout=10)
    if frame.status_code == 503:
        missing("web/dist is not built (make web)")
    policy = frame.headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {SITE}" in policy and "default-src 'none'" in policy and "unsafe" not in policy
    for path in ("/", "/chat"):
        page = requests.get(f"{web.address}{path}", timeout=10)
        assert page.status_code == 200 and "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
        assert SITE not in page.headers["Content-Security-Policy"]
    loader = requests.get(f"{web.address}/widget.js", timeout=10, headers={"Accept-Encoding": "gzip"})
    assert loader.headers["Content-Encoding"] == "gzip" and "javascript" in loader.headers["Content-Type"]
    unchanged = {"If-None-Match": loader.headers["ETag"]}
    assert requests.get(f"{web.address}/widget.js", timeout=10, headers=unchanged).status_code == 304


@pytest.mark.parametrize("name", ["..%2findex.html", "%2e%2e/%2e%2e/.env", "nope.js", ".env"])
def test_nothing_but_the_built_files_is_served(name: str, web: Assistant) -> None:
    answer = requests.get(f"{web.address}/assets/{name}", timeout=10)
    assert answer.status_code in (404, 503)
