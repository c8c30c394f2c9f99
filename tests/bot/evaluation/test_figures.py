"""Figures from understood messages: what counts as right, as offered, as wrong."""

from pathlib import Path

from bot.evaluate import below_floor
from bot.evaluation.figures import Understood, confusion, figures
from bot.evaluation.report import markdown, save
from bot.evaluation.understand import held_out, training_keys


def understood(label: str, intent: str, *ranking: tuple[str, float]) -> Understood:
    return Understood("en", label, intent, [{"name": name, "confidence": p} for name, p in ranking or [(intent, 0.9)]])


MESSAGES = [
    understood("resolution_fails", "resolution_fails"),
    understood("resolution_fails", "progress_not_synced"),
    understood("resolution_fails", "nlu_fallback", ("icp_other", 0.5), ("resolution_fails", 0.3)),
    understood("switch_to_hong_kong", "nlu_fallback", ("icp_other", 0.5), ("switch_to_hong_kong", 0.05)),
    understood("icp_other", "switch_to_hong_kong"),
    understood("icp_other", "icp_other"),
    understood("out_of_scope", "nlu_fallback", ("resolution_fails", 0.4)),
    understood("thank", "thank"),
    understood("thank", "greet"),
]


def test_shares() -> None:
    found = figures(MESSAGES)
    assert found["topic_accuracy"].value == 0.25
    assert found["wrong_topic"].value == 0.25
    assert found["near_miss_answered"].value == 0.5
    assert found["out_of_scope_answered"].value == 0.0
    assert found["dialogue_right"].value == 0.5
    assert found["policy"]["right_after_one_click"].value == 0.25
    assert found["policy"]["others_asked_back"].hits == 1


def test_confusion_counts_every_message_once() -> None:
    names, counts = confusion(MESSAGES)
    assert sum(map(sum, counts)) == len(MESSAGES)
    assert names[-1] == "nlu_fallback"
    assert counts[names.index("thank")][names.index("greet")] == 1


def test_floor_names_each_figure_that_is_worse() -> None:
    languages = {"en": figures(MESSAGES)}
    floor = {"at_least": {"en": {"topic_accuracy": 0.5}}, "at_most": {"en": {"near_miss_answered": 0.5}}}
    [line] = below_floor(languages, floor)
    assert line == "en: topic questions answered with the right topic: 0.250, at least 0.500"


def test_report_is_written(tmp_path: Path) -> None:
    systems = {"ours": {"languages": {"en": figures(MESSAGES)}, "cost": {"parse CPU-ms": 1.0}}}
    save(tmp_path, systems, MESSAGES)
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.md", "confusion.png"}
    assert "| near-misses answered with a topic | 0.500" in markdown(systems)


def test_messages_that_training_holds_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("thank: [Thanks!, Much obliged]\n", encoding="utf-8")
    data = tmp_path / "nlu.yml"
    data.write_text("nlu:\n  - intent: thank\n    examples: |\n      - thanks\n", encoding="utf-8")
    assert held_out(tmp_path, "en", training_keys([data])) == [("thank", "Much obliged")]
