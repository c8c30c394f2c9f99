"""Visitors of the web chat: 200 connected at once, each sending every 10 s, from a second process (visitors.mjs).

A stock Rasa project has no such channel that works (with today's python-socketio it drops its replies), so its column
stays 0.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import BenchError, cpu_seconds, rss_mb
from bench.report import Row, percentile
from bench.servers import RUN, serving
from scripts.build_web import BuildError, with_packages

SCRIPT = Path(__file__).with_name("visitors.mjs")
# Turns of one kind each: an answer, a form that begins, a person, a courtesy; in both languages.
TEXTS = (
    "Can I change my server from Windows to Linux after the filing?",
    "备案后可以重装系统吗？",
    "我的域名过期被别人注册了，原来的备案怎么办",
    "talk to a person",
    "谢谢",
    "what can you do?",
)


@dataclass(frozen=True)
class Crowd:
    """How many visitors for how long, and the seconds between two messages of one."""

    visitors: int = 200
    seconds: int = 60
    every: int = 10


def run(crowd: Crowd = Crowd()) -> list[Row]:
    """Rows of the group "visitors". BenchError: Node or the packages of web/ can't be had, or the clients failed."""
    with serving("ours", RUN / "visitors.db") as server:
        before = cpu_seconds(server.rasa.pid)
        found = visit(server.url, crowd)
        spent = cpu_seconds(server.rasa.pid) - before
        memory = rss_mb(server.rasa.pid)
    return rows(found, crowd, spent, memory)


def visit(url: str, crowd: Crowd, texts: Sequence[str] = TEXTS) -> dict[str, object]:
    """What the clients saw, as visitors.mjs prints it."""
    try:
        _, env = with_packages()
    except BuildError as error:
        raise BenchError(f"the visitors' clients need the packages of web/: {error}") from error
    command = ["node", str(SCRIPT), url, *(str(n) for n in (crowd.visitors, crowd.seconds, crowd.every)), *texts]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the visitors' clients failed: {done.stderr.strip()[-500:]}")
    return dict(json.loads(done.stdout))


def rows(found: dict[str, object], crowd: Crowd, spent: float, memory: float) -> list[Row]:
    """The figures of one run."""
    what = f"web chat, {crowd.visitors} visitors, a message every {crowd.every} s each: "
    took, sent = list(found["took"]), int(str(found["sent"]))  # type: ignore[call-overload]
    counts = {"messages sent": sent, **{name: int(str(found[name])) for name in ("lost", "doubled", "disconnects")}}
    return [
        *(Row("visitors", what + name, "", count, 0.0) for name, count in counts.items()),
        Row("visitors", what + "first line of the answer after, p50", "ms", percentile(took, 50), 0.0),
        Row("visitors", what + "first line of the answer after, p95", "ms", percentile(took, 95), 0.0),
        Row("visitors", what + "Rasa process for each message", "CPU-ms", 1000 * spent / max(sent, 1), 0.0),
        Row("visitors", what + "Rasa process", "MB RSS", memory, 0.0),
    ]


if __name__ == "__main__":
    from bench.report import table

    print(table(run()))
