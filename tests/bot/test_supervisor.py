"""The foreground process with real, tiny children: progress, log, and that nothing is left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.supervisor import open_log, shorten

# A child: a web server on the port that it is given.
SERVER = "import http.server as h, sys; h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
STUBBORN = "import signal; [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT)]; "
WITH_CHILD = "import subprocess, sys; print('grandchild', subprocess.Popen(['sleep', '600']).pid, flush=True); "
RUN = """
import sys
from pathlib import Path
from bot import supervisor
from bot.supervisor import Child, supervise
supervisor.GRACE = 1.0
def child(name, code, port):
    command = [sys.executable, "-c", code, port]
    return Child(name, command, f"http://127.0.0.1:{port}/", f"starting {name}", {}, ("no model",), "make one")
names = ("one", "two")
sys.exit(supervise([child(*c) for c in zip(names, sys.argv[1:3], sys.argv[3:])], Path("log/all.log"), "ready"))
"""


def free_ports() -> list[str]:
    import socket

    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [str(server.getsockname()[1]) for server in sockets]
    for server in sockets:
        server.close()
    return ports


class Run:
    """A supervisor as a process of its own, in a process group of its own as under a shell."""

    def __init__(self, folder: Path, one: str, two: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, one, two, *free_ports()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def until(self, text: str) -> None:
        """Read the terminal up to the line with this text."""
        assert self.process.stdout is not None
        assert any(text in line for line in self.process.stdout), f"{text!r} never came: {self.process.communicate()}"

    def end(self) -> tuple[int, str]:
        """Wait for the end and return exit code and complaints."""
        _, complaints = self.process.communicate(timeout=60)
        return self.process.returncode, complaints

    def log(self) -> str:
        return (self.folder / "log/all.log").read_text()

    def pids(self) -> list[int]:
        """All processes that the log knows: children and grandchildren."""
        return [
            int(pid) for pid in re.findall(r"started \(pid=(\d+)\)|grandchild (\d+)", self.log()) for pid in pid if pid
        ]


def wait_gone(pids: list[int]) -> list[int]:
    """Return those of `pids` that still run after the time that the system needs to bury them."""
    for _ in range(100):
        pids = [
            pid
            for pid in pids
            if Path(f"/proc/{pid}/stat").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
        ]
        if not pids:
            break
        time.sleep(0.05)
    return pids


@pytest.fixture
def run(tmp_path):
    """Start supervisors; whatever is left of them at the end goes."""
    started: list[Run] = []

    def start(one: str = SERVER, two: str = SERVER) -> Run:
        started.append(Run(tmp_path, one, two))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            for pid in each.pids():
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_and_is_a_good_end(run, number):
    servers = run(two=WITH_CHILD + SERVER)
    servers.until("3/3 ready")
    # Ctrl-C goes to the whole group, SIGTERM to the process alone
    (os.killpg if number == signal.SIGINT else os.kill)(servers.process.pid, number)
    assert servers.end() == (0, "")
    assert len(servers.pids()) == 3 and wait_gone(servers.pids()) == []


def test_progress_is_said_in_order(run):
    servers = run()
    for line in ("1/3 starting one", "2/3 starting two", "3/3 ready"):
        servers.until(line)
    servers.process.terminate()
    servers.end()
    assert "system | one started" in servers.log() and "sending SIGTERM to two" in servers.log()


def test_a_signal_in_the_first_moments_leaves_nothing_either(run):
    servers = run()
    servers.until("1/3")
    servers.process.terminate()
    assert servers.end() == (0, "")
    assert wait_gone(servers.pids()) == []


def test_a_child_that_ignores_the_request_is_killed(run):
    servers = run(STUBBORN + SERVER, STUBBORN + WITH_CHILD + SERVER)
    servers.until("3/3 ready")
    servers.process.terminate()
    assert servers.end() == (0, "")
    assert len(servers.pids()) == 3 and wait_gone(servers.pids()) == []


def test_a_child_that_ends_stops_all_and_is_named(run):
    servers = run(two="import sys; print('hello'); print('ValueError: no such table'); sys.exit(3)")
    code, complaints = servers.end()
    assert code == 1
    assert (
        complaints == "stopped: two ended by itself with exit code 3; ValueError: no such table (log: log/all.log).\n"
    )
    assert "two    | hello" in servers.log() and wait_gone(servers.pids()) == []


def test_a_child_that_ends_well_is_a_failure_too(run):
    assert run("print('bye')").end() == (
        1,
        "stopped: one ended by itself with exit code 0; last line: bye (log: log/all.log).\n",
    )


def test_a_killed_child_is_named_with_its_signal(run):
    servers = run()
    servers.until("3/3 ready")
    os.kill(servers.pids()[0], signal.SIGKILL)
    code, complaints = servers.end()
    assert code == 1 and "was killed by SIGKILL" in complaints
    assert wait_gone(servers.pids()) == []


def test_a_child_that_runs_on_without_use_stops_all(run):
    servers = run(two="print('12:00 WARNING  x - UserWarning: no model at m!', flush=True); " + SERVER)
    code, complaints = servers.end()
    assert (code, complaints) == (1, "stopped: two can't work: no model at m; make one (log: log/all.log).\n")
    assert wait_gone(servers.pids()) == []


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("2026-01-31 12:00:00 ERROR    rasa.core.agent  - It   broke", "error: rasa.core.agent - It broke"),
        ("2026-01-31 12:00:00 [warning  ] slot.unknown", "warning: slot.unknown"),
        ("sqlalchemy.exc.OperationalError: no such table", "sqlalchemy.exc.OperationalError: no such table"),
        ("2026-01-31 12:00:00 INFO     root  - ERROR is only a word here", None),
        ("2026-01-31 12:00:00 WARNING  root  - Limited tf.summary API due to missing TensorBoard installation.", None),
        ("the user wrote: an ERROR came", None),
    ],
)
def test_only_warnings_and_errors_reach_the_terminal(line, short):
    assert shorten(line) == short


def test_a_long_line_is_cut():
    assert len(shorten("12:00 ERROR " + "x" * 5000) or "") == 200


def test_a_grown_log_is_put_aside_once(tmp_path):
    path = tmp_path / "log/a.log"
    for text in ("first, which is long", "second", "third"):
        with open_log(path, limit=10) as log:
            log.write(text)
    assert (path.read_text(), (tmp_path / "log/a.log.1").read_text()) == ("secondthird", "first, which is long")
