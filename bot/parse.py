"""`make parse TEXT="…"`: how ③ understands one message, as a table; for people who write training data."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from bot.nlu.marks import ALSO_TOPIC, DECIDED_BY
from bot.offline import load_quietly
from bot.paths import MODEL

_LAYERS = {
    "language": "language (bot/nlu/language.py)",
    "fixed": "fixed message (bot/nlu/fixed.py)",
    "classifier": "classifier (bot/nlu/topics.py)",
}
_SHOWN = 6  # intents of the ranking


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses the text given on the command line and prints the table; returns the exit code."""
    text = " ".join(sys.argv[1:] if arguments is None else arguments).strip()
    if not text:
        print('nothing to parse: make parse TEXT="my site does not resolve"', file=sys.stderr)
        return 2
    if not MODEL.exists():
        print(f"parse stopped: there is no {MODEL}; make train makes it.", file=sys.stderr)
        return 1
    print(table(parse(text)))
    return 0


def parse(text: str) -> dict[str, Any]:
    """Rasa's parse data for one message, from the model that serves."""

    async def run() -> dict[str, Any]:
        agent = await load_quietly(MODEL)
        parsed: dict[str, Any] = await agent.parse_message(text)
        return parsed

    return asyncio.run(run())


def table(parsed: dict[str, Any]) -> str:
    """The parse data in lines: text, language, intent, layer, second question, entities, ranking."""
    intent = parsed.get("intent") or {}
    entities = parsed.get("entities") or []
    languages = [entity["value"] for entity in entities if entity["entity"] == "language"]
    decided_by = parsed.get(DECIDED_BY, "")
    lines = [
        f"text       {parsed.get('text', '')}",
        f"language   {languages[0] if languages else 'none that shows'}",
        f"intent     {intent.get('name')}  {intent.get('confidence') or 0:.3f}",
        f"decided by {_LAYERS.get(decided_by, decided_by or 'Rasa (a button or a command)')}",
    ]
    if parsed.get(ALSO_TOPIC):
        lines.append(f"also asks  {parsed[ALSO_TOPIC]}")
    for entity in entities:
        if entity["entity"] != "language":
            said = (parsed.get("text") or "")[entity["start"] : entity["end"]]
            lines.append(
                f"entity     {entity['entity']} = {entity['value']}   ({said!r}, {entity.get('extractor', '')})"
            )
    lines.append("ranking")
    for item in (parsed.get("intent_ranking") or [])[:_SHOWN]:
        lines.append(f"  {item['confidence']:.3f} {'█' * round(20 * item['confidence']):20} {item['name']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
