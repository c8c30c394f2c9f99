"""Every line as the visitor saw it, once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa

from bot.stores import database
from bot.stores.transcript import RATING, Said, Transcript


@pytest.fixture
def transcript(database_url: str) -> Transcript:
    return Transcript(database_url)


def line(text: str, conversation: str = "c", **more: Any) -> Said:
    return Said(conversation, more.pop("id", text), more.pop("sender", "user"), text, **more)


def texts(lines: list[Said]) -> list[str]:
    return [said.text for said in lines]


def test_the_same_id_again_changes_nothing(transcript: Transcript) -> None:
    first, is_new = transcript.add(line("你好", body={"payload": "/greet"}))
    again, is_new_again = transcript.add(line("other words", id="你好"))
    assert (is_new, is_new_again) == (True, False)
    assert again == first and again.body == {"payload": "/greet"}
    assert transcript.add(line("你好", conversation="other"))[1]


def test_a_client_gets_what_is_behind_its_last_line(transcript: Transcript) -> None:
    stored = [transcript.add(line(str(number)))[0] for number in range(5)]
    transcript.add(line("elsewhere", conversation="other"))
    assert texts(transcript.after("c", stored[2].seq)) == ["3", "4"]
    assert transcript.after("c", stored[4].seq) == []
    assert transcript.holds("c", stored[4].seq) and not transcript.holds("other", stored[4].seq)


def test_history_comes_in_pages(transcript: Transcript) -> None:
    for number in range(7):
        transcript.add(line(str(number)))
    last, complete = transcript.before("c", None, 3)
    assert (texts(last), complete) == (["4", "5", "6"], False)
    older, complete = transcript.before("c", last[0].seq, 4)
    assert (texts(older), complete) == (["0", "1", "2", "3"], True)


def test_a_message_stays_unanswered_until_its_turn_has_ended(transcript: Transcript) -> None:
    for text in ("one", "two"):
        transcript.add(line(text), unanswered=True)
    transcript.add(line("answer", sender="bot"))
    assert texts(transcript.unanswered("c")) == ["one", "two"]
    transcript.mark_answered(transcript.unanswered("c")[0])
    assert texts(transcript.unanswered("c")) == ["two"]


def test_the_language_is_that_of_the_last_line_that_shows_one(transcript: Transcript) -> None:
    assert transcript.language("c") is None
    for text, language in (("hi", "en"), ("你好", "zh"), ("example.com", None)):
        transcript.add(line(text, language=language))
    assert transcript.language("c") == "zh"


def test_a_rating_is_given_once_and_only_where_it_was_asked(transcript: Transcript) -> None:
    transcript.add(line("plain", sender="bot"))
    transcript.add(line("bye", sender="bot", ask=RATING))
    assert not transcript.rate("c", "plain", 5, "") and not transcript.rate("c", "unknown", 5, "")
    assert not transcript.rate("other", "bye", 1, "")
    assert transcript.rate("c", "bye", 4, "谢谢") and not transcript.rate("c", "bye", 1, "")
    assert [m.as_message().get("rated", "open") for m in transcript.after("c", 0)] == ["open", 4]
    assert transcript.asked_since("c", RATING, time.time() - 60)
    assert not transcript.asked_since("c", RATING, time.time() + 60)


def test_a_skipped_rating_is_an_answer_too(transcript: Transcript) -> None:
    transcript.add(line("bye", sender="bot", ask=RATING))
    assert transcript.rate("c", "bye", None, "")
    assert transcript.after("c", 0)[0].as_message()["rated"] is None


def test_a_thumb_belongs_to_a_line_of_the_bot(transcript: Transcript) -> None:
    transcript.add(line("question"))
    transcript.add(line("answer", sender="bot"))
    assert transcript.vote("c", "answer", False) and not transcript.vote("c", "question", True)
    assert not transcript.vote("other", "answer", True)
    assert transcript.after("c", 0)[1].as_message()["helpful"] is False


def test_forgetting_takes_the_tracker_along_and_no_number_is_given_again(
    transcript: Transcript, database_url: str
) -> None:
    last = transcript.add(line("secret"))[0].seq
    transcript.add(line("kept", conversation="other"))
    engine = sa.create_engine(database_url)
    stored = {"type_name": "user", "timestamp": 1.0, "data": "{}"}
    with engine.begin() as connection:
        for sender in ("c", "other"):
            connection.execute(sa.insert(database.Stored), [{"sender_id": sender, **stored}])
    transcript.forget("c")
    with engine.begin() as connection:
        senders = connection.execute(sa.select(database.Stored.sender_id)).scalars().all()
    assert senders == ["other"] and transcript.after("c", 0) == [] and texts(transcript.after("other", 0)) == ["kept"]
    assert transcript.add(line("new"))[0].seq > last
    engine.dispose()


def test_two_at_once_store_one_line(transcript: Transcript, database_url: str) -> None:
    """Two replicas get the same message at the same moment."""
    replicas, new = [transcript, Transcript(database_url)], []
    start = threading.Barrier(8)

    def add(number: int) -> None:
        start.wait()
        for message in range(10):
            new.append(replicas[number % 2].add(line(f"m{message}"))[1])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert new.count(True) == 10 and len(new) == 80
    seqs = [said.seq for said in transcript.after("c", 0)]
    assert len(seqs) == 10 and seqs == sorted(seqs)
