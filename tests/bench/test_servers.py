"""How both sides are started; nothing is started here."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bench import servers
from bench.processes import BenchError, running
from bench.servers import _ours, _stock, wait_ready


@pytest.fixture(autouse=True)
def stock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(servers, "STOCK", tmp_path)
    return tmp_path


@pytest.mark.parametrize("side", [_ours, _stock])
def test_both_processes_listen_on_this_machine_only(side) -> None:  # type: ignore[no-untyped-def]
    _, (actions, rasa) = side(6001, 6002, None)
    assert actions.env["SANIC_HOST"] == "127.0.0.1" and "6002" in actions.command
    command = list(rasa.command)
    assert command[command.index("-i") + 1] == "127.0.0.1" and command[command.index("-p") + 1] == "6001"


def test_our_settings_are_none_of_the_operators(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://operator@db/live")
    monkeypatch.setenv("REDIS_URL", "redis://live:6379/0")
    _, children = _ours(6001, 6002, tmp_path / "bench.db")
    for child in children:
        assert child.env["DATABASE_URL"] == f"sqlite:///{tmp_path / 'bench.db'}" and child.env["REDIS_URL"] == ""


@pytest.mark.parametrize(("database", "store"), [(None, None), (Path("/x/y.db"), "SQL")])
def test_the_stock_store_is_in_memory_or_a_file(stock: Path, database: Path | None, store: str | None) -> None:
    _, (_, rasa) = _stock(6001, 6002, database)
    command = list(rasa.command)
    endpoints = yaml.safe_load((stock / command[command.index("--endpoints") + 1]).read_text("utf-8"))
    assert endpoints["action_endpoint"] == {"url": "http://127.0.0.1:6002/webhook"}
    assert endpoints.get("tracker_store", {}).get("type") == store


def test_both_sides_get_the_same_log_level_and_telemetry_setting() -> None:
    ours, stock = (side(6001, 6002, None)[1][1].env for side in (_ours, _stock))
    for name in ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES", "RASA_TELEMETRY_ENABLED", "SANIC_WORKERS"):
        assert ours[name] == stock[name]


def test_a_server_that_ends_at_its_start_is_an_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit(4)"]
    with running(command, tmp_path, {}, tmp_path / "log") as process, pytest.raises(BenchError, match="exit code 4"):
        wait_ready(process, "http://127.0.0.1:9/", tmp_path / "log")


def test_a_server_that_never_answers_is_an_error(tmp_path: Path) -> None:
    with running(["sleep", "600"], tmp_path, {}, tmp_path / "log") as process:
        assert isinstance(process, subprocess.Popen)
        with pytest.raises(BenchError, match="not ready after 0 s"):
            wait_ready(process, "http://127.0.0.1:9/", tmp_path / "log", limit_s=0)
