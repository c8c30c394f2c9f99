"""First step of every `make` verb: the project's own environment `.venv` (Python 3.10 and the locked packages).

Runs on any python3 >= 3.8 with nothing but the standard library, because nothing else exists yet. A stamp in `.venv`
holds what was installed, so that a second run has nothing to do; without a stamp `.venv` is built anew.
"""

import contextlib
import errno
import hashlib
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = "3.10"  # Rasa 3.6 runs on 3.8-3.10 only
LOCK, UV_LOCK, LOG = "requirements.lock", "scripts/uv.lock.txt", "var/log/setup.log"
# The standard modules that Rasa needs and that a self-compiled Python may lack.
PROBE = "import sys, bz2, ctypes, lzma, sqlite3, ssl, zlib; print('%d.%d' % sys.version_info[:2])"

# What an installer's output means for the person in front of it; the first match counts.
CAUSES = (
    (
        r"No space left|os error 28|Errno 28|quota exceeded",
        "the disk is full; free some 3 GB and run the same command again",
    ),
    (
        r"hash mismatch|DO NOT MATCH THE HASHES",
        "a downloaded file is not the one in the lock file (hash mismatch): a mirror or proxy changed it;"
        " try again, or use another package index",
    ),
    (
        r"Permission denied|os error 13\b|Errno 13|Read-only file system",
        "no permission to write; run it as the owner of this folder, with a writable home directory",
    ),
    (
        r"dns error|resolve host|name resolution|Name or service not known|NewConnectionError|NameResolutionError"
        r"|Network is unreachable|Connection refused|error sending request|tcp connect|timed out|ProxyError",
        "no answer from the network; check the connection (behind a proxy set HTTPS_PROXY, with a mirror set it for pip"
        " or in UV_DEFAULT_INDEX) and run the same command again",
    ),
)


class SetupError(Exception):
    """One sentence for the terminal: what is wrong and what to do."""


def main() -> int:
    """Set up, and return the exit code; every failure is one sentence."""
    if sys.version_info < (3, 8):  # noqa: UP036 (this file runs before there is a 3.10; it may need no more than 3.6)
        major, minor = sys.version_info[:2]
        return fail(f"python3 is {major}.{minor}, but 3.8 or newer is needed; install a newer one")
    sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 loses a "…", not the set-up
    try:
        if not is_done(ROOT):
            with only_one(ROOT):
                set_up(ROOT)
    except SetupError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return fail("interrupted; run the same command again to finish it", 130)
    except OSError as error:
        return fail(cause(f"[Errno {error.errno}] {error.strerror}") or f"{error.strerror}: {error.filename}")
    return 0


def fail(sentence: str, code: int = 1) -> int:
    """Print why the set-up stopped and hand the exit code back."""
    print(f"set-up stopped: {sentence}.", file=sys.stderr)
    return code


def is_done(root: Path) -> bool:
    """Tell whether `.venv` holds what the lock file says (its interpreter may have been removed since)."""
    stamp = root / ".venv" / "set-up.stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint(root) and (root / ".venv/bin/python").exists()


def fingerprint(root: Path) -> str:
    """Name the wanted environment: Python's version and the lock file's SHA-256."""
    return f"{WANTED} {hashlib.sha256((root / LOCK).read_bytes()).hexdigest()}"


@contextlib.contextmanager
def only_one(root: Path):
    """Hold back a second set-up at the same time (`make run` and `make test` in two terminals)."""
    (root / LOG).parent.mkdir(parents=True, exist_ok=True)
    with open(str(root / "var/setup.lock"), "w") as handle:
        try:
            import fcntl  # not on Windows, where two at once stay the user's own risk
        except ImportError:
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            print("set-up      waiting for another set-up of this folder …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(root: Path) -> None:
    """Do the three steps, and leave the stamp as the very last thing."""
    if is_done(root):
        return
    venv = root / ".venv"
    stamp = venv / "set-up.stamp"
    # A venv with a stamp was whole once and is brought up to date; one without may hold half-written packages.
    whole = stamp.is_file() and (venv / "bin/python").exists()
    say(1, "installer uv")
    uv = install_uv(root)
    say(2, f"Python {WANTED}")
    if whole:
        stamp.unlink()
    else:
        python = find_python() or download_python(root, uv)
        run(root, [uv, "venv", "--quiet", "--clear", "--no-project", "--python", python, str(venv)], "making .venv")
    packages = re.findall(r"^[A-Za-z0-9][^ ]*==", (root / LOCK).read_text(), re.M)
    say(3, f"installing {len(packages)} packages (0.6 GB to download, 1.7 GB on disk; some minutes)")
    # Python can't keep what it compiles where it may not write (PYTHONDONTWRITEBYTECODE, usual in containers), and
    # would compile all of Rasa and TensorFlow at every start, ten seconds long.
    install = [uv, "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", str(venv / "bin/python"), LOCK]
    run(root, install, "installing the packages")
    stamp.write_text(fingerprint(root))
    print("set-up done", flush=True)


def say(step: int, text: str) -> None:
    """Print one line of progress."""
    print(f"set-up {step}/3  {text} …", flush=True)


def install_uv(root: Path) -> str:
    """Return the path of the pinned uv under `var/uv`, installed by the running python3's pip if it isn't there."""
    home = root / "var/uv"
    uv = home / "bin/uv"
    version = re.search(r"uv==(\S+)", (root / UV_LOCK).read_text()).group(1)
    if version in output([str(uv), "--version"]).split():
        return str(uv)
    options = ["--quiet", "--retries", "1", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", UV_LOCK]
    if output([sys.executable, "-c", "import ensurepip, venv; ensurepip.version(); print('both')"]) == "both":
        run(root, [sys.executable, "-m", "venv", "--clear", str(home)], "making a place for uv")
        pip = [str(home / "bin/python"), "-m", "pip", "install"]
    elif output([sys.executable, "-m", "pip", "--version"]):
        # Debian's python3 without python3-venv, but with python3-pip; --target leaves the system's packages alone.
        pip = [sys.executable, "-m", "pip", "install", "--upgrade", "--target", str(home)]
    else:
        raise SetupError(
            f"{sys.executable} has neither venv nor pip; install them (Debian, Ubuntu: apt install python3-venv)"
            " and run the same command again"
        )
    run(root, [*pip, *options], "installing uv")
    return str(uv)


def find_python():
    """Return the first Python 3.10 on this machine that really runs, or None."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    candidates = [folder / "python3.10" for folder in folders]
    pyenv = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser()
    # the newest first: 3.10.13 before 3.10.4
    found = (pyenv / "versions").glob("3.10.*/bin/python")
    candidates += sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parts[-3])], reverse=True)
    for path in candidates:
        # pyenv's shims exist and fail, so only an answer counts
        if path.is_file() and output([str(path), "-c", PROBE]) == WANTED:
            return str(path)
    return None


def download_python(root: Path, uv: str) -> str:
    """Let uv fetch Python 3.10 (into the user's data folder, where `make clean` does not reach it)."""
    try:
        run(root, [uv, "python", "install", "--no-bin", WANTED], f"downloading Python {WANTED}")
    except SetupError:
        raise SetupError(
            f"there is no working Python {WANTED} on this machine and it could not be downloaded; install it"
            f" (pyenv install {WANTED}), or check network and disk (a mirror goes into UV_PYTHON_INSTALL_MIRROR)"
            f" and run the same command again (details: {LOG})"
        ) from None
    return output([uv, "python", "find", "--managed-python", "--no-project", WANTED])


def output(command) -> str:
    """Return a command's last printed line, empty if it fails or doesn't exist."""
    import subprocess  # here and below: a run with nothing to do needs no processes

    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines and done.returncode == 0 else ""


def run(root: Path, command, what: str) -> None:
    """Run one installer step with its output in the log; raise a SetupError that says what its failure means."""
    import subprocess

    with open(str(root / LOG), "ab") as log:
        log.write(f"\n== {what}\n".encode())
        log.flush()
        start = log.tell()
        # The project is not uv's to manage here, and a virtual environment that happens to be active is not meant.
        env = {
            key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH")
        }
        env.update({"UV_NO_PROGRESS": "1"})
        env.update(pip_index(env) if command[1:3] == ["pip", "sync"] else {})
        code = subprocess.call(command, cwd=str(root), env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    if code:
        text = (root / LOG).read_bytes()[start:].decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()] or [f"exit code {code}"]
        raise SetupError(f"{what} failed: {cause(text) or lines[-1]} (details: {LOG})")


def cause(text: str) -> str:
    """Translate an installer's output into a cause and what to do about it; empty if nothing known matches."""
    return next((meaning for pattern, meaning in CAUSES if re.search(pattern, text, re.I)), "")


def pip_index(env) -> dict:
    """Hand the index that the user set for pip (a company's or a national mirror) on to uv, which ignores pip's."""
    if any(name in env for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return {}
    index = output([sys.executable, "-m", "pip", "config", "get", "global.index-url"]) or env.get("PIP_INDEX_URL", "")
    return {"UV_DEFAULT_INDEX": index} if index else {}


if __name__ == "__main__":
    sys.exit(main())
