"""The check for support staff: table, JSON, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from diagnosis_lab import Lab
from diagnosis_lab.registries import record

from actions.diagnosis.cli import main


@pytest.mark.parametrize(
    ("name", "status", "code", "cause"),
    [("healthy-shop.com", (), 0, "fine"), ("held-shop.com", ("server hold",), 1, "identity_missing")],
)
def test_table_and_json(
    name: str, status: tuple[str, ...], code: int, cause: str, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.registries.rdap[name] = record(name, *status)
    assert main([name], lab.tools()) == code
    table = capsys.readouterr().out
    assert f"verdict     {cause} [" in table and "evidence    Registry (RDAP): registered 2020-05-01" in table
    assert main(["--json", "--language", "zh", name], lab.tools()) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["cause"], told["domain"]) == (cause, name)
    assert len(told["evidence"]) == len(told["facts"]) >= 5 and "注册局" in "".join(told["evidence"])
    assert 3 <= len(told["reply"]) <= 5


def test_what_could_not_be_seen_has_its_own_code(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mute-shop.cn"], lab.tools(resolvers=(), seconds=0.0)) == 3
    assert "not_looked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [("shop.test", "reserved"), ("10.0.0.5", "IP address"), ("com.cn", "suffix"), ("hello", "no domain name")],
)
def test_a_refused_name(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([text]) == 2
    assert said in capsys.readouterr().err


def test_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "actions.diagnosis.cli", "--", "http://router.local/"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "inside a computer" in done.stderr
