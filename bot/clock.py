"""Beside the flow: today's date where the administration is."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from bot.settings import load


def today() -> datetime.date:
    """Today in the time zone of the settings, which may differ from the server's."""
    return datetime.datetime.now(ZoneInfo(load().timezone)).date()
