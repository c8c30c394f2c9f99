"""`python -m bot.evaluate [--baseline] [--check]`: how well ③ understands the held-out messages of tests/nlu/.

Prints the figures and writes var/evaluation/report.json, report.md and confusion.png. With --check the exit code is 1
when a figure is worse than tests/nlu/floor.yml says. The held-out messages are never used for a choice, only for this.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.evaluation.baseline import train_baseline
from bot.evaluation.figures import Understood, figures
from bot.evaluation.report import NAMES, as_number, pick, save, text
from bot.evaluation.understand import LANGUAGES, training_keys, understand
from bot.paths import DATA, MODEL

HELD_OUT = Path("tests/nlu")
FOLDER = Path("var/evaluation")
MESSAGES = sorted(DATA.glob("nlu*.yml"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and reports; returns the exit code."""
    options = _options(arguments)
    if not MODEL.exists():
        print(f"evaluation stopped: there is no {MODEL}; make train makes it.", file=sys.stderr)
        return 1
    known = training_keys(MESSAGES)
    messages, milliseconds = understand(MODEL, HELD_OUT, known)
    cost = {"parse CPU-ms": milliseconds, "model MB": MODEL.stat().st_size / 1e6}
    systems = {"ours": {"languages": by_language(messages), "cost": cost}}
    if options.baseline:
        systems["baseline"] = _baseline(options.epochs, options.messages)
    save(FOLDER, systems, messages)
    print(text(systems))
    print(f"report      {FOLDER}/report.md, report.json, confusion.png")
    worse = below_floor(systems["ours"]["languages"], yaml.safe_load((HELD_OUT / "floor.yml").read_text("utf-8")))
    for line in worse if options.check else []:
        print(f"below floor {line}", file=sys.stderr)
    return 1 if worse and options.check else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--baseline", action="store_true", help="also train and measure what `rasa init` gives (slow)")
    parser.add_argument("--epochs", type=int, default=100, help="training epochs of the baseline (Rasa's own: 100)")
    parser.add_argument(
        "--messages", type=int, default=60, help="training messages of the baseline, of each intent and language"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a figure is worse than its floor")
    return parser.parse_args(arguments)


def by_language(messages: Sequence[Understood]) -> dict[str, Any]:
    """Figures for each language."""
    return {name: figures([m for m in messages if m.language == name]) for name in LANGUAGES}


def _baseline(epochs: int, most: int) -> dict[str, Any]:
    print("baseline    training the pipeline of `rasa init` …", flush=True)
    model, seconds = train_baseline(FOLDER / "baseline", MESSAGES, epochs, most)
    messages, milliseconds = understand(model, HELD_OUT, training_keys(MESSAGES))
    cost = {"training CPU-s": seconds, "parse CPU-ms": milliseconds, "model MB": model.stat().st_size / 1e6}
    return {"languages": by_language(messages), "cost": cost}


def below_floor(languages: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    """A line for every figure that is worse than {"at_least" | "at_most": {language: {figure: limit}}} allows."""
    worse = []
    for kind, sign in (("at_least", 1), ("at_most", -1)):
        for language, limits in floor.get(kind, {}).items():
            for name, limit in limits.items():
                value = as_number(pick(languages[language], name))
                if sign * (value - limit) < 0:
                    worse.append(f"{language}: {NAMES[name]}: {value:.3f}, {kind.replace('_', ' ')} {limit:.3f}")
    return worse


if __name__ == "__main__":
    sys.exit(main())
