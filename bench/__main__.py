"""`python -m bench` (`make bench ARGS="--quick"`): runs the measurements, writes var/bench/report.json and .md."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from bench import diagnosis, machine, measure, report, training, visitors
from bench.cost import Sides
from bench.history import history
from bench.measure import FULL, QUICK, Size
from bench.notes import NOTES, training_notes
from bench.processes import BenchError
from bench.projects import OURS, STOCK_EPOCHS, WORK, messages
from bench.report import Row
from bench.servers import RUN, serving

NAMES = ("train", "start", "parse", "load", "action", "memory", "history", "diagnosis", "visitors")


class Bench:
    """One run: what is to be measured, and what was found so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        """`options`: the parsed command line."""
        self.options = options
        self.names = [name for name in NAMES if not options.only or name in options.only]
        self.size: Size = QUICK if options.quick else FULL
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.failures: list[str] = []
        self.load, self.began = machine.load(), time.monotonic()
        part = "-".join(["report", *self.names]) if options.only else "report"
        self.path = WORK / f"{part}.json"

    def run(self) -> None:
        """Measure everything that was asked for; the report is written after each part."""
        shutil.rmtree(RUN, ignore_errors=True)
        RUN.mkdir(parents=True)
        if {*self.names} - {"diagnosis", "visitors"}:
            self._part("train", self._train)
        elif "visitors" in self.names:  # needs no stock model, which takes hours
            self._part("train", self._train_ours)
        if {"start", "parse", "load", "action", "memory"} & set(self.names):
            self._part("servers", self._serve)
        if "history" in self.names:
            self._part("history", self._history)
        if "diagnosis" in self.names:  # ours alone: a stock project looks at no domain
            self._part("diagnosis", lambda: self._add("diagnosis", diagnosis.run()))
        if "visitors" in self.names:  # ours alone as well
            self._part("visitors", lambda: self._add("visitors", visitors.run(self.size.crowd)))

    def _part(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BenchError as error:
            self.failures.append(f"not measured ({name}): {error}")
            self._say(self.failures[-1])
        self.write()

    def _train_ours(self) -> None:
        training.prepare("ours", False)

    def _train(self) -> None:
        forced = "train" in self.names and not (self.options.quick or self.options.keep_models)
        self._say("training (stock: 100 epochs on thousands of messages take hours)" if forced else "models")
        ours = training.prepare("ours", forced)
        stock = training.prepare("stock", forced, self.options.stock_epochs)
        self.notes += training_notes(ours, stock, training.stale(stock))
        if "train" in self.names:
            figures = (("", "CPU-s", "cpu_s"), ("", "s", "wall_s"), (", most memory", "MB RSS", "peak_mb"))
            rows = [Row("train", "training" + w, u, getattr(ours, f), getattr(stock, f)) for w, u, f in figures]
            self._add("train", [*rows, Row("train", "model file", "MB", ours.model_mb, stock.model_mb)])

    def _serve(self) -> None:
        """Start both sides (the stock one as rasa init has it, in memory) and measure on them."""
        with serving("ours") as ours, serving("stock") as stock:
            sides: Sides = (ours, stock)
            self._add("start", measure.start(sides))
            if self.names != ["start"]:
                self._talk(sides)

    def _talk(self, sides: Sides) -> None:
        workload, rows = measure.choose(sides)
        self._add("parse", rows)
        measure.warm_up(sides, workload, self.size)
        for name, work in (("parse", measure.parse), ("load", measure.load), ("action", measure.action)):
            if name in self.names:
                for rows in work(sides, workload, self.size):
                    self._add(name, rows)
        self._add("memory", measure.memory(sides))

    def _history(self) -> None:
        for rows in history(self.size):
            self._add("history", rows)

    def _add(self, name: str, rows: list[Row]) -> None:
        if name not in self.names:
            return
        self.rows += rows
        self._say(f"{name}: {rows[0].what}" + (f" … {rows[-1].what}" if len(rows) > 1 else ""))
        self.write()

    def _say(self, line: str) -> None:
        print(f"[{time.monotonic() - self.began:5.0f} s] {line}", file=sys.stderr, flush=True)

    def head(self) -> dict[str, str]:
        """What the figures are of."""
        entries = messages(OURS / "data") if OURS.is_dir() else []
        lines = sum(entry["examples"].count("\n- ") + 1 for entry in entries)
        return {
            "machine": machine.machine(),
            "versions": machine.versions(),
            "data": f"{lines:,} messages, {len({entry['intent'] for entry in entries})} intents, on both sides",
            "load average": f"{self.load}, {machine.load()}",
            "run": f"{'quick' if self.options.quick else 'full'}, {', '.join(self.names)}; {self.size}",
        }

    def write(self) -> None:
        """Write both report files as they are by now."""
        report.write(self.path, self.head(), self.rows, self.failures + self.notes + list(NOTES))


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer messages, and models that are there are not trained anew"
    )
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=NAMES, help=f"one of {', '.join(NAMES)}; repeatable"
    )
    parser.add_argument(
        "--keep-models", action="store_true", help="full measurement with the models (and their figures) of before"
    )
    parser.add_argument(
        "--stock-epochs", type=int, metavar="N", help=f"shorten the stock training (rasa init: {STOCK_EPOCHS})"
    )
    options = parser.parse_args(arguments)
    if options.stock_epochs is not None and options.stock_epochs < 1:
        parser.error("--stock-epochs must be at least 1")
    return options


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock on a file for as long as the block runs. BenchError: another run holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BenchError(f"another bench runs in {path.parent}; wait for its end") from None
        yield


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block in the same way, also where a shell's "&" has Ctrl-C ignored."""
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table and return the exit code: 0 all measured, 1 something was not, 130 interrupted."""
    bench = Bench(parse_arguments(arguments))
    try:
        with stoppable(), only_one(WORK / "lock"):
            bench.run()
    except BenchError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            f"interrupted; everything is stopped, what was measured is in {bench.path.with_suffix('.md')}",
            file=sys.stderr,
        )
        return 130
    print(bench.path.with_suffix(".md").read_text("utf-8"))
    print(f"written to {bench.path} and {bench.path.with_suffix('.md').name}", file=sys.stderr)
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
