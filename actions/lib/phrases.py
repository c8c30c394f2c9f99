"""⑤ The reviewed sentences (data/*.yml) for actions that have to put some together; no text is written in Python."""

from __future__ import annotations

from typing import Any


class Phrases:
    """Texts and buttons of the domain's responses in one language; values of Rasa's conditional responses."""

    def __init__(self, domain: dict[str, Any], language: str) -> None:
        """domain: as the action server receives it; language: en | zh."""
        self._responses, self.language = domain["responses"], language

    def has(self, name: str) -> bool:
        """True when there is such a response."""
        return name in self._responses

    def text(self, name: str, **values: object) -> str:
        """One text, its {placeholders} filled in. KeyError when the response or the language is missing."""
        return str(self._variation(name)["text"]).format(**values)

    def buttons(self, name: str) -> list[dict[str, str]]:
        """The buttons of one response."""
        return list(self._variation(name).get("buttons") or [])

    def _variation(self, name: str) -> dict[str, Any]:
        for variation in self._responses[name]:
            wanted = {condition["name"]: condition["value"] for condition in variation.get("condition") or []}
            if wanted.get("language") == self.language:
                return dict(variation)
        raise KeyError(f"{name} has no text in {self.language}")
