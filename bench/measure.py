"""The measurements on running servers.

Ours and stock run side by side and take turns, so that a change of the machine's load meets both alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.client import Plan
from bench.cost import Cost, Sides, compare, send
from bench.processes import BenchError, rss_mb
from bench.projects import OURS, messages
from bench.report import Row
from bench.servers import RUN, Server
from bench.visitors import Crowd
from bench.workload import Workload, candidates, understood

REST, PARSE = "/webhooks/rest/webhook", "/model/parse"
CLIENTS = (1, 8, 32)


@dataclass(frozen=True)
class Size:
    """How many messages: to warm up, for each number of clients, per length of history, and at most how long each."""

    warm_up: int
    load: tuple[int, int, int]
    history: int
    limit_s: float
    crowd: Crowd = field(default_factory=Crowd)

    def __str__(self) -> str:
        """For the report's head."""
        load = " / ".join(f"{count} at {clients}" for clients, count in zip(CLIENTS, self.load, strict=True))
        return f"messages per figure: {load} clients, {self.history} per history, {self.limit_s:.0f} s at most"


FULL = Size(warm_up=60, load=(200, 320, 480), history=20, limit_s=60)
QUICK = Size(warm_up=20, load=(60, 80, 128), history=5, limit_s=30, crowd=Crowd(visitors=40, seconds=10))


def choose(servers: Sides) -> tuple[Workload, list[Row]]:
    """Let both sides parse the candidates; return what both understand, and how much each does."""
    labelled = candidates(messages(OURS / "data"))
    plans = [Plan(server.url + PARSE, [text for _, text in labelled], count=len(labelled)) for server in servers]
    found = [send(plan).intents for plan in plans]
    wanted = [intent for intent, _ in labelled]
    if any(len(intents) != len(wanted) for intents in found):
        raise BenchError(f"a side did not parse all messages (logs: {RUN})")
    workload = understood(labelled, *found)
    if not workload.answer or not workload.action:
        raise BenchError("there is no message that both sides understand; train the stock model for more epochs")
    shares = (100 * agreement(intents, wanted) for intents in found)
    return workload, [Row("parse", "training messages tried, understood as labelled", "%", *shares)]


def agreement(found: list[str], wanted: list[str]) -> float:
    """The share of intents that are as wanted."""
    return sum(a == b for a, b in zip(found, wanted, strict=True)) / len(wanted)


def warm_up(servers: Sides, workload: Workload, size: Size) -> None:
    """Talk a little to both sides: caches fill, TensorFlow traces its functions."""
    for server in servers:
        for texts in (workload.answer, workload.action):
            send(Plan(server.url + REST, texts, "warm", count=size.warm_up, limit_s=size.limit_s))


def start(servers: Sides) -> list[Row]:
    """What the starts took."""
    figures: list[tuple[str, str, Callable[[Server], float]]] = [
        ("Rasa ready", "CPU-s", lambda server: server.rasa.cpu_s),
        ("Rasa ready", "s", lambda server: server.rasa.wall_s),
        ("Rasa's memory when ready", "MB RSS", lambda server: server.rasa.rss_mb),
        ("action server ready", "CPU-s", lambda server: server.actions.cpu_s),
        ("action server's memory when ready", "MB RSS", lambda server: server.actions.rss_mb),
    ]
    return [Row("start", what, unit, *(value(server) for server in servers)) for what, unit, value in figures]


def memory(servers: Sides) -> list[Row]:
    """The memory now, after everything that the servers were asked."""
    ours, stock = ([rss_mb(server.rasa.pid), rss_mb(server.actions.pid)] for server in servers)
    names = ("Rasa's memory after all messages", "action server's memory after all messages")
    return [Row("memory", name, "MB RSS", ours[i], stock[i]) for i, name in enumerate(names)]


def parse(servers: Sides, workload: Workload, size: Size) -> Iterator[list[Row]]:
    """Understanding alone: POST /model/parse, one client."""
    plan = Plan(PARSE, workload.answer, count=size.load[0], limit_s=size.limit_s)
    yield _rows("parse", "parse only, 1 client", compare(servers, plan))


def load(servers: Sides, workload: Workload, size: Size) -> Iterator[list[Row]]:
    """Answers without a custom action; yields the rows of one number of clients after the other."""
    return _talk(servers, size, "load", "answer", workload.answer)


def action(servers: Sides, workload: Workload, size: Size) -> Iterator[list[Row]]:
    """Answers by a custom action; yields likewise."""
    return _talk(servers, size, "action", "custom action", workload.action)


def _talk(servers: Sides, size: Size, group: str, label: str, texts: list[str]) -> Iterator[list[Row]]:
    for clients, count in zip(CLIENTS, size.load, strict=True):
        name = f"{label}, {clients} client{'s' if clients > 1 else ''}"
        costs = compare(servers, Plan(REST, texts, f"{group}-{clients}", clients, count, limit_s=size.limit_s))
        rows = _rows(group, name, costs)
        if group == "action":
            rows.append(Row(group, f"{name}: action server", "CPU-ms", *(c.actions_ms for c in costs)))
        yield rows


def _rows(group: str, name: str, costs: list[Cost]) -> list[Row]:
    figures = (("", "CPU-ms", "rasa_ms"), (", p50", "ms", "p50_ms"), (", p95", "ms", "p95_ms"), ("", "/s", "per_s"))
    return [Row(group, name + what, unit, *(getattr(c, field) for c in costs)) for what, unit, field in figures]
