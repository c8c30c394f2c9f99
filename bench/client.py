"""`python -m bench.client PLAN RESULT`: the users of a measurement, in a process of their own.

So their work is not in the servers' CPU time. PLAN is a JSON file with the fields of `Plan`; RESULT becomes one with
those of `Outcome`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

REPLY_LIMIT_S = 120.0  # one reply may take so long before it counts as failed


@dataclass(frozen=True)
class Plan:
    """Who says what: `clients` at once send `count` messages in all, and none any more after `limit_s` seconds."""

    url: str
    texts: list[str]
    sender: str = ""  # begins the conversations' names; empty: a parse request, which has no conversation
    clients: int = 1
    count: int = 1
    turns: int = 10  # after so many a client begins a new conversation; 0: never, and `sender` is its whole name
    limit_s: float = 120.0


@dataclass
class Outcome:
    """What came back: milliseconds per answered message, the intents of parse requests, messages without an answer."""

    latencies_ms: list[float] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)
    failed: int = 0  # no HTTP 200 with JSON
    silent: int = 0  # HTTP 200 with an empty list: the assistant said nothing
    wall_s: float = 0.0


async def talk(plan: Plan) -> Outcome:
    """Send the plan's messages and return what came back."""
    outcome, started = Outcome(), time.perf_counter()
    tickets = itertools.takewhile(lambda _: time.perf_counter() - started < plan.limit_s, range(plan.count))
    timeout = aiohttp.ClientTimeout(total=REPLY_LIMIT_S)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        clients = (_client(session, plan, number, tickets, outcome) for number in range(plan.clients))
        await asyncio.gather(*clients)
    outcome.wall_s = time.perf_counter() - started
    return outcome


async def _client(
    session: aiohttp.ClientSession, plan: Plan, number: int, tickets: Iterator[int], outcome: Outcome
) -> None:
    for said, ticket in enumerate(tickets):
        body = request_body(plan, number, said, plan.texts[ticket % len(plan.texts)])
        started = time.perf_counter()
        try:
            async with session.post(plan.url, json=body) as reply:
                reply.raise_for_status()
                content = await reply.json()
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            outcome.failed += 1
            continue
        outcome.latencies_ms.append((time.perf_counter() - started) * 1000)
        _note(content, outcome)


def request_body(plan: Plan, number: int, said: int, text: str) -> dict[str, str]:
    """The JSON of a client's message; `said` is how many it has sent before."""
    if not plan.sender:
        return {"text": text}
    sender = f"{plan.sender}-{number}-{said // plan.turns}" if plan.turns else plan.sender
    return {"sender": sender, "message": text}


def _note(content: Any, outcome: Outcome) -> None:
    if isinstance(content, dict):
        outcome.intents.append(str((content.get("intent") or {}).get("name")))
    elif not content:
        outcome.silent += 1


def main(plan_file: str, result_file: str) -> None:
    """Carry out the plan of one file and write the outcome to the other."""
    plan = Plan(**json.loads(Path(plan_file).read_text("utf-8")))
    Path(result_file).write_text(json.dumps(asdict(asyncio.run(talk(plan)))), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
