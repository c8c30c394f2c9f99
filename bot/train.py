"""`python -m bot.train`: domain, config and data become `models/assistant.tar.gz`, which steps ③ and ④ run on.

Broken input is one sentence with file and line; everything Rasa prints goes to `var/log/train.log`. The model in place
is replaced only by a finished one.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.paths import DATA, MODEL
from bot.settings import SettingsError, load
from bot.yaml_check import BrokenYaml, top_level_keys

LOG = Path("var/log/train.log")
# What Rasa's domain consists of; a file under data/ may hold such parts (data/faq/<topic>.yml: the answers).
_DOMAIN_KEYS = {"intents", "entities", "slots", "forms", "actions", "responses", "session_config"}
_TRAINING_KEYS = {"nlu", "rules", "stories"}
_DOCS_LINK = re.compile(r"(You can|For more|See|More)[^.]*https?://\S*rasa\S*/docs\S*")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class TrainError(Exception):
    """What stopped the training, in a few lines for the terminal."""


def training_sources(root: Path = Path()) -> tuple[list[str], list[str]]:
    """Return the domain's files and the training data's files; raise BrokenYaml if one can't be read."""
    data = sorted(path for path in (root / DATA).rglob("*.yml"))
    keys = top_level_keys([root / "config.yml", root / "domain.yml", *data])
    domain = [str(root / "domain.yml"), *(str(path) for path in data if keys[path] & _DOMAIN_KEYS)]
    return domain, [str(path) for path in data if keys[path] & _TRAINING_KEYS]


def main() -> int:
    """Train in the current folder and return the exit code."""
    try:
        domain, data = training_sources()
        if not data:
            raise TrainError("data/ holds no training data; get it back (git checkout data).")
        log_level = load().log_level
        print(f"training    {len(domain) + len(data) + 1} files …", flush=True)
        with _output_to(LOG):
            _train(domain, data, log_level)
    except (TrainError, BrokenYaml, SettingsError) as error:
        print(f"training stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"training interrupted; {_model_in_place()}.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"training stopped: {error.strerror}: {error.filename or MODEL}; {_model_in_place()}.", file=sys.stderr)
        return 1
    print(
        f"trained     took {_cpu_seconds():.0f} s CPU: {MODEL} ({MODEL.stat().st_size / 1e6:.1f} MB){_warnings()}",
        flush=True,
    )
    return 0


def _model_in_place() -> str:
    return f"the model of before is still in {MODEL}" if MODEL.exists() else f"there is no {MODEL} yet"


def _train(domain: list[str], data: list[str], log_level: str) -> None:
    """Train beside the old model and put the new one in its place; a failure is a TrainError."""
    started = time.time()
    MODEL.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".training-", dir=MODEL.parent) as folder:
        try:
            _rasa_train(domain, data, folder, log_level)
        except (Exception, SystemExit) as error:  # whatever Rasa and its components raise has to become readable
            traceback.print_exc()
            raise TrainError(f"{_readable(error)}\n(details: {LOG}; {_model_in_place()})") from error
        new = Path(folder, MODEL.name)
        if not new.exists():
            raise TrainError(f"Rasa made no model: {_last_line()}\n(details: {LOG}; {_model_in_place()})")
        # As old as what it was made from: data that was edited meanwhile is newer, so make trains again.
        os.utime(new, (started, started))
        os.replace(new, MODEL)


def _rasa_train(domain: list[str], data: list[str], folder: str, log_level: str) -> None:
    # Rasa's cache can't see a change in the modules that a component imports, so it would keep stale results.
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", RASA_MAX_CACHE_SIZE="0")
    os.environ.update(LOG_LEVEL=log_level, SQLALCHEMY_SILENCE_UBER_WARNING="1")
    sys.path.insert(0, os.getcwd())  # our own components: bot.nlu…
    import rasa.model_training
    from rasa.engine.training.hooks import TrainingHook
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings()
    configure_structlog()
    # The cache is off, so nobody needs the fingerprints of every message and every dialogue turn.
    TrainingHook.on_before_node = lambda *_, **__: {}  # type: ignore[method-assign]
    TrainingHook.on_after_node = lambda *_, **__: None  # type: ignore[method-assign]
    rasa.model_training.train(
        domain,  # type: ignore[arg-type]  # the signature says one path, but a list is handed on to Domain.load as well
        "config.yml",
        data,
        output=folder,
        force_training=True,  # else everything is read twice, the first time for fingerprints
        fixed_model_name=MODEL.name.split(".")[0],
        # Rasa would glue stories together at random, 50 times over: of use to a neural policy, which we don't have.
        core_additional_arguments={"augmentation_factor": 0},
    )


def _readable(error: BaseException) -> str:
    """Return the message of the error behind Rasa's wrappers, without colours, pictures and advertisements."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    if isinstance(chain[-1], SystemExit):  # Rasa printed its reason and left
        return _last_line()
    if type(chain[-1]).__module__.startswith("rasa"):
        return _message(chain[-1])
    # an error from below Rasa (a component's import): only Rasa's message says where
    where = "".join(f"{_message(outer)} " for outer in chain[-2:-1])
    hint = " (named in config.yml, or imported by a component of it)" if isinstance(chain[-1], ImportError) else ""
    return f"{where}{type(chain[-1]).__name__}: {_message(chain[-1])}{hint}"


def _message(error: BaseException) -> str:
    text = _ANSI.sub("", str(error)).replace("🚨", "").replace(f"{Path.cwd()}{os.sep}", "")
    lines = [_DOCS_LINK.sub("", line).strip() for line in text.splitlines()]
    kept = [line for line in lines if line and "yamlchecker.com" not in line]
    return "\n  ".join(kept[:12] or [type(error).__name__])


def _last_line() -> str:
    lines = [line.strip() for line in _ANSI.sub("", LOG.read_text("utf-8", "replace")).splitlines()]
    return next(
        (line for line in reversed(lines) if line and not line.startswith(("SystemExit", "File "))), "no reason given"
    )


def _warnings() -> str:
    count = len(re.findall(r"UserWarning:| WARNING ", LOG.read_text("utf-8", "replace")))
    return f", {count} warning{'s' if count > 1 else ''} in {LOG}" if count else ""


def _cpu_seconds() -> float:
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in usage)


@contextlib.contextmanager
def _output_to(path: Path) -> Iterator[TextIO]:
    """Send everything this process prints, C++ parts included, to a new log file for as long as the block runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as log:
        terminal = [os.dup(1), os.dup(2)]
        sys.stdout.flush()
        try:
            for number in (1, 2):
                os.dup2(log.fileno(), number)
            yield log
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, saved in zip((1, 2), terminal, strict=True):
                os.dup2(saved, number)
                os.close(saved)


if __name__ == "__main__":
    sys.exit(main())
