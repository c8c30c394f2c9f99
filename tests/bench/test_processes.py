"""Processes of a measurement: measured while they run, stopped in every case."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.processes import BenchError, cpu_seconds, rss_mb, run_to_end, running, tree

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# a process that ignores the request to stop and has a child that does the same
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "child = 'import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)';"
    "subprocess.Popen([sys.executable, '-c', child]); time.sleep(600)",
]


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(pids: list[int], alive_wanted: bool) -> bool:
    for _ in range(200):
        if all(alive(pid) is alive_wanted for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_a_finished_process_tells_what_it_used(tmp_path: Path) -> None:
    used = run_to_end([sys.executable, "-c", "sum(range(3_000_000))"], tmp_path, {}, tmp_path / "log", 60)
    assert used.cpu_s > 0 and used.wall_s > 0 and used.peak_mb > 1


def test_a_failing_process_is_an_error_with_the_log_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"exit code 3 \(log: .*log\)"):
        run_to_end([sys.executable, "-c", "print('why'); raise SystemExit(3)"], tmp_path, {}, tmp_path / "log", 60)
    assert "why" in (tmp_path / "log").read_text()


def test_a_process_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
    with pytest.raises(BenchError, match="took longer than 2 s"):
        run_to_end(command, tmp_path, {}, tmp_path / "log", 2)
    assert not alive(int((tmp_path / "log").read_text()))


@pytest.mark.parametrize("reason", [KeyboardInterrupt, BenchError, None])
def test_nothing_outlives_its_block(tmp_path: Path, reason: type[BaseException] | None) -> None:
    process = None
    try:
        with running(SLEEP, tmp_path, {}, tmp_path / "log") as process:
            assert process.poll() is None
            if reason:
                raise reason
    except (KeyboardInterrupt, BenchError):
        pass
    assert process is not None and process.returncode == -15 and not alive(process.pid)


def test_children_that_ignore_the_request_are_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.processes._GRACE", 0.2)
    with running(STUBBORN, tmp_path, {}, tmp_path / "log") as process:
        for _ in range(200):
            if (tmp_path / "log").read_text():
                break
            time.sleep(0.05)
        family = tree(process.pid)
        assert len(family) == 2
        assert rss_mb(process.pid) > rss_mb(family[1])
        assert cpu_seconds(process.pid) >= cpu_seconds(family[1])
    assert wait_for(family, alive_wanted=False)


def test_a_killed_bench_takes_its_processes_along(tmp_path: Path) -> None:
    bench = (
        "import sys; from pathlib import Path; from bench.processes import running; here = Path(sys.argv[1])\n"
        "with running(['sleep', '600'], here, {}, here / 'log') as process:\n"
        "    print(process.pid, flush=True); process.wait()"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", bench, str(tmp_path)], cwd=root, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        child = int(killed.stdout.readline())
        killed.kill()
    assert wait_for([child], alive_wanted=False)


def test_a_process_that_is_gone_is_an_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    for figure in (cpu_seconds, rss_mb):
        with pytest.raises(BenchError, match="gone") if figure is cpu_seconds else pytest.raises(BenchError):
            figure(process.pid)


def test_the_environment_is_passed_on(tmp_path: Path) -> None:
    run_to_end(
        [sys.executable, "-c", "import os; print(os.environ['WORD'])"], tmp_path, {"WORD": "yes"}, tmp_path / "l", 60
    )
    assert (tmp_path / "l").read_text().strip() == "yes" and "WORD" not in os.environ
