"""① WeChat Official Account: its own menu below the chat. `python -m bot.channels.wechat.menu [show|set|delete]`."""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from collections.abc import Iterator
from typing import Any

import yaml

from bot.channels.wechat.api import Api, ApiError
from bot.settings import ROOT, Settings, SettingsError, load
from bot.text.language import ANSWERED_IN

_FILE = ROOT / "data" / "wechat.yml"


@functools.cache
def _definition(language: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load(_FILE.read_text(encoding="utf-8"))["wechat_menu"][language])


def payloads() -> frozenset[str]:
    """What the menus of both languages stand for: always offered, by everybody's account."""
    return frozenset(key for language in ANSWERED_IN for key in _keys(_definition(language)))


def as_wechat(language: str) -> dict[str, Any]:
    """The menu in WeChat's form."""
    return {"button": [_button(entry) for entry in _definition(language)]}


def _button(entry: dict[str, Any]) -> dict[str, Any]:
    if "entries" in entry:
        return {"name": entry["name"], "sub_button": [_button(below) for below in entry["entries"]]}
    return {"type": "click", "name": entry["name"], "key": entry["key"]}


def _keys(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield from _keys(entry["entries"]) if "entries" in entry else [entry["key"]]


async def run(verb: str, settings: Settings) -> dict[str, Any]:
    """One call to WeChat. ApiError: it said no."""
    from bot.channels.wechat.official_account import tokens_of
    from bot.channels.wechat.tables import connect

    api = Api(settings.wechat_api_url)
    try:
        tokens = tokens_of(api, connect(settings.sql_url), settings)
        if verb == "set":
            return await api.post("cgi-bin/menu/create", as_wechat(settings.wechat_language), tokens)
        path = {"show": "cgi-bin/get_current_selfmenu_info", "delete": "cgi-bin/menu/delete"}[verb]
        return await api.post(path, {}, tokens)
    finally:
        await api.close()


def main(arguments: list[str]) -> int:
    """Does what the command line says and returns the exit code."""
    from bot.channels.wechat.base import refuse_missing
    from bot.channels.wechat.official_account import OfficialAccountInput

    verb = arguments[0] if arguments else "show"
    if verb not in ("show", "set", "delete") or len(arguments) > 1:
        print("say one of: show, set, delete (make wechat-menu ARGS=set)", file=sys.stderr)
        return 2
    try:
        settings = load()
        refuse_missing(OfficialAccountInput.NEEDS, settings)
        print(json.dumps(asyncio.run(run(verb, settings)), ensure_ascii=False, indent=2))
    except (ApiError, SettingsError) as error:
        print(f"not done: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
