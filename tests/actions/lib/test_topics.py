"""Which topics an unsure classifier offers."""

import pytest

from actions.lib.topics import LEAST_LIKELY, likely_topics


@pytest.mark.parametrize(
    ("ranking", "offered"),
    [
        ([], []),
        ([("greet", 0.5), ("icp_other", 0.3)], []),
        (
            [("resolution_fails", 0.4), ("icp_other", 0.3), ("change_server_system", 0.2)],
            ["resolution_fails", "change_server_system"],
        ),
        ([("resolution_fails", LEAST_LIKELY)], ["resolution_fails"]),
        ([("resolution_fails", LEAST_LIKELY - 0.001)], []),
        (
            [
                ("resolution_fails", 0.3),
                ("progress_not_synced", 0.2),
                ("switch_to_hong_kong", 0.2),
                ("change_server_system", 0.1),
            ],
            ["resolution_fails", "progress_not_synced", "switch_to_hong_kong"],
        ),
    ],
    ids=["nothing", "no topic", "topics in order", "just likely enough", "too unlikely", "at most three"],
)
def test_offers_up_to_three_likely_topics(ranking: list[tuple[str, float]], offered: list[str]) -> None:
    assert likely_topics([{"name": name, "confidence": score} for name, score in ranking]) == offered
