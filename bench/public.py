"""③ The same classifier on public data: CLINC150 (full, with out-of-scope) and BANKING77.

    python -m bench.public --clinc <oos-eval>/data/data_full.json --banking <task-specific-datasets>/banking_data

The files are the published ones (github.com/clinc/oos-eval, github.com/PolyAI-LDN/task-specific-datasets) and are
not committed. Nothing is chosen on a test set: the settings are the assistant's own, the threshold comes from CLINC's
validation set.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.linear_model import LinearTextModel, ModelConfig, softmax
from bot.nlu.sentence_encoder import Floats, sentence_encoder
from bot.text.normalise import normalise

OOS = "oos"
# Test figures as published: CLINC150 from Larson et al. 2019, table 1 (full); BANKING77 from Casanueva et al. 2020.
PUBLISHED = {
    "CLINC150, in scope / oos recall": [
        "Rasa 90.9 / 31.2 (threshold)",
        "BERT 96.2 / 52.3 (threshold)",
        "BERT 96.9 / 40.3 (oos as a class)",
    ],
    "BANKING77": ["USE 92.8", "ConveRT 93.0", "BERT-tuned 93.7", "USE+ConveRT 93.4"],
}
Pairs = list[tuple[str, str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what files are given for and prints one line per result."""
    parser = argparse.ArgumentParser(prog="python -m bench.public", description=__doc__)
    parser.add_argument("--clinc", type=Path, help="data_full.json of oos-eval")
    parser.add_argument("--banking", type=Path, help="folder with BANKING77's train.csv and test.csv")
    options = parser.parse_args(arguments)
    if options.clinc:
        clinc(json.loads(options.clinc.read_text(encoding="utf-8")))
    if options.banking:
        banking(_rows(options.banking / "train.csv"), _rows(options.banking / "test.csv"))
    for name, results in PUBLISHED.items():
        print(f"published   {name}: {'; '.join(results)}")
    if not (options.clinc or options.banking):
        parser.print_usage()
        return 2
    return 0


def clinc(data: dict[str, Any]) -> None:
    """In-scope accuracy and oos recall; which rule finds oos, and from where on, is chosen on the validation set."""
    parts = {name: [(normalise(text), label) for text, label in rows] for name, rows in data.items()}
    model = _fit(parts["train"] + parts["oos_train"], ModelConfig())
    validation, truth = _scores(model, parts["val"] + parts["oos_val"])
    test, test_truth = _scores(model, parts["test"] + parts["oos_test"])
    chosen = []
    for name, rule in RULES.items():
        surely = rule(validation, model)
        bars = np.quantile(surely, np.linspace(0, 0.5, 251))
        results = [in_scope_and_recall(decide(validation, surely, bar, model.classes), truth) for bar in bars]
        best = int(np.argmax([sum(result) for result in results]))
        chosen.append((sum(results[best]), name))
        tested = in_scope_and_recall(decide(test, rule(test, model), bars[best], model.classes), test_truth)
        print(f"CLINC150    {name}: {_line(results[best])} on validation, {_line(tested)} on test", flush=True)
    print(f"CLINC150    chosen on validation: {max(chosen)[1]}", flush=True)


def banking(train: Pairs, test: Pairs) -> None:
    """Accuracy on BANKING77."""
    model = _fit(train, ModelConfig())
    scores, truth = _scores(model, test)
    right = np.asarray(model.classes)[scores.argmax(axis=1)] == truth
    print(f"BANKING77   accuracy {100 * right.mean():.1f}", flush=True)


def probability(scores: Floats, model: LinearTextModel) -> Floats:
    """How surely a message is in scope: probability of its best class that is not oos."""
    return np.asarray(softmax(scores / model.temperature)[:, _in_scope(model.classes)].max(axis=1))


def leads(scores: Floats, model: LinearTextModel) -> Floats:
    """How surely a message is in scope: lead of its best class over the second one, plus its lead over oos."""
    ordered = np.sort(scores[:, _in_scope(model.classes)], axis=1)
    return 2 * ordered[:, -1] - ordered[:, -2] - scores[:, model.classes.index(OOS)]


RULES = {"probability": probability, "leads": leads}


def _in_scope(classes: list[str]) -> list[int]:
    return [i for i, name in enumerate(classes) if name != OOS]


def decide(scores: Floats, surely: Floats, bar: float, classes: list[str]) -> Any:
    """The best class in scope, or oos where the message is less surely in scope than the bar."""
    inside = _in_scope(classes)
    best = np.asarray(classes)[np.asarray(inside)[scores[:, inside].argmax(axis=1)]]
    return np.where(surely < bar, OOS, best)


def in_scope_and_recall(decided: Any, truth: Any) -> tuple[float, float]:
    """Accuracy on in-scope messages and share of oos messages that were found."""
    outside = truth == OOS
    return float((decided == truth)[~outside].mean()), float((decided == OOS)[outside].mean())


def _fit(pairs: Pairs, config: ModelConfig) -> LinearTextModel:
    started = time.process_time()
    model = LinearTextModel.fit([text for text, _ in pairs], [label for _, label in pairs], config)
    print(
        f"trained     {len(pairs)} messages, {len(model.classes)} classes, {time.process_time() - started:.0f} CPU-s",
        flush=True,
    )
    return model


def _scores(model: LinearTextModel, pairs: Pairs) -> tuple[Floats, Any]:
    texts = [text for text, _ in pairs]
    vectors = sentence_encoder().encode(texts)
    scores = np.stack([model.scores(text, vector) for text, vector in zip(texts, vectors, strict=True)])
    return scores, np.array([label for _, label in pairs])


def _line(result: tuple[float, float]) -> str:
    return f"in scope {100 * result[0]:.1f} / oos recall {100 * result[1]:.1f}"


def _rows(path: Path) -> Pairs:
    with path.open(encoding="utf-8", newline="") as file:
        return [(normalise(row["text"]), row["category"]) for row in csv.DictReader(file)]


if __name__ == "__main__":
    sys.exit(main())
