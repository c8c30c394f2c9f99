"""One tiny measurement, with real processes: a client process against a small fake server."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import cost as cost_module
from bench import measure
from bench.client import Outcome, Plan
from bench.cost import Spent, compare, cost, send, spend
from bench.measure import PARSE, REST, Size, agreement
from bench.processes import BenchError, free_port, running
from bench.servers import Server, Start, wait_ready
from bench.workload import Workload

FAKE = Path(__file__).with_name("fake_server.py")
TINY = Size(warm_up=2, load=(2, 8, 32), history=2, limit_s=20)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(cost_module, "RUN", tmp_path / "run")
    port = free_port()
    with running([sys.executable, str(FAKE), str(port)], tmp_path, {}, tmp_path / "fake.log") as process:
        start = wait_ready(process, f"http://127.0.0.1:{port}/", tmp_path / "fake.log")
        yield Server("fake", f"http://127.0.0.1:{port}", start, start)


def test_a_start_is_measured(server: Server) -> None:
    assert server.rasa.cpu_s > 0 and server.rasa.wall_s > 0 and server.rasa.rss_mb > 1


def test_every_message_is_counted_once(server: Server) -> None:
    spent = spend(server, Plan(server.url + REST, ["hello", "你好"], "someone", clients=3, count=10))
    assert len(spent.outcome.latencies_ms) == 10
    assert (spent.outcome.failed, spent.outcome.silent) == (0, 0)
    assert spent.rasa_s >= 0 and spent.outcome.wall_s > 0


def test_both_sides_are_asked_in_turns(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, int]] = []

    def note(side: Server, plan: Plan) -> Spent:
        asked.append((side.side, plan.sender, plan.count))
        return Spent(1, 1, Outcome(latencies_ms=[5.0], wall_s=1))

    monkeypatch.setattr(cost_module, "spend", note)
    compare(
        (replace(server, side="ours"), replace(server, side="stock")), Plan(REST, ["hello"], "x", count=7), rounds=2
    )
    assert asked == [("ours", "x-0", 4), ("stock", "x-0", 4), ("stock", "x-1", 4), ("ours", "x-1", 4)]


def test_a_long_conversation_goes_on_in_the_next_round(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    senders: set[str] = set()

    def note(side: Server, plan: Plan) -> Spent:
        senders.add(plan.sender)
        return Spent(1, 1, Outcome(latencies_ms=[5.0], wall_s=1))

    monkeypatch.setattr(cost_module, "spend", note)
    compare((server, server), Plan(REST, ["hello"], "long", turns=0), rounds=2)
    assert senders == {"long"}


def test_parts_are_put_together_by_message() -> None:
    parts = [
        Spent(0.3, 0.1, Outcome(latencies_ms=[10.0, 20.0, 30.0], wall_s=1.5)),
        Spent(0.1, 0.0, Outcome(latencies_ms=[40.0], wall_s=0.5)),
    ]
    found = cost(parts)
    assert found.rasa_ms == pytest.approx(100) and found.actions_ms == pytest.approx(25)
    assert (found.p50_ms, found.per_s) == (25.0, 2.0) and found.p95_ms == pytest.approx(38.5)


def test_messages_that_fail_or_get_silence_are_told_apart(server: Server) -> None:
    outcome = send(Plan(server.url + REST, ["hello", "trouble", "silence"], "someone", count=6))
    assert (len(outcome.latencies_ms), outcome.failed, outcome.silent) == (4, 2, 2)


@pytest.mark.parametrize("text", ["trouble", "silence"])
def test_messages_without_an_answer_are_no_measurement(server: Server, text: str) -> None:
    with pytest.raises(BenchError, match="got no answer"):
        spend(server, Plan(server.url + REST, ["hello", text], "someone", count=4))


def test_a_parse_request_tells_the_intent(server: Server) -> None:
    outcome = send(Plan(server.url + PARSE, ["hello"], count=3))
    assert outcome.intents == ["greet"] * 3


def test_no_message_is_sent_after_the_time_limit(server: Server) -> None:
    assert send(Plan(server.url + REST, ["hello"], "someone", count=5, limit_s=0)).latencies_ms == []


def test_the_same_table_rows_for_each_number_of_clients(server: Server) -> None:
    rows = [row for part in measure.load((server, server), Workload(["hello"], []), TINY) for row in part]
    names = [row.what for row in rows if row.unit == "CPU-ms"]
    assert names == ["answer, 1 client", "answer, 8 clients", "answer, 32 clients"]
    assert {row.unit for row in rows} == {"CPU-ms", "ms", "/s"}


def test_start_and_memory_take_the_figures_of_both_processes() -> None:
    ours, stock = (Server("x", "", Start(0, cpu, 2, 300), Start(0, 1, 2, 30)) for cpu in (5, 20))
    first = measure.start((ours, stock))[0]
    assert (first.unit, first.ours, first.stock, first.ratio) == ("CPU-s", 5, 20, 0.25)


def test_only_messages_that_both_sides_understand_are_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "candidates", lambda entries: [("greet", "hello"), ("ask_human", "help")])
    with pytest.raises(BenchError, match="no message that both sides understand"):
        measure.choose((server, server))


def test_agreement_is_the_share_of_right_intents() -> None:
    assert agreement(["a", "b", "a", "c"], ["a", "b", "a", "b"]) == 0.75
