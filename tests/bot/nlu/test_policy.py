"""Answer, ask back, or say that it is not covered."""

import pytest

from bot.nlu.policy import Thresholds, choose

LEAST = Thresholds(answer=0.6, not_covered=0.4, dialogue=0.25)


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ([("resolution_fails", 0.61), ("icp_other", 0.3)], "resolution_fails"),
        ([("resolution_fails", 0.59), ("icp_other", 0.3)], "nlu_fallback"),
        ([("icp_other", 0.41), ("resolution_fails", 0.39)], "icp_other"),
        ([("icp_other", 0.3), ("out_of_scope", 0.2), ("greet", 0.1)], "icp_other"),
        ([("icp_other", 0.3), ("switch_to_hong_kong", 0.29), ("out_of_scope", 0.05)], "nlu_fallback"),
        ([("thank", 0.26), ("greet", 0.2)], "thank"),
        ([("thank", 0.24), ("greet", 0.2)], "nlu_fallback"),
    ],
)
def test_decides_by_probability(ranking: list[tuple[str, float]], intent: str) -> None:
    assert choose(ranking, LEAST)[0] == intent


def test_confidence_of_unsure_is_what_the_best_lacks() -> None:
    assert choose([("resolution_fails", 0.55)], LEAST) == ("nlu_fallback", pytest.approx(0.45))
