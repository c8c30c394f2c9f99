"""Which channels are on: by their settings, in words for whoever starts the assistant, and in the file for Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from bot.channels.switch import read_channels, write_credentials
from bot.settings import Settings, SettingsError

SECRET, TOKEN = "0123456789abcdef", "xoxb-1-2-three"
SLACK = "bot.channels.slack.SlackInput"


def states(**settings: str) -> dict[str, str]:
    """What the start says about each channel of the project's own credentials.yml."""
    channels = read_channels(ROOT / "credentials.yml", Settings(**settings))
    return {channel.name: str(channel) for channel in channels}


def test_without_settings_a_channel_is_on_only_if_it_needs_none() -> None:
    said = states()
    assert said["rest"] == "rest: on"
    assert said["slack"] == "slack: off, not set up (docs/channels.md)"


@pytest.mark.parametrize("way", [{"slack_signing_secret": SECRET}, {"slack_app_token": "xapp-1"}])
def test_slack_is_on_with_a_token_and_one_of_two_ways_in(way: dict[str, str]) -> None:
    assert states(slack_bot_token=TOKEN, **way)["slack"] == "slack: on"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"slack_bot_token": TOKEN}, "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN missing (set: SLACK_BOT_TOKEN"),
        ({"slack_signing_secret": SECRET}, "SLACK_BOT_TOKEN missing (set: SLACK_SIGNING_SECRET"),
        ({"slack_app_token": "xapp-1"}, "SLACK_BOT_TOKEN missing (set: SLACK_APP_TOKEN"),
    ],
)
def test_a_half_configured_channel_is_named_with_what_is_missing_and_no_secret(
    given: dict[str, str], missing: str
) -> None:
    said = states(**given)["slack"]
    assert "OFF" in said and missing in said
    assert not any(value in said for value in given.values())


def test_rasa_gets_the_channels_that_are_on_with_their_options(tmp_path: Path) -> None:
    source = tmp_path / "credentials.yml"
    source.write_text(
        f"bot.channels.rest.RestInput:\n{SLACK}:\n  needs: [SLACK_BOT_TOKEN]\n  colour: ${{COLOUR}}\n"
        "bot.channels.other.Input:\n  needs: [REDIS_URL]\n"
    )
    channels = read_channels(source, Settings(slack_bot_token=TOKEN))
    written = write_credentials(channels, tmp_path / "run" / "credentials.yml")
    assert yaml.safe_load(written.read_text()) == {
        "bot.channels.rest.RestInput": None,
        SLACK: {"colour": "${COLOUR}"},
    }
    assert TOKEN not in written.read_text()


def test_a_need_that_is_no_setting_stops_the_start(tmp_path: Path) -> None:
    source = tmp_path / "credentials.yml"
    source.write_text(f"{SLACK}:\n  needs: [SLACK_BOT_TOCKEN]\n")
    with pytest.raises(SettingsError, match=r"SlackInput needs SLACK_BOT_TOCKEN, which is no setting"):
        read_channels(source, Settings())
