"""Beside the flow: is the content whole? `make check` runs this before anything is trained.

Both languages for every sentence, provenance for every answer, buttons that lead somewhere, enough examples, and no
held-out message in the training data.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT, load
from bot.text.normalise import normalise
from bot.topics import TOPICS

LANGUAGES = ("en", "zh")
LEAST_EXAMPLES = {"icp_other": 800, "out_of_scope": 300, **dict.fromkeys(TOPICS, 300)}
LEAST_DIALOGUE_EXAMPLES = 120
NOT_TRAINED = {"other_language", "empty_message", "too_long_message"}  # decided by rules, not by examples
LEAST_HELD_OUT = {"icp_other": 120, "out_of_scope": 60, **dict.fromkeys(TOPICS, 40)}
TOO_SIMILAR = 90.0  # per cent of characters in common; from here on a test message counts as known
PROVENANCE = ("source", "verified_on", "facts")
_HAN = re.compile(r"[\u3400-\u9fff]")
_USED_IN_PYTHON = re.compile(r"[\"'](utter_\w+)")


@dataclass
class Content:
    """All YAML content of a project folder, and the names of responses that its Python files mention."""

    domain: dict[str, Any]
    responses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    examples: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    held_out: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    in_python: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, root: Path = ROOT) -> Content:
        content = cls(_yaml(root / "domain.yml"))
        for path in sorted((root / "data").rglob("*.yml")):
            content._add(_yaml(path), "zh" if path.name.endswith(".zh.yml") else "en")
        content.held_out = {lang: _yaml(root / "tests" / "nlu" / f"{lang}.yml") for lang in LANGUAGES}
        for path in [*(root / "actions").rglob("*.py"), *(root / "bot").rglob("*.py")]:
            content.in_python.update(_USED_IN_PYTHON.findall(path.read_text(encoding="utf-8")))
        return content

    def _add(self, loaded: dict[str, Any], language: str) -> None:
        self.responses.update(loaded.get("responses") or {})
        for part in [*(loaded.get("rules") or []), *(loaded.get("stories") or [])]:
            self.steps.extend(part["steps"])
        for block in loaded.get("nlu") or []:
            lines = block["examples"].splitlines()
            self.examples[block["intent"]][language] += [line[2:].strip() for line in lines if line.startswith("- ")]


def problems(content: Content) -> Iterator[str]:
    """One sentence per fault."""
    yield from _language_problems(content)
    yield from _provenance_problems(content)
    yield from _button_problems(content)
    yield from _usage_problems(content)
    yield from _contact_problems(content)
    yield from _example_problems(content)
    yield from _held_out_problems(content)


def _language_problems(content: Content) -> Iterator[str]:
    for name, variations in content.responses.items():
        cases: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for variation in variations:
            wanted = {c["name"]: c["value"] for c in variation.get("condition") or []}
            language = wanted.pop("language", None)
            if language not in LANGUAGES:
                yield f"{name}: a variation has no condition on the language (en or zh)"
                continue
            cases[json.dumps(wanted, sort_keys=True)][language] = variation
        for case, by_language in cases.items():
            if missing := set(LANGUAGES) - set(by_language):
                yield f"{name} {case}: no text in {', '.join(missing)}"
            elif _payloads(by_language["en"]) != _payloads(by_language["zh"]):
                yield f"{name} {case}: the buttons of the two languages lead to different places"
            yield from _script_problems(name, by_language)


def _script_problems(name: str, by_language: dict[str, dict[str, Any]]) -> Iterator[str]:
    bilingual = len({variation["text"] for variation in by_language.values()}) == 1
    for language, variation in by_language.items():
        words = [variation["text"], *(button["title"] for button in variation.get("buttons") or [])]
        for text in words:
            says_something = re.sub(r"\{\w+\}|\W", "", text)
            if says_something and not bilingual and bool(_HAN.search(text)) != (language == "zh"):
                yield f"{name}: “{text[:40]}” is not in {language}"


def _provenance_problems(content: Content) -> Iterator[str]:
    for topic in TOPICS:
        variations = content.responses.get(f"utter_{topic}")
        if not variations:
            yield f"utter_{topic}: the topic has no answer"
        for variation in variations or []:
            origin = variation.get("metadata") or {}
            missing = [key for key in PROVENANCE if not origin.get(key)]
            if missing:
                yield f"utter_{topic}: an answer lacks its {', '.join(missing)}"
            language = next((c["value"] for c in variation["condition"] if c["name"] == "language"), "")
            for fact in (origin.get("facts") or {}).get(language, []):
                if fact not in variation["text"]:
                    yield f"utter_{topic} ({language}): the answer must state “{fact}” and does not"


def _button_problems(content: Content) -> Iterator[str]:
    intents, entities = _names(content.domain["intents"]), _names(content.domain["entities"])
    for name, variations in content.responses.items():
        for payload in {p for variation in variations for p in _payloads(variation)}:
            match = re.fullmatch(r"/(\w+)(\{\{(.*)\}\})?", payload)
            if not match or match[1] not in intents:
                yield f"{name}: the button {payload} leads to no intent"
            elif match[2] and not set(json.loads("{" + match[3] + "}")) <= entities:
                yield f"{name}: the button {payload} names an unknown fact"


def _usage_problems(content: Content) -> Iterator[str]:
    used = {s["action"] for s in content.steps if s.get("action", "").startswith("utter_")} | content.in_python
    asked = {f"utter_ask_{slot}" for form in content.domain["forms"].values() for slot in form["required_slots"]}
    # A name that ends in an underscore is the fixed part of a computed one ("utter_escalate__" + reason).
    prefixes = tuple(name for name in used if name.endswith("_"))
    for name in sorted((used | asked) - set(content.responses) - set(prefixes)):
        yield f"{name} is used but not defined"
    for name in sorted(set(content.responses) - used - asked):
        if not name.startswith(prefixes or ("-",)):
            yield f"{name} is defined but never used"


def _contact_problems(content: Content) -> Iterator[str]:
    settings = load()
    for name, variations in content.responses.items():
        for fact in (settings.hotline, settings.ticket_url):
            if any(fact in variation["text"] for variation in variations):
                yield f"{name}: write {{hotline}} or {{ticket_url}} instead of {fact}, so that a setting can change it"


def _example_problems(content: Content) -> Iterator[str]:
    for intent in sorted(_names(content.domain["intents"]) - NOT_TRAINED):
        for language in LANGUAGES:
            have, least = len(content.examples[intent][language]), LEAST_EXAMPLES.get(intent, LEAST_DIALOGUE_EXAMPLES)
            if have < least:
                yield f"{intent}: {have} {language} examples, at least {least} are needed"
    labels: dict[str, set[str]] = defaultdict(set)
    for intent, by_language in content.examples.items():
        for text in [text for texts in by_language.values() for text in texts]:
            labels[normalise(text)].add(intent)
    for text, intents in labels.items():
        if len(intents) > 1:
            yield f"“{text[:60]}” is an example of {' and of '.join(sorted(intents))}"


def _held_out_problems(content: Content) -> Iterator[str]:
    for language, by_intent in content.held_out.items():
        for intent, least in LEAST_HELD_OUT.items():
            if len(by_intent.get(intent, [])) < least:
                yield f"tests/nlu/{language}.yml: {intent} needs at least {least} held-out messages"
        known = [text for by_language in content.examples.values() for text in by_language[language]]
        tested = [text for texts in by_intent.values() for text in texts]
        for text, twin in near_equal(tested, known):
            yield f"tests/nlu/{language}.yml: “{text[:60]}” is too close to the training message “{twin[:60]}”"
        for text, count in Counter(tested).items():
            if count > 1:
                yield f"tests/nlu/{language}.yml: “{text[:60]}” stands there {count} times"


def near_equal(tested: list[str], known: list[str]) -> list[tuple[str, str]]:
    """Pairs (tested, known) that are equal after normalisation or differ in less than a tenth of their characters."""
    from rapidfuzz import fuzz, process

    pairs = []
    keys = [re.sub(r"\W+", "", normalise(text)) for text in known]
    for text in tested:
        found = process.extractOne(
            re.sub(r"\W+", "", normalise(text)), keys, scorer=fuzz.ratio, score_cutoff=TOO_SIMILAR
        )
        if found and found[0]:
            pairs.append((text, known[found[2]]))
    return pairs


def _payloads(variation: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in variation.get("buttons") or []]


def _names(listed: list[Any]) -> set[str]:
    return {name if isinstance(name, str) else next(iter(name)) for name in listed}


def _yaml(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def main() -> int:
    """Prints every problem; 0 when there is none."""
    found = list(problems(Content.read()))
    for problem in found:
        print(f"content: {problem}", file=sys.stderr)
    print(f"content: {len(found)} problems" if found else "content: whole, in both languages")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
