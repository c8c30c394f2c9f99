"""The measurement of the domain check, with few looks: it runs, and what it measured are whole looks."""

from __future__ import annotations

import pytest

from bench import diagnosis


def test_rows_of_whole_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "ONE_BY_ONE", 3)
    monkeypatch.setattr(diagnosis, "AT_ONCE", 4)
    rows = diagnosis.run()
    assert {row.group for row in rows} == {"diagnosis"} and rows[-1].unit == "%"
    assert rows[-1].ours == 100.0
    assert (rows[-2].unit, rows[-2].ours) == ("%", 0.0)
    assert all(row.ours >= 3 * diagnosis.ROUND_TRIP for row in rows if row.unit == "s")  # DNS, connection, request
