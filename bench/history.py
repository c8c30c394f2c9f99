"""What a message costs after so many turns of the same conversation; the long conversations come from `bench.seed`."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.client import Plan
from bench.cost import Sides, compare, send
from bench.measure import REST, Size, choose, warm_up
from bench.processes import run_to_end
from bench.projects import OURS, ROOT
from bench.report import Row
from bench.seed import TEMPLATE, conversation
from bench.servers import RUN, Server, serving
from bench.training import ENV

LENGTHS = (1, 100, 1000, 5000)
KINDS = ("answer", "action")
_TEMPLATE_TURNS = 12
_SEED_LIMIT_S = 600.0


def history(size: Size) -> Iterator[list[Row]]:
    """Serve both sides on SQLite, seed, and ask each conversation; yields the rows of one after the other."""
    databases = [RUN / "history-ours.db", RUN / "history-stock.db"]
    for database in databases:
        for file in RUN.glob(f"{database.name}*"):  # also SQLite's -wal and -shm
            file.unlink()
    with contextlib.ExitStack() as stack:
        ours, stock = (stack.enter_context(serving(s, d)) for s, d in zip(("ours", "stock"), databases, strict=True))
        workload, _ = choose((ours, stock))
        warm_up((ours, stock), workload, size)
        for server, database in zip((ours, stock), databases, strict=True):
            _seed(server, database, workload.answer)
        asked = {"answer": workload.answer, "action": workload.action}
        for length, kind in itertools.product(LENGTHS, KINDS):
            yield _ask((ours, stock), length, kind, asked[kind], size)


def _seed(server: Server, database: Path, texts: list[str]) -> None:
    send(Plan(server.url + REST, texts, TEMPLATE, count=_TEMPLATE_TURNS, turns=0))
    arguments = [server.side, str(database), ",".join(map(str, LENGTHS)), ",".join(KINDS)]
    env = {**ENV, "PYTHONPATH": f"{OURS}:{ROOT}"}
    log = RUN / f"seed-{server.side}.log"
    run_to_end([sys.executable, "-m", "bench.seed", *arguments], OURS, env, log, _SEED_LIMIT_S)


def _ask(servers: Sides, length: int, kind: str, texts: list[str], size: Size) -> list[Row]:
    """Ask both sides' conversation of that length; the first two messages don't count (caches, SQLite's pages)."""
    plan = Plan(REST, texts, conversation(length, kind), count=size.history, turns=0, limit_s=size.limit_s)
    for server in servers:
        send(replace(plan, url=server.url + REST, count=2))
    costs = compare(servers, plan, rounds=2)
    name = f"{'custom action' if kind == 'action' else kind} after {length:,} turn{'s' if length > 1 else ''}"
    return [
        Row("history", name, "CPU-ms", *(c.rasa_ms for c in costs)),
        Row("history", f"{name}, p50", "ms", *(c.p50_ms for c in costs)),
    ]
