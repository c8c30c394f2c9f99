"""Starts one side as its users would, Rasa and action server on free ports of 127.0.0.1, and measures the start."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.processes import BenchError, cpu_seconds, free_port, rss_mb, running
from bench.projects import OURS, STOCK, WORK
from bench.training import ENV, MODELS
from bot.channels.switch import read_channels, write_credentials
from bot.serve import CREDENTIALS, children
from bot.settings import Settings
from bot.supervisor import Child, answers

RUN = WORK / "run"  # databases and logs of the servers
START_LIMIT_S = 300.0


@dataclass(frozen=True)
class Start:
    """A started server: its process and what it took until it answered."""

    pid: int
    cpu_s: float
    wall_s: float
    rss_mb: float


@dataclass(frozen=True)
class Server:
    """One side, ready: where it listens and both its processes."""

    side: str
    url: str
    rasa: Start
    actions: Start


@contextlib.contextmanager
def serving(side: str, database: Path | None = None) -> Iterator[Server]:
    """Serve one side until the block ends, on this SQLite file; stock's None: in memory, as rasa init has it."""
    port, action_port = free_port(), free_port()
    prepare = {"ours": _ours, "stock": _stock}[side]
    folder, (actions, rasa) = prepare(port, action_port, database)
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(_started(child, folder, f"{side}-{child.name}")) for child in (actions, rasa)]
        yield Server(side, f"http://127.0.0.1:{port}", started[1], started[0])


@contextlib.contextmanager
def _started(child: Child, folder: Path, name: str) -> Iterator[Start]:
    env = {**ENV, **child.env, "PYTHONPATH": str(folder)}
    with running(child.command, folder, env, log := RUN / f"{name.replace(' ', '-')}.log") as process:
        yield wait_ready(process, child.ready_url, log)


def wait_ready(process: subprocess.Popen[bytes], url: str, log: Path, limit_s: float = START_LIMIT_S) -> Start:
    """Return what the start took, once `url` answers. BenchError: the process ended, or took longer than `limit_s`."""
    started = time.monotonic()
    while not answers(url):
        if process.poll() is not None:
            raise BenchError(f"a server ended at its start with exit code {process.returncode} (log: {log})")
        if time.monotonic() - started > limit_s:
            raise BenchError(f"a server was not ready after {limit_s:.0f} s (log: {log})")
        time.sleep(0.05)
    wall = time.monotonic() - started
    return Start(process.pid, cpu_seconds(process.pid), wall, rss_mb(process.pid))


def _ours(port: int, action_port: int, database: Path | None) -> tuple[Path, Sequence[Child]]:
    """What `make run` starts, in the snapshot, with settings of its own (none of the operator's)."""
    url = f"sqlite:///{database or RUN / 'ours.db'}"
    env = {
        "PORT": str(port),
        "ACTION_PORT": str(action_port),
        "DATABASE_URL": url,
        "REDIS_URL": "",
        "HOST": "127.0.0.1",
    }
    settings = Settings.from_env(env)
    credentials = write_credentials(read_channels(CREDENTIALS, settings), RUN / "credentials.yml")
    actions, rasa = children(settings, credentials.resolve())
    return OURS, (_with(actions, env), _with(rasa, env, "--enable-api"))


def _stock(port: int, action_port: int, database: Path | None) -> tuple[Path, Sequence[Child]]:
    """`rasa run actions` and `rasa run`, with the environment variables that ours get."""
    actions = f"http://127.0.0.1:{action_port}"
    endpoints: dict[str, Mapping[str, str]] = {"action_endpoint": {"url": f"{actions}/webhook"}}
    if database:
        endpoints["tracker_store"] = {"type": "SQL", "dialect": "sqlite", "db": str(database)}
    name = "endpoints-sql.yml" if database else "endpoints.yml"  # two stock servers may run side by side
    (STOCK / name).write_text(yaml.safe_dump(endpoints), "utf-8")
    common = {
        key: value for key, value in children(Settings(), CREDENTIALS)[1].env.items() if key != "ACTION_ENDPOINT_URL"
    }
    rasa = [sys.executable, "-m", "rasa", "run"]
    serve = [*rasa, "--model", str(MODELS["stock"]), "--endpoints", name, "--credentials", "credentials.yml"]
    serve += ["-i", "127.0.0.1", "-p", str(port), "--enable-api"]
    return STOCK, (
        Child(
            "actions", [*rasa, "actions", "--port", str(action_port)], f"{actions}/health", "", {**common, **_LOOPBACK}
        ),
        Child("Rasa", serve, f"http://127.0.0.1:{port}/webhooks/rest/", "", common),
    )


_LOOPBACK = {"SANIC_HOST": "127.0.0.1"}


def _with(child: Child, env: Mapping[str, str], *more: str) -> Child:
    return Child(child.name, [*child.command, *more], child.ready_url, child.progress, {**child.env, **env})
