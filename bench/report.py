"""The outcome: rows of ours against stock, as JSON and as a Markdown table; and the arithmetic in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Row:
    """One figure of both sides; `group` is the name that `--only` takes."""

    group: str
    what: str
    unit: str
    ours: float
    stock: float

    @property
    def ratio(self) -> float | None:
        """Ours by stock; None when stock is nothing."""
        return self.ours / self.stock if self.stock else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values don't exceed, interpolated between neighbours. ValueError: no values."""
    if not values:
        raise ValueError("a percentile needs values")
    return float(np.percentile(values, percent))


def number(value: float) -> str:
    """A figure with about three digits that count: 1,234 / 56.7 / 8.90 / 0.012."""
    if value and abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.{0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2}f}"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, with the ratio ours/stock (units with /s and %: more is better; else less is)."""
    lines = ["| what | unit | ours | stock | ours/stock |", "|---|---|--:|--:|--:|"]
    for row in rows:
        ratio = "-" if row.ratio is None else number(row.ratio)
        lines.append(f"| {row.what} | {row.unit} | {number(row.ours)} | {number(row.stock)} | {ratio} |")
    return "\n".join(lines)


def markdown(head: Mapping[str, str], rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The whole report as Markdown."""
    lines = ["# The assistant against a stock `rasa init` project", ""]
    lines += [f"- {name}: {value}" for name, value in head.items()]
    lines += ["", table(rows), ""]
    lines += [f"- {note}" for note in notes]
    return "\n".join(lines).rstrip() + "\n"


def write(path: Path, head: Mapping[str, str], rows: Sequence[Row], notes: Sequence[str]) -> None:
    """Write `path` (.json) and the Markdown file beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"head": dict(head), "rows": [{**asdict(row), "ratio": row.ratio} for row in rows], "notes": list(notes)}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    path.with_suffix(".md").write_text(markdown(head, rows, notes), "utf-8")
