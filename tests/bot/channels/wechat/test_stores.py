"""What lasts: one answer per message, choices, words that wait, the budget, one token, one reader; both databases."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.channels.wechat import kf_inbox, tokens
from bot.channels.wechat.abilities import CUSTOM_MESSAGES, Abilities
from bot.channels.wechat.conversations import Conversations
from bot.channels.wechat.deliveries import Delivered, Deliveries
from bot.channels.wechat.kf_inbox import KfInbox
from bot.channels.wechat.layout import MORE
from bot.channels.wechat.render import Button
from bot.channels.wechat.tokens import Tokens

YES_NO = (Button("Yes", "/affirm"), Button("No", "/deny"))


def at_once(work, number: int = 8) -> list:
    """The results of `work(n)` in threads that begin together."""
    barrier = threading.Barrier(number)

    def one(n: int):
        barrier.wait()
        return work(n)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_one_delivery_is_the_first_and_one_answer_is_decided(engine):
    deliveries = Deliveries(engine)
    attempts = at_once(lambda _: Deliveries(engine).arrive("k").attempt)
    assert attempts.count(1) == 1 and max(attempts) == 8
    decided = at_once(lambda n: Deliveries(engine).decide("k", f"answer {n}"))
    winner = decided.index(True)
    assert decided.count(True) == 1
    assert deliveries.arrive("k") == Delivered(9, f"answer {winner}")


def test_choices_are_those_of_the_last_message_and_old_menus_stay_clickable(engine):
    conversations = Conversations(engine)
    (yes, _), title = conversations.offer("u", YES_NO), "Yes"
    assert conversations.chosen("u", "1") == "/affirm" and conversations.chosen("u", "[2]") == "/deny"
    assert conversations.chosen("u", "3") == "3" and conversations.chosen("other", "1") == "1"
    conversations.offer("u", ())
    assert conversations.chosen("u", "1") == "1"
    assert conversations.chosen("u", title, yes) == "/affirm"
    assert conversations.was_offered("u", "/affirm") and not conversations.was_offered("u", "/restart")
    conversations.offer("u", (Button("", MORE),))
    assert conversations.chosen("u", "1") == MORE and not conversations.was_offered("u", MORE)


def test_words_wait_in_order_and_are_taken_once(engine):
    conversations = Conversations(engine)
    at_once(lambda n: Conversations(engine).keep("u", {"text": str(n)}))
    taken = [one for many in at_once(lambda _: Conversations(engine).take_kept("u")) for one in many]
    assert sorted(one["text"] for one in taken) == [str(n) for n in range(8)]
    assert conversations.take_kept("u") == []


def test_the_budget_is_counted_across_replicas_and_the_short_lived_part_goes_first(engine):
    conversations = Conversations(engine)
    assert conversations.left("u") == 0 and not conversations.spend("u")
    conversations.grant("u", 5, 3600)
    conversations.grant("u", 3, 60, by_event=True)
    assert conversations.left("u") == 8
    assert conversations.spend("u")
    conversations.grant("u", 0, 60, by_event=True)
    assert conversations.left("u") == 5
    assert at_once(lambda _: Conversations(engine).spend("u")).count(True) == 5
    conversations.grant("u", 5, -1)
    assert conversations.left("u") == 0
    conversations.grant("u", 5, 60)
    conversations.exhaust("u")
    assert conversations.left("u") == 0


def test_who_leaves_is_forgotten(engine):
    conversations = Conversations(engine)
    conversations.keep("u", {"text": "x"})
    conversations.forget("u")
    assert conversations.take_kept("u") == []


def test_abilities_are_remembered_until_allowed_again(engine):
    Abilities(engine, "a").refuse(CUSTOM_MESSAGES)
    Abilities(engine, "a").refuse(CUSTOM_MESSAGES)
    assert not Abilities(engine, "a").has(CUSTOM_MESSAGES) and Abilities(engine, "b").has(CUSTOM_MESSAGES)
    Abilities(engine, "a").allow(CUSTOM_MESSAGES)
    assert Abilities(engine, "a").has(CUSTOM_MESSAGES)


class Source:
    """Gives tokens t1, t2 … like WeChat; `same` times the one it gave before."""

    def __init__(self, same: int = 0) -> None:
        self.calls: list[bool] = []
        self._same, self._number = same, 0

    async def __call__(self, force: bool) -> tuple[str, float]:
        self.calls.append(force)
        await asyncio.sleep(0.2)
        if force or not self._same or not self._number:
            self._number += 1
        return f"t{self._number}", 7200


def test_replicas_fetch_one_token_together(engine):
    source = Source()
    got = at_once(lambda _: asyncio.run(Tokens(engine, "a", source).get()), 5)
    assert got == ["t1"] * 5 and source.calls == [False]


def test_a_refused_token_is_renewed_once_by_all_who_had_it(engine):
    source = Source(same=1)
    asyncio.run(Tokens(engine, "a", source).get())
    got = at_once(lambda _: asyncio.run(Tokens(engine, "a", source).get(refused="t1")), 5)
    assert got == ["t2"] * 5 and source.calls == [False, False, True]


def test_an_old_token_is_renewed_and_a_failed_fetch_lets_the_next_one_try(engine, monkeypatch):
    async def short(_force: bool) -> tuple[str, float]:
        return "short", tokens._EARLY

    async def broken(_force: bool) -> tuple[str, float]:
        raise ConnectionError

    assert asyncio.run(Tokens(engine, "a", short).get()) == "short"
    with pytest.raises(ConnectionError):
        asyncio.run(Tokens(engine, "a", broken).get())
    assert asyncio.run(Tokens(engine, "a", Source()).get()) == "t1"


def test_one_reader_per_account_who_hears_of_later_callbacks(engine):
    inbox = KfInbox(engine)
    inbox.want("kf")
    held = at_once(lambda n: KfInbox(engine).hold("kf", f"reader {n}"))
    reader = next(n for n, seen in enumerate(held) if seen is not None)
    assert sum(seen is not None for seen in held) == 1
    inbox.want("kf")
    assert not inbox.release("kf", f"reader {reader}", 1) and inbox.hold("kf", "another") == 2
    assert inbox.release("kf", "another", 2)


def test_a_dead_reader_does_not_hold_for_ever(engine, monkeypatch):
    inbox = KfInbox(engine)
    inbox.want("kf")
    monkeypatch.setattr(kf_inbox, "_READER_SECONDS", 0)
    inbox.hold("kf", "dead")
    time.sleep(0.01)
    assert inbox.hold("kf", "next") == 1


def test_messages_are_stored_with_the_cursor_and_worked_on_once_in_order(engine):
    inbox = KfInbox(engine)
    inbox.want("kf")
    page = [("u", {"msgid": "m1"}), ("u", {"msgid": "m2"}), ("v", {"msgid": "m3"})]
    inbox.accept("kf", "c1", page)
    inbox.accept("kf", "c2", page)  # WeCom gives a page again
    assert inbox.cursor("kf") == "c2" and sorted(inbox.unfinished()) == ["u", "v"]
    taken = [one for one in at_once(lambda _: KfInbox(engine).next("u")) if one]
    assert [one.msgid for one in taken] == ["m1"]
    inbox.done("m1")
    second = inbox.next("u")
    assert second and second.msgid == "m2"
    inbox.done("m2")
    assert inbox.next("u") is None and inbox.unfinished() == ["v"]


def test_what_was_sent_is_given_back_once(engine):
    inbox = KfInbox(engine)
    inbox.sent("id", "u", {"text": "hello"})
    assert inbox.take_sent("id") == ("u", {"text": "hello"}) and inbox.take_sent("id") is None
