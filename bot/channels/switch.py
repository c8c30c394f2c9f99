"""Before the flow starts: which channels ① of credentials.yml are on, and what the others lack.

A channel there lists under `needs` the settings without which it can't work (`A | B`: one of the two is enough). It is
on when they are all set; Rasa is given a file with only the channels that are on. Imports nothing of Rasa: the start
must not wait for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings, SettingsError

_PACKAGE = "bot.channels."


@dataclass(frozen=True)
class Channel:
    """One entry of credentials.yml: the class, its options for Rasa, and what of its settings is there."""

    path: str
    options: dict[str, Any] | None = None
    given: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())  # "A or B" where one of several is enough

    @property
    def is_on(self) -> bool:
        return not self.missing

    @property
    def name(self) -> str:
        """What people call it: `slack` for bot.channels.slack.SlackInput, `rest` for Rasa's own."""
        return self.path.removeprefix(_PACKAGE).rpartition(".")[0] or self.path

    def __str__(self) -> str:
        if self.is_on:
            return f"{self.name}: on"
        if not self.given:
            return f"{self.name}: off, not set up (docs/channels.md)"
        return (
            f"{self.name}: OFF, {' and '.join(self.missing)} missing (set: {', '.join(self.given)}; docs/channels.md)"
        )


def read_channels(credentials: Path, settings: Settings) -> list[Channel]:
    """All channels of the file. SettingsError: `needs` names something that is no setting."""
    loaded = yaml.safe_load(credentials.read_text("utf-8")) or {}
    return [_channel(str(path), options or {}, settings) for path, options in loaded.items()]


def write_credentials(channels: Sequence[Channel], file: Path) -> Path:
    """Writes what Rasa gets to read, the channels that are on, and returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    on = {channel.path: channel.options for channel in channels if channel.is_on}
    file.write_text(yaml.safe_dump(on, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def _channel(path: str, options: dict[str, Any], settings: Settings) -> Channel:
    known = {f.name.upper() for f in fields(Settings)}
    given, missing = [], []
    for need in options.get("needs") or []:
        names = [name.strip() for name in str(need).split("|")]
        for name in set(names) - known:
            raise SettingsError(f"credentials.yml: {path} needs {name}, which is no setting of bot/settings.py.")
        there = [name for name in names if getattr(settings, name.lower())]
        given += there
        if not there:
            missing.append(" or ".join(names))
    passed_on = {key: value for key, value in options.items() if key != "needs"}
    return Channel(path, passed_on or None, tuple(given), tuple(missing))
