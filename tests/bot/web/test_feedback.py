"""What the operator gets to read of the visitors' opinions."""

from __future__ import annotations

from pathlib import Path

from bot.stores.transcript import RATING, Said, Transcript
from bot.web.feedback import summary


def test_ratings_comments_and_disliked_answers_are_shown(tmp_path: Path) -> None:
    transcript = Transcript(f"sqlite:///{tmp_path / 'assistant.db'}")
    assert summary(transcript) == "ratings     0 given, 0 skipped\nthumbs down none"
    for number, (score, comment) in enumerate([(5, "很好"), (2, ""), (None, "")]):
        transcript.add(Said(f"c{number}", "bye", "bot", "再见", ask=RATING))
        assert transcript.rate(f"c{number}", "bye", score, comment)
    for said in (Said("c0", "q", "user", "备案要多久"), Said("c0", "a", "bot", "这个问题\n我没有核实过的答案")):
        transcript.add(said)
    transcript.vote("c0", "a", False)
    shown = summary(transcript)
    assert "2 given, 1 skipped" in shown and "3.5 of 5" in shown and "5 of 5   很好" in shown
    assert "visitor   备案要多久\n  bot       这个问题 我没有核实过的答案" in shown
