"""The evaluation's arithmetic, on numbers that can be checked by hand."""

import pytest

from bot.evaluation.measures import calibration_error, macro_f1, macro_f1_interval, risk_coverage, share


def test_share_has_the_wilson_interval() -> None:
    found = share([True] * 8 + [False] * 2)
    assert (found.value, found.hits, found.total) == (0.8, 8, 10)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_share_at_the_ends() -> None:
    assert share([True] * 20).high == 1.0
    assert share([True] * 20).low == pytest.approx(0.8389, abs=1e-4)
    assert share([False] * 20).low == 0.0
    assert share([]) == (0.0, 0.0, 0.0, 0, 0)


def test_macro_f1_counts_each_intent_once() -> None:
    truth = ["a", "a", "a", "b"]
    assert macro_f1(truth, ["a", "a", "a", "b"]) == 1.0
    assert macro_f1(truth, ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2)
    assert macro_f1(truth, ["a", "a", "nlu_fallback", "b"]) == pytest.approx((0.8 + 1) / 2)


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    truth, predicted = ["a", "b"] * 30, ["a", "b"] * 25 + ["b", "a"] * 5
    low, high = macro_f1_interval(truth, predicted, rounds=100)
    assert low < macro_f1(truth, predicted) < high
    assert (low, high) == macro_f1_interval(truth, predicted, rounds=100)


def test_calibration_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([0.95] * 2, [True, False]) == pytest.approx(0.45)
    assert calibration_error([1.0, 0.05], [True, True]) == pytest.approx((0 + 0.95) / 2)


def test_risk_against_coverage() -> None:
    # two topic questions, one right at .9 and one wrong at .4; a near-miss that looks like a topic at .6
    points = {p.threshold: p for p in risk_coverage([0.9, 0.4, 0.6], [True, False, False], [True, True, False])}
    assert (points[0.3].coverage, points[0.3].risk) == (1.0, pytest.approx(2 / 3))
    assert (points[0.5].coverage, points[0.5].risk) == (0.5, 0.5)
    assert (points[0.7].coverage, points[0.7].risk) == (0.5, 0.0)
