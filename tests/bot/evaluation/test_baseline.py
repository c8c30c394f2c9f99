"""The baseline gets a fair share of the messages: as many of each intent, from all of its authors."""

from __future__ import annotations

import yaml

from bot.evaluation.baseline import fewer

DATA = """
version: "3.1"
nlu:
  - intent: greet # author: a
    examples: |
      - hi
      - hello
  - intent: greet # author: b
    examples: |
      - good day
      - hey there
  - intent: thank # author: a
    examples: |
      - thanks
"""


def test_keeps_so_many_of_each_intent() -> None:
    kept = {b["intent"]: b["examples"].splitlines() for b in yaml.safe_load(fewer(DATA, 2))["nlu"]}
    assert kept == {"greet": ["- hi", "- good day"], "thank": ["- thanks"]}


def test_keeps_everything_when_there_is_room() -> None:
    assert fewer(DATA, 9).count("- ") == 5 + 2  # five messages and two blocks
