"""When a model is trained anew and what is kept of it; the training itself is replaced by a file that appears."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bench import projects, training
from bench.processes import BenchError, Usage
from bench.training import prepare, stale

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hello\n"


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders in which a training was started, in order; `tmp_path` holds a small project as "ours"."""
    started: list[str] = []
    for name in ("data", "bot", "actions"):
        (tmp_path / "root" / name).mkdir(parents=True)
    (tmp_path / "root" / "data" / "nlu.yml").write_text(NLU, "utf-8")
    for name in ("config", "credentials", "domain", "endpoints"):
        (tmp_path / "root" / f"{name}.yml").write_text("version: '3.1'\n", "utf-8")
    ours, stock = tmp_path / "ours", tmp_path / "stock"
    for module in (projects, training):
        monkeypatch.setattr(module, "OURS", ours)
        monkeypatch.setattr(module, "STOCK", stock)
        monkeypatch.setattr(module, "WORK", tmp_path)
    monkeypatch.setattr(projects, "ROOT", tmp_path / "root")
    monkeypatch.setattr(training, "MODELS", {"ours": ours / "m.tar.gz", "stock": stock / "m.tar.gz"})

    def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, limit_s: float) -> Usage:
        started.append(cwd.name)
        (cwd / "m.tar.gz").write_bytes(b"x" * 2_000_000)
        return Usage(10, 20, 300)

    monkeypatch.setattr(training, "run_to_end", run)
    return started


def test_the_figures_are_kept_with_the_model(trained: list[str]) -> None:
    prepare("ours", force=False)
    first = prepare("stock", force=False)
    assert (first.cpu_s, first.wall_s, first.peak_mb, first.model_mb, first.epochs) == (10, 20, 300, 2.0, 100)
    assert prepare("stock", force=False) == first and trained == ["ours", "stock"]


def test_forced_means_trained_anew(trained: list[str]) -> None:
    for _ in range(2):
        prepare("ours", force=True)
        prepare("stock", force=True)
    assert trained == ["ours", "stock"] * 2


def test_ours_is_trained_anew_when_its_data_changed_and_stock_is_only_called_stale(
    trained: list[str], tmp_path: Path
) -> None:
    prepare("ours", force=False)
    assert not stale(prepare("stock", force=False))
    (tmp_path / "root" / "data" / "nlu.yml").write_text(NLU + "    - hi\n", "utf-8")
    prepare("ours", force=False)
    assert stale(prepare("stock", force=False)) and trained == ["ours", "stock", "ours"]


def test_other_epochs_train_the_stock_model_anew(trained: list[str]) -> None:
    prepare("ours", force=False)
    assert [prepare("stock", False, epochs).epochs for epochs in (3, None, 3, 5)] == [3, 3, 3, 5]
    assert trained == ["ours", "stock", "stock"]


def test_a_training_without_a_model_is_an_error(trained: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "run_to_end", lambda *_: Usage(1, 1, 1))
    with pytest.raises(BenchError, match="made no model"):
        prepare("ours", force=True)
