"""Beside the flow: runs the servers as children of one foreground process, with one log and few, clear lines.

honcho starts and stops the children; here is what it lacks: progress until each child answers, what went wrong in one
sentence, and that nothing is left behind when a child ignores the request to stop.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from honcho.manager import Manager
from honcho.printer import Message, Printer

GRACE = 8.0  # seconds that the children have to finish their work before they are killed
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# Rasa's "2026-01-31 12:00:00 ERROR    rasa.core.x  - text", structlog's "[error    ] text", a traceback's last line
_LEVEL = re.compile(r"(?:^[\d\- :.,]+|\[\s*)(?P<level>WARNING|ERROR|CRITICAL)\b\s*\]?\s*(?P<text>.*)", re.I)
# what TensorFlow says on each start and nobody needs to know
_NOISE = re.compile(r"due to missing TensorBoard installation")
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|NotFound)(?:: .*)?$")


@dataclass(frozen=True)
class Child:
    """One server: how to start it, the address that answers 200 when it is ready, and what is printed until then."""

    name: str
    command: Sequence[str]
    ready_url: str
    progress: str
    env: Mapping[str, str] = field(default_factory=dict)
    fatal: tuple[str, ...] = ()  # a line that holds one of these texts means: it runs on, but is of no use
    advice: str = ""  # what to do then


class Screen(Printer):
    """Writes every line of the children to the log, and short warnings and errors to the terminal as well."""

    def __init__(self, log: TextIO, terminal: TextIO, children: Sequence[Child]) -> None:
        """Take the open log file; `children` name what counts as fatal."""
        super().__init__(output=log, time_format="%Y-%m-%d %H:%M:%S", colour=False)
        self.terminal = terminal
        self.fatal_line: tuple[str, str] | None = None  # child's name and the line
        self.last: dict[str, str] = {}  # last line of each child
        self.last_error: dict[str, str] = {}
        self._fatal = {child.name: child.fatal for child in children}
        self._waiting: deque[Message] = deque()
        self._busy = False

    def write(self, message: Message) -> None:
        """Take one message; safe to call from a signal handler that interrupts this very method."""
        self._waiting.append(message)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._write(self._waiting.popleft())
        finally:
            self._busy = False

    def _write(self, message: Message) -> None:
        data = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        line = _ANSI.sub("", data).rstrip()
        super().write(message._replace(data=line))
        if not line or message.name not in self._fatal:  # honcho's own lines are for the log
            return
        self.last[message.name] = line
        if (short := shorten(line)) is not None:
            if "warning" not in short.lower()[:8]:
                self.last_error[message.name] = short
            print(f"    {message.name}: {short}", file=self.terminal, flush=True)
        if any(text in line for text in self._fatal[message.name]):
            self.fatal_line = message.name, line


def shorten(line: str) -> str | None:
    """Return a warning's or an error's text fit for one terminal line, None for any other line."""
    if _NOISE.search(line):
        return None
    if match := _LEVEL.search(line):
        return f"{match['level'].lower()}: {' '.join(match['text'].split())}"[:200]
    return line[:200] if _EXCEPTION.match(line) else None


class Supervisor(Manager):
    """Runs the children until a signal comes or one of them ends; `dead` then names the one that ended by itself."""

    def __init__(self, children: Sequence[Child], screen: Screen, ready: str) -> None:
        """`ready` is the last line of progress, printed once every child answers."""
        super().__init__(screen)
        self.screen = screen
        self.dead: str | None = None
        self._children = children
        self._ready = ready
        for child in children:
            env = {**os.environ, "PYTHONUNBUFFERED": "1", **child.env}
            # exec: the shell that honcho starts becomes the server, and signals and exit codes are the server's own
            self.add_process(child.name, f"exec {shlex.join(child.command)}", env=env)

    def run(self) -> None:
        """Block until all children have ended, and leave none of their own children behind."""
        try:
            self.loop()
        finally:
            self._terminating = True
            for process in self._processes.values():
                if process.get("pid"):  # each child leads a process group of its own
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(process["pid"], signal.SIGKILL)

    def exit_code(self, name: str) -> int:
        """Return how that child ended: its exit code, or the negative number of the signal that ended it."""
        return int(self._processes[name].get("returncode") or 0)

    def terminate(self) -> None:
        """Ask all children to stop, and kill after a while those that don't."""
        if not self._all_started():  # a signal in the first milliseconds; honcho knows no process ids yet
            self._later(0.1, self.terminate)
            return
        if not self._terminating:
            self.dead = next((name for name, process in self._processes.items() if "returncode" in process), None)
            self._later(GRACE, self.kill)
        super().terminate()

    def _start(self) -> None:
        super()._start()  # forks, so the thread must come after it
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """Print the progress; stop everything when a child says that it is of no use."""
        for number, child in enumerate(self._children, 1):
            self._say(f"{number}/{len(self._children) + 1} {child.progress} …")
            while not answers(child.ready_url):
                if self.screen.fatal_line or self._terminating:
                    self.terminate()
                    return
                time.sleep(0.2)
        # the line that makes a child useless may be on its way while the child already answers
        time.sleep(0.3)
        if self.screen.fatal_line:
            self.terminate()
        elif not self._terminating:
            self._say(f"{len(self._children) + 1}/{len(self._children) + 1} {self._ready}")

    def _say(self, line: str) -> None:
        print(line, file=self.screen.terminal, flush=True)

    @staticmethod
    def _later(seconds: float, call) -> None:  # type: ignore[no-untyped-def]
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()


def answers(url: str) -> bool:
    """Tell whether a GET of `url` gives 200 (2 s at most; no proxy: it is an address of this machine)."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError, urllib.error.HTTPError):
        return False


def supervise(children: Sequence[Child], log_path: Path, ready: str, terminal: TextIO = sys.stdout) -> int:
    """Run the children to the end; return 0 when stopped by Ctrl-C or SIGTERM, else 1 and print a sentence."""
    with open_log(log_path) as log:
        screen = Screen(log, terminal, children)
        supervisor = Supervisor(children, screen, ready)
        supervisor.run()
    if screen.fatal_line:
        name, line = screen.fatal_line
        advice = next(child.advice for child in children if child.name == name)
        said = line.rpartition("Warning: ")[2].rpartition("  - ")[2].rstrip(".!")
        print(f"stopped: {name} can't work: {said}; {advice} (log: {log_path}).", file=sys.stderr)
        return 1
    if supervisor.dead is None:
        print("stopped", file=terminal, flush=True)
        return 0
    print(f"stopped: {obituary(supervisor, supervisor.dead)} (log: {log_path}).", file=sys.stderr)
    return 1


def obituary(supervisor: Supervisor, name: str) -> str:
    """Say in one clause which child ended, how, and what it said last."""
    code = supervisor.exit_code(name)
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with exit code {code}"
    said = supervisor.screen.last_error.get(name) or f"last line: {supervisor.screen.last.get(name, 'none')}"
    return f"{name} {how}; {said}"


def open_log(path: Path, limit: int = 10_000_000) -> TextIO:
    """Open the log to append; one that has passed `limit` bytes becomes `<name>.1` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("a", encoding="utf-8", buffering=1)
