"""The crowd of web visitors: really sent, really counted."""

from __future__ import annotations

import pytest
from conftest import Assistant, missing

from bench.processes import BenchError
from bench.visitors import Crowd, rows, visit


def test_a_small_crowd_loses_and_doubles_nothing(assistant: Assistant) -> None:
    crowd = Crowd(visitors=4, seconds=3, every=1)
    try:
        found = visit(assistant.address, crowd)
    except BenchError as error:
        missing(str(error))
    assert found["sent"] == found["acknowledged"] == len(found["took"]) >= 8  # type: ignore[arg-type]
    assert (found["lost"], found["doubled"], found["refused"]) == (0, 0, 0)


def test_the_figures_are_those_of_the_run() -> None:
    found = {"sent": 4, "lost": 1, "doubled": 2, "disconnects": 0, "took": [10.0, 20.0, 30.0]}
    figures = {row.what.split(": ")[1]: row.ours for row in rows(found, Crowd(), spent=0.2, memory=700.0)}
    assert figures["lost"] == 1 and figures["doubled"] == 2 and figures["messages sent"] == 4
    assert figures["first line of the answer after, p50"] == 20.0
    assert figures["Rasa process for each message"] == pytest.approx(50.0)
