"""The pages' menu, and what a folder that is not built gives."""

from __future__ import annotations

import yaml
from conftest import ROOT

from bot.settings import Settings
from bot.web.pages import menu_of


def test_the_home_view_shows_the_greetings_topics_in_both_languages() -> None:
    words = yaml.safe_load((ROOT / "data" / "responses.yml").read_text("utf-8"))["responses"]
    menu = menu_of(words, Settings(hotline="123"))
    assert menu["hotline"] == "123" and menu["max_chars"] == 2000
    for language in ("en", "zh"):
        assert len(menu[language]["topics"]) == 6
        assert menu[language]["human"]["payload"] == "/ask_human"
    assert menu["zh"]["topics"][0]["title"] != menu["en"]["topics"][0]["title"]
