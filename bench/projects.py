"""The two projects compared, as folders under var/bench/: a snapshot of ours, a stock one on the same messages."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "bench"
OURS, STOCK = WORK / "ours", WORK / "stock"
STOCK_EPOCHS = 100  # what `rasa init` gives DIET, ResponseSelector, TED and UnexpecTED
ACTION_INTENT, ACTION = "ask_human", "action_hello_world"  # the stock project's one turn with a custom action

_TEMPLATE = Path(__file__).resolve().parent / "stock"
_FOLDERS = ("actions", "bot", "data")
_FILES = ("config.yml", "credentials.yml", "domain.yml", "endpoints.yml")
_ANSWER = "One sentence of the answer to {intent}. Another one with what to do next, and where to find help. " * 3
# rasa init's three stories in our words; they agree with the rules, so TED and UnexpecTED have something to learn
_STORIES = (
    ("greet", "change_server_system", "thank"),
    ("greet", "resolution_fails", "affirm", "goodbye"),
    ("greet", "expired_domain_taken", "deny", "goodbye"),
)

Entries = list[dict[str, str]]


def snapshot_ours() -> None:
    """Copy what trains and serves the assistant, so that edits during a long run don't mix into it."""
    OURS.mkdir(parents=True, exist_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(OURS / name, ignore_errors=True)
        shutil.copytree(ROOT / name, OURS / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy2(ROOT / name, OURS / name)


def write_stock(epochs: int = STOCK_EPOCHS) -> None:
    """Write the stock project: rasa init's configuration, our snapshot's messages, one response per intent."""
    shutil.rmtree(STOCK / "data", ignore_errors=True)
    (STOCK / "data").mkdir(parents=True)
    shutil.copytree(_TEMPLATE / "actions", STOCK / "actions", dirs_exist_ok=True)
    shutil.copy2(_TEMPLATE / "credentials.yml", STOCK)
    (STOCK / "config.yml").write_text(stock_config((_TEMPLATE / "config.yml").read_text("utf-8"), epochs), "utf-8")
    entries = messages(OURS / "data")
    intents = sorted({entry["intent"] for entry in entries})
    _dump(STOCK / "data" / "nlu.yml", {"nlu": entries})
    _dump(STOCK / "data" / "rules.yml", {"rules": [_rule(intent) for intent in intents]})
    _dump(STOCK / "data" / "stories.yml", {"stories": [_story(story) for story in _STORIES if {*story} <= {*intents}]})
    _dump(STOCK / "domain.yml", stock_domain(intents))


def messages(folder: Path) -> Entries:
    """All training messages below a folder, as Rasa's entries `{"intent": …, "examples": "- …\\n- …\\n"}`."""
    found: Entries = []
    for path in sorted(folder.rglob("*.yml")):
        for entry in (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}).get("nlu") or []:
            if "intent" in entry:
                found.append({"intent": entry["intent"], "examples": entry["examples"]})
    return found


def stock_config(text: str, epochs: int) -> str:
    """rasa init's config.yml unchanged, or, for another number of epochs, with its commented default switched on."""
    if epochs == STOCK_EPOCHS:
        return text
    switched_on = re.sub(r"^#   ", "  ", text, flags=re.M)
    return re.sub(r"epochs: \d+", f"epochs: {epochs}", switched_on)


def stock_domain(intents: list[str]) -> dict[str, Any]:
    """The domain of the stock project: per intent one response of three hundred letters."""
    responses = {f"utter_{intent}": [{"text": _ANSWER.format(intent=intent)}] for intent in intents}
    session = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
    return {"intents": intents, "responses": responses, "actions": [ACTION], "session_config": session}


def _rule(intent: str) -> dict[str, Any]:
    return {"rule": f"Answer {intent}", "steps": [{"intent": intent}, {"action": _reply(intent)}]}


def _story(intents: tuple[str, ...]) -> dict[str, Any]:
    steps = [step for intent in intents for step in ({"intent": intent}, {"action": _reply(intent)})]
    return {"story": ", ".join(intents), "steps": steps}


def _reply(intent: str) -> str:
    return ACTION if intent == ACTION_INTENT else f"utter_{intent}"


def _dump(path: Path, content: dict[str, Any]) -> None:
    text = yaml.dump({"version": "3.1", **content}, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, "utf-8")


def fingerprint(folder: Path) -> str:
    """Tell whether two states of a project train the same: configuration, domain, data and (ours) the components."""
    digest = hashlib.sha256()
    parts = [folder / "data", folder / "bot" / "nlu", folder / "bot" / "text"]
    sources = sorted(path for part in parts for path in part.rglob("*") if path.suffix in (".yml", ".py"))
    for path in [folder / "config.yml", folder / "domain.yml", *sources]:
        digest.update(f"{path.relative_to(folder)}\0".encode() + _settled(path).encode() + b"\0")
    return digest.hexdigest()[:12]


def _settled(path: Path) -> str:
    """A file's text without comments: `rasa train` writes its defaults into config.yml as comments."""
    return re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.M)
