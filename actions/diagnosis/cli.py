"""⑤ Diagnosis for support staff: `make check-domain DOMAIN=example.com` prints what the assistant would see and say.

Exit codes: 0 nothing wrong, 1 a fault was found, 2 the name can't be looked up, 3 not enough could be seen. (`make`
itself turns each of 1 to 3 into 2; `.venv/bin/python -m actions.diagnosis.cli example.com` gives them as they are.)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

import yaml

from actions.diagnosis.budget import Budget
from actions.diagnosis.diagnose import Tools, look
from actions.diagnosis.names import NameCheck, NameStatus, check_name
from actions.diagnosis.report import Report, report
from actions.diagnosis.verdict import Kind
from actions.lib.diagnosis_text import evidence, reply
from actions.lib.phrases import Phrases
from bot.settings import ROOT, SettingsError, load

REFUSED = 2
EXIT_CODES = {Kind.FINE: 0, Kind.FAULT: 1, Kind.UNKNOWN: 3}


def main(arguments: Sequence[str] | None = None, tools: Tools | None = None) -> int:
    """Look, print, and return the exit code. tools: a test's own."""
    options = _parser().parse_args(arguments)
    phrases = Phrases({"responses": _responses()}, options.language)
    name = check_name(options.domain)
    if name.status is not NameStatus.OK:
        print(phrases.text(f"utter_check_domain__refused_{name.status.value}"), file=sys.stderr)
        return REFUSED
    try:
        made = asyncio.run(_look(name, tools or Tools.from_settings(load())))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return REFUSED
    print(_as_json(made, phrases) if options.json else _as_table(made, phrases))
    return EXIT_CODES[Kind(made.kind)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("check-domain", description="look at a domain: DNS, registry, servers, verdict")
    parser.add_argument("domain", help="example.com, or a text or address with it")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="language of the sentences")
    return parser


def _responses() -> dict[str, Any]:
    files = sorted((ROOT / "data" / "diagnosis").glob("*.yml"))
    return {name: said for path in files for name, said in yaml.safe_load(path.read_text("utf-8"))["responses"].items()}


async def _look(name: NameCheck, tools: Tools) -> Report:
    budget = Budget(tools.seconds)
    return report(await look(name, tools), budget.used)


def _as_table(made: Report, phrases: Phrases) -> str:
    """Codes, evidence and the reply, a label before each line."""
    rows = [("domain", f"{made.display} ({made.domain})" if made.display != made.domain else made.domain)]
    rows += [("verdict", f"{made.cause} [{made.rule}]"), ("confidence", made.confidence), ("actor", made.actor)]
    rows += [("time", f"{made.seconds:.2f} s")]
    rows += [("evidence", line) for line in evidence(made, phrases)]
    rows += [("reply", line) for line in reply(made, phrases).splitlines()]
    return "\n".join(f"{label:<11} {text}" for label, text in rows)


def _as_json(made: Report, phrases: Phrases) -> str:
    said = {"evidence": evidence(made, phrases), "reply": reply(made, phrases).splitlines()}
    return json.dumps({**made.as_dict(), **said}, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
