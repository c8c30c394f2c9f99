"""The model understands the held-out messages at least as well as tests/nlu/floor.yml says."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def test_no_figure_is_below_its_floor() -> None:
    # a process of its own: one model of Rasa at a time keeps this one small
    command = [sys.executable, "-m", "bot.evaluate", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "topic questions answered with the right topic" in done.stdout, done.stderr[-2000:]
    assert done.returncode == 0, [line for line in done.stderr.splitlines() if line.startswith("below floor")]
