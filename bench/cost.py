"""What messages cost: a client process talks to both sides in turns; the servers' CPU time is read around each turn."""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from bench.client import Outcome, Plan
from bench.processes import BenchError, cpu_seconds, run_to_end
from bench.projects import ROOT
from bench.report import percentile
from bench.servers import RUN, Server

ROUNDS = 4  # ours, stock, stock, ours, ours, …: what else the machine does meets both sides alike
Sides = tuple[Server, Server]  # ours, stock


@dataclass(frozen=True)
class Spent:
    """CPU seconds of both processes for what one client process sent, and what came back."""

    rasa_s: float
    actions_s: float
    outcome: Outcome


@dataclass(frozen=True)
class Cost:
    """Per message: CPU of both processes in ms, latency in ms; and messages a second."""

    rasa_ms: float
    actions_ms: float
    p50_ms: float
    p95_ms: float
    per_s: float


def compare(servers: Sides, plan: Plan, rounds: int = ROUNDS) -> list[Cost]:
    """Carry out a plan on both sides, a part of it on each in turns; the plan's `url` is the path.

    A plan with new conversations gets new ones in each round. BenchError: messages got no answer.
    """
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    part = replace(plan, count=math.ceil(plan.count / rounds), limit_s=plan.limit_s / rounds)
    for number in range(rounds):
        sender = f"{plan.sender}-{number}" if plan.sender and plan.turns else plan.sender
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            url = servers[side].url + plan.url
            spent[side].append(spend(servers[side], replace(part, url=url, sender=sender)))
    return [cost(parts) for parts in spent]


def spend(server: Server, plan: Plan) -> Spent:
    """Carry out a plan on one side. BenchError: messages got no answer."""
    pids = (server.rasa.pid, server.actions.pid)
    before = [cpu_seconds(pid) for pid in pids]
    outcome = send(plan)
    rasa, actions = (cpu_seconds(pid) - start for pid, start in zip(pids, before, strict=True))
    answered, lost = len(outcome.latencies_ms), outcome.failed + outcome.silent
    if lost or not answered:
        raise BenchError(f"{server.side}: {lost} of {answered + outcome.failed} messages got no answer (logs: {RUN})")
    return Spent(rasa, actions, outcome)


def cost(parts: Sequence[Spent]) -> Cost:
    """Put the parts of one measurement together: CPU by message, quantiles over all messages."""
    latencies = list(itertools.chain.from_iterable(part.outcome.latencies_ms for part in parts))
    rasa, actions = sum(part.rasa_s for part in parts), sum(part.actions_s for part in parts)
    per_s = len(latencies) / sum(part.outcome.wall_s for part in parts)
    per_message = rasa * 1000 / len(latencies), actions * 1000 / len(latencies)
    return Cost(*per_message, percentile(latencies, 50), percentile(latencies, 95), per_s)


def send(plan: Plan) -> Outcome:
    """Let a client process carry out a plan."""
    RUN.mkdir(parents=True, exist_ok=True)
    plan_file, result = RUN / "plan.json", RUN / "result.json"
    plan_file.write_text(json.dumps(asdict(plan)), "utf-8")
    command = [sys.executable, "-m", "bench.client", str(plan_file), str(result)]
    run_to_end(command, ROOT, {"PYTHONPATH": str(ROOT)}, RUN / "client.log", plan.limit_s + 180)
    return Outcome(**json.loads(result.read_text("utf-8")))
