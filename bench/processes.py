"""Starts, measures (Linux: /proc) and stops the processes of a measurement; nothing started here outlives its block."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
_GRACE = 8.0  # seconds that a process has to stop before it is killed


class BenchError(Exception):
    """One sentence: which measurement could not be made and why."""


@dataclass(frozen=True)
class Usage:
    """What a finished process used, its finished children included."""

    cpu_s: float
    wall_s: float
    peak_mb: float


@contextlib.contextmanager
def running(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, fresh: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` with its output in `log` for as long as the block takes; it leads a process group of its own."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb" if fresh else "ab") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        try:
            yield process
        finally:
            stop(process)


def _end_with_parent() -> None:
    """In the new process: be asked to stop when the bench is killed without a chance to do so itself (Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its group: asked first, then killed. A Ctrl-C meanwhile kills at once."""
    try:
        if process.poll() is None:
            _signal_group(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
    finally:
        _signal_group(process, signal.SIGKILL)  # also children that the process left behind
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def run_to_end(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, limit_s: float) -> Usage:
    """Run `command` and return what it used. BenchError: it failed, or took longer than `limit_s`."""
    started = time.monotonic()
    with running(command, cwd, env, log) as process:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() - started > limit_s:
                raise BenchError(f"{' '.join(command[1:4])} took longer than {limit_s:.0f} s (log: {log})")
            time.sleep(0.05)
    if process.returncode:
        raise BenchError(f"{' '.join(command[1:4])} ended with exit code {process.returncode} (log: {log})")
    return Usage(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024)


def cpu_seconds(pid: int) -> float:
    """CPU time so far of a process and of its children, in seconds (resolution: 10 ms). BenchError: it is gone."""
    return sum(_cpu_ticks(member) for member in tree(pid)) / _TICK


def _cpu_ticks(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])  # own user and system time, and that of finished children


def rss_mb(pid: int) -> float:
    """Resident memory of a process and of its children, in MB (2**20 bytes). BenchError: it is gone."""
    return sum(_status_kb(member, "VmRSS:") for member in tree(pid)) / 1024


def _status_kb(pid: int, field: str) -> int:
    lines = _read(Path(f"/proc/{pid}/status")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += tree(int(child))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        raise BenchError(f"{path} can't be read: the process is gone, or this is no Linux") from None


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
