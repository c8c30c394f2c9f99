"""docs/channels.md and the Slack manifest say what the code does."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
import yaml
from conftest import ROOT

from bot.settings import Settings

DOCS = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yml").read_text(encoding="utf-8"))
NEEDS = {
    name.strip()
    for options in yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8")).values()
    for need in (options or {}).get("needs", [])
    for name in need.split("|")
}
SLACK_SETTINGS = {field.name.upper() for field in fields(Settings) if field.name.startswith("slack_")}


@pytest.mark.parametrize("name", sorted(NEEDS | SLACK_SETTINGS))
def test_a_setting_says_where_it_comes_from(name: str) -> None:
    assert re.search(rf"^\s*\| `{name}` \|", DOCS, flags=re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:bot|deploy|tests)/[\w./-]+)`", DOCS))))
def test_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_manifest_sends_events_and_presses_to_the_channels_address() -> None:
    settings = MANIFEST["settings"]
    address = "https://YOUR-HOST/webhooks/slack/events"
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"] == address
    assert settings["interactivity"]["is_enabled"] is True


def test_the_manifest_has_the_permission_for_each_event_and_answer() -> None:
    permission = {
        "app_mention": "app_mentions:read",
        "message.im": "im:history",
        "message.channels": "channels:history",
    }
    permission |= {"message.groups": "groups:history", "message.mpim": "mpim:history"}
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert sorted(scopes) == sorted([*(permission[event] for event in events), "chat:write"])
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False
