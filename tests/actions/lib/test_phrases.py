"""Sentences for actions that put some together."""

import pytest

from actions.lib.phrases import Phrases


def one(language: str, text: str, **more: object) -> dict[str, object]:
    return {"text": text, "condition": [{"type": "slot", "name": "language", "value": language}], **more}


BUTTON = {"title": "Yes", "payload": "/affirm"}
DOMAIN = {
    "responses": {
        "utter_both": [one("en", "Hello {who}", buttons=[BUTTON]), one("zh", "你好，{who}")],
        "utter_english": [one("en", "only English")],
        "utter_bare": [{"text": "no condition at all"}],
    }
}


@pytest.mark.parametrize(("language", "text"), [("en", "Hello Li"), ("zh", "你好，Li")])
def test_speaks_the_language_and_fills_in_the_values(language: str, text: str) -> None:
    assert Phrases(DOMAIN, language).text("utter_both", who="Li") == text


def test_gives_the_buttons_of_that_language_only() -> None:
    assert Phrases(DOMAIN, "en").buttons("utter_both") == [BUTTON]
    assert Phrases(DOMAIN, "zh").buttons("utter_both") == []


def test_never_lets_a_caller_change_the_domain() -> None:
    Phrases(DOMAIN, "en").buttons("utter_both").append({"title": "more", "payload": "/more"})
    assert Phrases(DOMAIN, "en").buttons("utter_both") == [BUTTON]


@pytest.mark.parametrize("name", ["utter_english", "utter_bare", "utter_missing"])
def test_fails_by_name_when_there_is_no_such_text(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        Phrases(DOMAIN, "zh").text(name)


def test_fails_when_a_value_is_missing() -> None:
    with pytest.raises(KeyError, match="who"):
        Phrases(DOMAIN, "en").text("utter_both")


def test_knows_which_sentences_there_are() -> None:
    phrases = Phrases(DOMAIN, "zh")
    assert phrases.has("utter_english") and not phrases.has("utter_missing")
