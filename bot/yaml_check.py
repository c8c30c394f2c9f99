"""Before the flow starts: finds broken YAML and says file and line, in the words of the person who edited it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

# The C loader reads the training data in a tenth of the time; a PyYAML built without libyaml lacks it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BrokenYaml(Exception):
    """One sentence: file, line, what is wrong there and what to do."""


def top_level_keys(paths: Iterable[Path]) -> dict[Path, set[str]]:
    """Read each file and return its outermost keys; raise BrokenYaml for the first that is missing or not YAML."""
    return {path: {key.value for key, _ in getattr(_read(path), "value", None) or []} for path in paths}


def _read(path: Path) -> yaml.MappingNode | None:
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise BrokenYaml(
            f"{path} is missing; get it back (git checkout {path}) and run the same command again."
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _broken(path, line, "this is not UTF-8 text") from None
    except yaml.reader.ReaderError as error:
        line = path.read_text("utf-8")[: error.position].count("\n") + 1
        raise _broken(path, line, "a control character, which YAML doesn't allow") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        raise _broken(path, line + 1, _problem(error, path.read_text("utf-8").split("\n")[line])) from None
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise _broken(path, root.start_mark.line + 1, "expected 'name: value' pairs at the left margin")
    return root


def _broken(path: Path, line: int, problem: str) -> BrokenYaml:
    return BrokenYaml(
        f"{path}, line {line}: {problem}; correct it there or just above, and run the same command again."
    )


def _problem(error: yaml.MarkedYAMLError, line: str) -> str:
    """Say it more plainly than the parser where we know how."""
    problem = error.problem or str(error)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab at the start of the line, but YAML is indented with spaces"
    if "mapping values are not allowed" in problem:
        return "a second ':' on this line (put the text in quotes) or wrong indentation"
    return f"{error.context}, {problem}" if error.context else problem
