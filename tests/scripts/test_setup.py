"""The set-up: which interpreter it takes, when it has nothing to do, how it repairs, and what it says when it can't."""

import errno
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# An installer in miniature: makes the folder that it is asked for, and notes what it was called with.
FAKE_UV = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$1 $2" in
  "--version ") echo "uv 9.9.9 (fake)";;
  "venv "*) for last; do :; done; rm -rf "$last"; mkdir -p "$last/bin"; ln -s /bin/sh "$last/bin/python";;
  "pip sync") if [ -n "$FAIL" ]; then echo "$FAIL" >&2; exit 2; fi;;
esac
"""


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """The module, working on a folder of its own with a fake uv and a fake python3.10."""
    spec = importlib.util.spec_from_file_location("project_setup", ROOT / "scripts/setup.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = tmp_path / "a project"
    (module.ROOT / "scripts").mkdir(parents=True)
    (module.ROOT / "requirements.lock").write_text("one==1 \\\n    --hash=sha256:00\ntwo==2 \\\n    --hash=sha256:00\n")
    (module.ROOT / "scripts/uv.lock.txt").write_text("uv==9.9.9 \\\n    --hash=sha256:00\n")
    executable(module.ROOT / "var/uv/bin/uv", FAKE_UV)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("FAIL", "")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(module, "PROBE", "probe")
    executable(tmp_path / "bin/python3.10", "#!/bin/sh\necho 3.10\n")
    return module


def executable(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return path


def calls(setup) -> list[str]:
    """What uv was asked for, its version aside."""
    path = Path(os.environ["CALLS"])
    return [line.split()[0] for line in path.read_text().splitlines() if line != "--version"] if path.exists() else []


def test_the_first_python_that_really_runs_is_taken(setup, tmp_path):
    assert setup.find_python() == str(tmp_path / "bin/python3.10")


def test_a_shim_that_fails_is_passed_over_for_pyenvs_newest(setup, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    executable(tmp_path / "bin/python3.10", "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n")
    for version in ("3.9.18", "3.10.4", "3.10.13"):
        executable(tmp_path / f"pyenv/versions/{version}/bin/python", "#!/bin/sh\necho 3.10\n")
    assert setup.find_python() == str(tmp_path / "pyenv/versions/3.10.13/bin/python")


@pytest.mark.parametrize("script", ["echo 3.11", "echo 'No module named _ssl' >&2; exit 1", "echo"])
def test_a_python_that_will_not_do_is_not_taken(setup, tmp_path, monkeypatch, script):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    executable(tmp_path / "bin/python3.10", f"#!/bin/sh\n{script}\n")
    assert setup.find_python() is None


def test_packages_are_compiled_once_and_not_at_every_start(setup):
    assert setup.main() == 0
    [sync] = [line for line in Path(os.environ["CALLS"]).read_text().splitlines() if line.startswith("pip sync")]
    assert "--compile-bytecode" in sync.split()


def test_without_one_uv_fetches_it(setup, tmp_path, capsys):
    (tmp_path / "bin/python3.10").unlink()
    setup.find_python = lambda: None
    assert setup.main() == 0
    assert calls(setup) == ["python", "python", "venv", "pip"]


def test_an_unobtainable_interpreter_says_what_to_do(setup, capsys):
    setup.find_python = lambda: None
    executable(setup.ROOT / "var/uv/bin/uv", FAKE_UV.replace('"pip sync"', '"python install") exit 1;;\n  "pip sync"'))
    assert setup.main() == 1
    assert "no working Python 3.10" in (said := capsys.readouterr().err) and "pyenv install 3.10" in said


def test_the_first_run_does_three_steps_and_the_second_none(setup, capsys):
    assert setup.main() == 0
    assert [line[:10] for line in capsys.readouterr().out.splitlines()] == [
        "set-up 1/3",
        "set-up 2/3",
        "set-up 3/3",
        "set-up don",
    ]
    done = calls(setup)
    assert done == ["venv", "pip"]
    assert setup.main() == 0
    assert calls(setup) == done and capsys.readouterr().out == ""


def test_a_changed_lock_file_updates_the_environment_in_place(setup):
    setup.main()
    (setup.ROOT / "requirements.lock").write_text("one==2 \\\n    --hash=sha256:00\n")
    assert setup.main() == 0
    assert calls(setup) == ["venv", "pip", "pip"]


def test_a_run_that_broke_off_is_repaired_from_scratch(setup, monkeypatch, capsys):
    monkeypatch.setenv("FAIL", "killed")
    assert setup.main() == 1
    monkeypatch.setenv("FAIL", "")
    assert not setup.is_done(setup.ROOT)
    assert setup.main() == 0
    assert calls(setup) == ["venv", "pip", "venv", "pip"]


def test_an_update_that_broke_off_is_repaired_from_scratch_too(setup, monkeypatch):
    setup.main()
    (setup.ROOT / "requirements.lock").write_text("one==2 \\\n    --hash=sha256:00\n")
    monkeypatch.setenv("FAIL", "killed")
    assert setup.main() == 1
    monkeypatch.setenv("FAIL", "")
    assert setup.main() == 0
    assert calls(setup) == ["venv", "pip", "pip", "venv", "pip"]


def test_an_interpreter_that_went_away_makes_a_new_environment(setup):
    setup.main()
    (setup.ROOT / ".venv/bin/python").unlink()
    assert setup.main() == 0
    assert calls(setup) == ["venv", "pip", "venv", "pip"]


@pytest.mark.parametrize(
    ("uv_says", "says"),
    [
        ("error sending request for url: dns error: failed to lookup address", "no answer from the network"),
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "no answer from the network"),
        ("failed to copy file: No space left on device (os error 28)", "the disk is full"),
        ("error: Failed to download `x`\n  cause: Hash mismatch for `x`", "hash mismatch"),
        ("failed to create directory: Permission denied (os error 13)", "no permission to write"),
        ("error: something nobody thought of", "something nobody thought of"),
    ],
)
def test_a_failing_installer_is_one_sentence_with_the_log(setup, monkeypatch, capsys, uv_says, says):
    monkeypatch.setenv("FAIL", uv_says)
    assert setup.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("set-up stopped: installing the packages failed: ") and says in said
    assert said.endswith("(details: var/log/setup.log).\n") and said.count("\n") == 1
    assert uv_says in (setup.ROOT / "var/log/setup.log").read_text()


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EACCES, "no permission"),
        (errno.ENOSPC, "disk is full"),
        (errno.EIO, "x: "),
    ],
)
def test_a_folder_that_cannot_be_written(setup, capsys, monkeypatch, number, says):
    def refuse(root):
        raise OSError(number, "x", "/there")

    monkeypatch.setattr(setup, "set_up", refuse)
    assert setup.main() == 1
    assert says in capsys.readouterr().err


def test_python_without_venv_and_pip_says_what_to_install(setup, monkeypatch, capsys):
    (setup.ROOT / "var/uv/bin/uv").unlink()
    monkeypatch.setattr(setup.sys, "executable", str(executable(setup.ROOT / "bare", "#!/bin/sh\nexit 1\n")))
    assert setup.main() == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_too_old_a_python_is_refused(setup, monkeypatch, capsys):
    monkeypatch.setattr(setup.sys, "version_info", (3, 7, 16))
    assert setup.main() == 1
    assert capsys.readouterr().err.startswith("set-up stopped: python3 is 3.7, but 3.8 or newer is needed")


def test_pips_index_is_handed_on_unless_uv_has_its_own(setup, monkeypatch):
    executable(setup.ROOT / "python", "#!/bin/sh\necho mirror\n")
    monkeypatch.setattr(setup.sys, "executable", str(setup.ROOT / "python"))
    assert setup.pip_index({}) == {"UV_DEFAULT_INDEX": "mirror"}
    assert setup.pip_index({"UV_DEFAULT_INDEX": "own"}) == {}


def test_ctrl_c_is_no_traceback(setup, monkeypatch, capsys):
    def interrupt(root):
        raise KeyboardInterrupt

    monkeypatch.setattr(setup, "set_up", interrupt)
    assert setup.main() == 130
    assert "run the same command again" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["requirements.lock", "scripts/uv.lock.txt"])
def test_every_locked_package_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    packages = [block for block in text.split("\n") if "==" in block and not block.startswith((" ", "#"))]
    assert packages and text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text and "index-url" not in text


def test_the_script_needs_nothing_but_the_standard_library(setup):
    code = "import runpy; runpy.run_path(%r)"  # only imports it: its name is not __main__
    command = [sys.executable, "-I", "-S", "-c", code % str(ROOT / "scripts/setup.py")]
    assert subprocess.run(command, capture_output=True).returncode == 0
