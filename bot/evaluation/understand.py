"""③ Runs the messages of tests/nlu/ through the trained Rasa graph, the one that serves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Container, Iterable
from pathlib import Path

import yaml

from bot.evaluation.figures import Understood
from bot.nlu.fixed import key
from bot.nlu.marks import DECIDED_BY
from bot.offline import load_quietly

LANGUAGES = ("en", "zh")


def held_out(folder: Path, language: str, known: Container[str] = ()) -> list[tuple[str, str]]:
    """(intent, message) of one held-out file, without those that training holds as well: they would prove nothing."""
    listed = yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))
    return [(intent, text) for intent, texts in listed.items() for text in texts if key(text) not in known]


def training_keys(files: Iterable[Path]) -> frozenset[str]:
    """Every training message as it is compared with the held-out ones: normalised, without punctuation at its ends."""
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(key(line.strip()[2:]) for line in lines if line.startswith("      - "))


def understand(model: Path, folder: Path, known: Container[str] = ()) -> tuple[list[Understood], float]:
    """Every held-out message as the model understands it, and the CPU milliseconds that one message took."""
    return asyncio.run(_understand(model, folder, known))


async def _understand(model: Path, folder: Path, known: Container[str]) -> tuple[list[Understood], float]:
    agent = await load_quietly(model)
    await agent.parse_message("warm up")
    found, started = [], time.process_time()
    for language in LANGUAGES:
        for label, text in held_out(folder, language, known):
            parsed = await agent.parse_message(text)
            name = parsed["intent"]["name"] or ""
            found.append(
                Understood(language, label, name, parsed.get("intent_ranking", []), parsed.get(DECIDED_BY, ""))
            )
    return found, 1000 * (time.process_time() - started) / max(1, len(found))
