"""The arithmetic of the report and its table."""

import json

import pytest

from bench.report import Row, markdown, number, percentile, table, write

ROW = Row("load", "answer, 1 client", "CPU-ms", 6.0, 24.0)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7.0], 95, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.5),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.5),  # order does not matter
        ([float(n) for n in range(101)], 95, 95.0),
        ([0.0, 10.0], 95, 9.5),
    ],
)
def test_percentile(values: list[float], percent: float, expected: float) -> None:
    assert percentile(values, percent) == pytest.approx(expected)


def test_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs values"):
        percentile([], 50)


def test_ratio_is_ours_by_stock() -> None:
    assert ROW.ratio == 0.25


def test_ratio_to_nothing_is_none_and_a_dash_in_the_table() -> None:
    row = Row("load", "x", "ms", 1.0, 0.0)
    assert row.ratio is None
    assert table([row]).splitlines()[-1] == "| x | ms | 1.00 | 0.00 | - |"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (0.0123, "0.012"),
        (0.25, "0.25"),
        (9.994, "9.99"),
        (9.999, "10.0"),
        (99.96, "100"),
        (1234.5, "1,234"),
    ],
)
def test_numbers_show_about_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_table_has_one_line_per_row_below_the_heading() -> None:
    lines = table([ROW, ROW]).splitlines()
    assert lines[0] == "| what | unit | ours | stock | ours/stock |"
    assert lines[2:] == ["| answer, 1 client | CPU-ms | 6.00 | 24.0 | 0.25 |"] * 2


def test_markdown_names_the_head_then_the_table_then_the_notes() -> None:
    text = markdown({"machine": "a computer"}, [ROW], ["a note"])
    assert text.index("- machine: a computer") < text.index("| answer, 1 client |") < text.index("- a note")


def test_both_files_are_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    write(tmp_path / "new" / "report.json", {"machine": "m"}, [ROW], [])
    content = json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))
    assert content["rows"] == [
        {"group": "load", "what": "answer, 1 client", "unit": "CPU-ms", "ours": 6.0, "stock": 24.0, "ratio": 0.25}
    ]
    assert "answer, 1 client" in (tmp_path / "new" / "report.md").read_text("utf-8")
