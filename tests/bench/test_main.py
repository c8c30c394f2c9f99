"""The command line and the order of things."""

import os
import signal
from pathlib import Path

import pytest

from bench import __main__ as main_module
from bench.__main__ import Bench, main, only_one, parse_arguments, stoppable
from bench.notes import training_notes
from bench.processes import BenchError
from bench.report import Row
from bench.training import Trained

TRAINED = Trained(10, 20, 300, 1.5, "abc", "2026-01-01 10:00", 100)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main_module, "WORK", tmp_path)
    monkeypatch.setattr(main_module, "RUN", tmp_path / "run")


def test_everything_is_measured_unless_asked_otherwise() -> None:
    bench = Bench(parse_arguments([]))
    assert bench.names == list(main_module.NAMES) and bench.path.name == "report.json"


def test_a_part_gets_a_report_of_its_own() -> None:
    bench = Bench(parse_arguments(["--only", "load", "--only", "parse"]))
    assert bench.names == ["parse", "load"] and bench.path.name == "report-parse-load.json"


@pytest.mark.parametrize("arguments", [["--only", "lod"], ["--stock-epochs", "0"], ["--stock-epochs", "many"]])
def test_a_wrong_option_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(arguments)


@pytest.mark.parametrize(
    ("arguments", "forced"),
    [([], True), (["--quick"], False), (["--keep-models"], False), (["--only", "load"], False)],
)
def test_only_a_full_run_trains_anew(arguments: list[str], forced: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def prepare(side: str, force: bool, epochs: int | None = None) -> Trained:
        asked.append(force)
        return TRAINED

    monkeypatch.setattr(main_module.training, "prepare", prepare)
    monkeypatch.setattr(main_module.training, "stale", lambda trained: False)
    Bench(parse_arguments(arguments))._train()
    assert asked == [forced, forced]


def test_what_fails_is_named_and_the_rest_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def fail(bench: Bench) -> None:
        raise BenchError("a server ended at its start")

    monkeypatch.setattr(Bench, "_train", lambda bench: None)
    monkeypatch.setattr(Bench, "_serve", fail)
    monkeypatch.setattr(main_module, "history", lambda size: [[Row("history", "a row", "ms", 1, 2)]])
    monkeypatch.setattr(main_module.visitors, "run", lambda crowd: [Row("visitors", "lost", "", 0, 0)])
    assert main([]) == 1
    printed = capsys.readouterr().out
    assert "| a row | ms | 1.00 | 2.00 | 0.50 |" in printed
    assert "not measured (servers): a server ended at its start" in printed


def test_ctrl_c_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def interrupt(bench: Bench) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bench, "_train", interrupt)
    assert main([]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_like_ctrl_c(number: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stoppable():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock"), pytest.raises(BenchError, match="another bench"), only_one(tmp_path / "lock"):
        pass


def test_shortened_and_stale_models_are_named() -> None:
    short = Trained(10, 20, 300, 1.5, "abc", "2026-01-01 10:00", 5)
    notes = " ".join(training_notes(TRAINED, short, stale=True))
    assert "5 instead of 100 epochs" in notes and "other data" in notes
    assert len(training_notes(TRAINED, TRAINED, stale=False)) == 1
