"""What was seen: the first gets it, whichever process asks, on both databases."""

from __future__ import annotations

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from conftest import ROOT
from sqlalchemy.orm import Session

from bot.stores import seen
from bot.stores.seen import KEPT_SECONDS, Row, Seen


def key() -> str:
    return uuid.uuid4().hex


def test_only_the_first_claim_counts(database_url: str) -> None:
    store, one, two = Seen(database_url), key(), key()
    assert [store.claim(one), store.claim(one), store.claim(two), store.claim(one)] == [True, False, True, False]


def test_one_known_key_is_enough_and_the_others_stay_free(database_url: str) -> None:
    store, known, new = Seen(database_url), key(), key()
    store.claim(known)
    assert not store.claim(known, new)
    assert store.claim(new)


def test_replicas_share_it(database_url: str) -> None:
    name = key()
    assert Seen(database_url).claim(name) and not Seen(database_url).claim(name)


def test_of_many_at_once_one_wins(database_url: str) -> None:
    stores, together = [Seen(database_url) for _ in range(4)], Barrier(8)
    names = [(f"event {n}", f"message {n}") for n in (key() for _ in range(20))]

    def run(store: Seen) -> list[bool]:
        together.wait()
        return [store.claim(*pair) for pair in names]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, stores * 2))
    assert [sum(won) for won in zip(*results, strict=True)] == [1] * len(names)


def test_another_process_started_at_the_same_time_sees_it(database_url: str) -> None:
    name = key()
    code = f"from bot.stores.seen import Seen; print(Seen({database_url!r}).claim({name!r}))"
    runs = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in "12"]
    assert sorted(run.communicate()[0].strip() for run in runs) == ["False", "True"]


def test_old_rows_go(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, store = key(), Seen(database_url)
    now = seen.time.time()
    monkeypatch.setattr(seen.time, "time", lambda: now - KEPT_SECONDS - 1)
    store.claim(old)
    monkeypatch.setattr(seen.time, "time", lambda: now)
    recent = key()
    store.claim(recent)
    assert store.claim(old) and not store.claim(recent)


@pytest.mark.parametrize("odd", ["", "a" * 10_000, "\x00", "微信😀", "\ud800"])
def test_any_text_is_a_key(odd: str, tmp_path: Path) -> None:
    store = Seen(f"sqlite:///{tmp_path / 'seen.db'}")
    assert store.claim(odd) and not store.claim(odd)


def test_the_key_itself_is_not_stored(tmp_path: Path) -> None:
    store = Seen(f"sqlite:///{tmp_path / 'seen.db'}")
    store.claim("openid of a person")
    with Session(store._engine) as session:
        assert "person" not in session.execute(sa.select(Row.key)).scalar_one()
