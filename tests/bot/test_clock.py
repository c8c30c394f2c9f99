"""Today where the administration is."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from bot import clock
from bot.settings import Settings


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # never on the same day
def test_today_is_the_day_of_the_configured_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "load", lambda: Settings.from_env({"TIMEZONE": zone}))
    before = datetime.datetime.now(ZoneInfo(zone)).date()
    assert before <= clock.today() <= datetime.datetime.now(ZoneInfo(zone)).date()
