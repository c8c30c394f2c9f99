"""③ The evaluation on paper: report.json, report.md and confusion.png in one folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.evaluation.figures import Understood, confusion

# figure -> what it is called; those of `policy` have a dot.
NAMES = {
    "topic_accuracy": "topic questions answered with the right topic",
    "wrong_topic": "topic questions answered with another topic",
    "near_miss_answered": "near-misses answered with a topic",
    "out_of_scope_answered": "out of scope answered with a topic",
    "dialogue_right": "dialogue intents right",
    "macro_f1": "macro-F1 of all intents",
    "calibration_error": "expected calibration error",
    "policy.right_at_once": "topic questions: right at once",
    "policy.right_after_one_click": "topic questions: right after one click",
    "policy.wrongly_answered": "topic questions: wrongly answered",
    "policy.told_not_covered": "topic questions: told that it is not covered",
    "policy.others_asked_back": "other questions: asked back",
    "policy.others_told_not_covered": "other questions: told that it is not covered",
}


def pick(figures: dict[str, Any], name: str) -> Any:
    """Value of a figure by its name in NAMES."""
    for part in name.split("."):
        figures = figures[part]
    return figures


def as_number(value: Any) -> float:
    """The figure itself, without its interval."""
    return float(value[0] if isinstance(value, (list, tuple)) else value)


def markdown(systems: dict[str, dict[str, Any]]) -> str:
    """Tables for {"ours" | "baseline": {"languages": {language: figures}, "cost": {…}}}."""
    languages = list(next(iter(systems.values()))["languages"])
    columns = [(system, language) for system in systems for language in languages]
    lines = [
        "# How well messages are understood",
        "",
        "Held-out messages of tests/nlu/, 95 % intervals in brackets.",
        "",
    ]
    lines += ["| figure | " + " | ".join(f"{system} {language}" for system, language in columns) + " |"]
    lines += ["|---|" + "---|" * len(columns)]
    for name, title in NAMES.items():
        cells = [_cell(pick(systems[system]["languages"][language], name)) for system, language in columns]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    lines += ["", *_cost_lines(systems), "## Risk against coverage", ""]
    lines += [
        "Answering topics from this probability on: share of topic questions answered / share of answers wrong.",
        "",
    ]
    curves = [systems[system]["languages"][language]["risk_coverage"] for system, language in columns]
    lines += [
        "| from | " + " | ".join(f"{system} {language}" for system, language in columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    for row in zip(*curves, strict=True):
        lines.append(f"| {row[0][0]:.2f} | " + " | ".join(f"{point[1]:.3f} / {point[2]:.3f}" for point in row) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if not isinstance(value, (list, tuple)):
        return f"{value:.3f}"
    return f"{value[0]:.3f} ({value[1]:.3f}-{value[2]:.3f})"


def _cost_lines(systems: dict[str, dict[str, Any]]) -> list[str]:
    lines = []
    for system, result in systems.items():
        cost = ", ".join(f"{name} {value:.1f}" for name, value in result.get("cost", {}).items())
        lines.append(f"{system}: {cost}" if cost else system)
    return [*lines, ""]


def text(systems: dict[str, dict[str, Any]]) -> str:
    """The main table for the terminal."""
    lines = []
    for system, result in systems.items():
        for language, figures in result["languages"].items():
            lines.append(f"\n{system}, {language} ({figures['messages']} messages)")
            lines += [f"  {title:46} {_cell(pick(figures, name))}" for name, title in NAMES.items()]
    return "\n".join([*lines, "", *_cost_lines(systems)])


def save(folder: Path, systems: dict[str, dict[str, Any]], messages: Sequence[Understood]) -> None:
    """Writes the three files; the picture shows our own system."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(systems, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(systems), encoding="utf-8")
    _picture(folder / "confusion.png", messages)


def _picture(path: Path, messages: Sequence[Understood]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    languages = sorted({message.language for message in messages})
    figure, axes = pyplot.subplots(1, len(languages), figsize=(11 * len(languages), 10), squeeze=False)
    for axis, language in zip(axes[0], languages, strict=True):
        names, counts = confusion([message for message in messages if message.language == language])
        shares = [[count / max(1, sum(row)) for count in row] for row in counts]
        axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axis.set_xticks(range(len(names)), names, rotation=90)
        axis.set_yticks(range(len(names)), names)
        axis.set(title=language, xlabel="decided", ylabel="label")
        for i, row in enumerate(counts):
            for j, count in enumerate(row):
                if count:
                    axis.text(j, i, count, ha="center", va="center", color="white" if shares[i][j] > 0.5 else "black")
    figure.tight_layout()
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
