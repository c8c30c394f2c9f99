"""`make demo-wechat`: a whole chat through the demo, from a pipe."""

from __future__ import annotations

import subprocess
import sys

from conftest import ROOT


def test_a_chat_in_the_terminal():
    typed = "备案办完了，想把机器清空换成 Rocky Linux，行不行\n1\n"
    command = [sys.executable, "-m", "bot.demo.wechat"]
    done = subprocess.run(command, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    for words in ["机器人", "操作系统", "[1]", *[f"you> {line}" for line in typed.splitlines()]]:
        assert words in done.stdout
