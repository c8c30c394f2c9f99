"""③ What Rasa gives without us: the pipeline that `rasa init` writes, trained on the same messages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

# The pipeline and settings of `rasa init` in Rasa 3.6.21 (it leaves `pipeline:` empty and fills in this).
STOCK = """\
recipe: default.v1
assistant_id: stock-baseline
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
    random_seed: 0
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: {epochs}
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""


def fewer(text: str, most: int) -> str:
    """Training data with at most so many messages of each intent, taken evenly from all its authors."""
    listed: dict[str, list[str]] = {}
    for block in yaml.safe_load(text)["nlu"]:
        listed.setdefault(block["intent"], []).extend(block["examples"].splitlines())
    kept = {intent: lines[:: max(1, -(-len(lines) // most))] for intent, lines in listed.items()}
    blocks = [{"intent": intent, "examples": "\n".join(lines)} for intent, lines in kept.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)


def train_baseline(folder: Path, data: list[Path], epochs: int, most: int) -> tuple[Path, float]:
    """Trains the stock pipeline and returns the model and its CPU seconds.

    most: messages of each intent and file; its time grows with them, and with all of ours it takes hours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yml"
    config.write_text(STOCK.format(epochs=epochs), encoding="utf-8")
    messages = folder / "data"
    messages.mkdir(exist_ok=True)
    for path in data:
        (messages / path.name).write_text(fewer(path.read_text(encoding="utf-8"), most), encoding="utf-8")
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", str(config), "--out", str(folder)]
    command += ["--nlu", str(messages), "--fixed-model-name", "baseline"]
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_MAX_CACHE_SIZE": "0",
    }
    before = os.times()
    with (folder / "train.log").open("w", encoding="utf-8") as log:
        subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT, env=environment)
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return folder / "baseline.tar.gz", seconds
