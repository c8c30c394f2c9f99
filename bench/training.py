"""Trains both projects in processes of their own, measured, and keeps models and figures under var/bench/."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.processes import BenchError, run_to_end
from bench.projects import OURS, STOCK, STOCK_EPOCHS, WORK, fingerprint, snapshot_ours, write_stock

LIMIT_S = 3 * 3600.0  # a training that takes longer is given up
MODELS = {"ours": OURS / "models" / "assistant.tar.gz", "stock": STOCK / "models" / "stock.tar.gz"}
# Both sides alike: no telemetry, no GPU, nothing taken from an earlier training.
ENV = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "RASA_MAX_CACHE_SIZE": "0",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


@dataclass(frozen=True)
class Trained:
    """What a training used, of what (`fingerprint`) and when."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    model_mb: float
    fingerprint: str
    when: str
    epochs: int


def prepare(side: str, force: bool, epochs: int | None = None) -> Trained:
    """Return the side's model figures; trains when forced or when there is no model (ours: none of today's data).

    A cached stock model stays although data has changed since (`stale()` tells), unless other `epochs` are wanted.
    """
    cached = None if force else load(side)
    if side == "ours":
        snapshot_ours()
        if cached and cached.fingerprint != fingerprint(OURS):
            cached = None
    elif cached is None or (epochs and epochs != cached.epochs):
        write_stock(epochs or STOCK_EPOCHS)
        cached = None
    return cached or _train(side, epochs or STOCK_EPOCHS)


def stale(trained: Trained) -> bool:
    """Tell whether the cached stock model was trained on other data than today's."""
    write_stock(trained.epochs)
    return trained.fingerprint != fingerprint(STOCK)


def load(side: str) -> Trained | None:
    """The figures kept with the side's model, None when one of both is missing."""
    figures = _figures(side)
    if not MODELS[side].is_file() or not figures.is_file():
        return None
    return Trained(**json.loads(figures.read_text("utf-8")))


def _train(side: str, epochs: int) -> Trained:
    folder = {"ours": OURS, "stock": STOCK}[side]
    MODELS[side].unlink(missing_ok=True)
    made_of, when = fingerprint(folder), time.strftime("%Y-%m-%d %H:%M")
    used = run_to_end(_command(side), folder, {**ENV, "PYTHONPATH": str(folder)}, WORK / f"train-{side}.log", LIMIT_S)
    if not MODELS[side].is_file():
        raise BenchError(f"the training of {side} made no model (log: {WORK / f'train-{side}.log'})")
    size = MODELS[side].stat().st_size / 1e6
    trained = Trained(used.cpu_s, used.wall_s, used.peak_mb, size, made_of, when, epochs if side == "stock" else 0)
    _figures(side).write_text(json.dumps(asdict(trained), indent=1), "utf-8")
    return trained


def _command(side: str) -> list[str]:
    if side == "ours":
        return [sys.executable, "-m", "bot.train"]
    return [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "stock", "--out", "models"]


def _figures(side: str) -> Path:
    return WORK / f"trained-{side}.json"
