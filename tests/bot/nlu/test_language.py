"""The language of a message as an entity, and languages we don't speak as an intent."""

from collections.abc import Callable

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import LanguageDetector


@pytest.mark.parametrize(("text", "language"), [("my site is down", "en"), ("备案通过了", "zh"), ("備案通過", "zh")])
def test_marks_the_language(text: str, language: str, read: Callable[..., Message]) -> None:
    message = read(text, LanguageDetector)
    [entity] = message.get("entities")
    assert (entity["entity"], entity["value"], entity["start"], entity["end"]) == ("language", language, 0, len(text))
    assert message.get("intent") is None


@pytest.mark.parametrize("text", ["example.com", "123", "😀"])
def test_leaves_the_language_of_the_conversation_when_none_shows(text: str, read: Callable[..., Message]) -> None:
    message = read(text, LanguageDetector)
    assert not message.get("entities") and message.get("intent") is None


@pytest.mark.parametrize("text", ["мой сайт не работает", "サイトが開きません", "Meine Webseite funktioniert nicht"])
def test_decides_for_languages_we_do_not_speak(text: str, read: Callable[..., Message]) -> None:
    message = read(text, LanguageDetector)
    assert message.get("intent") == {"name": "other_language", "confidence": 1.0}
    assert message.get("intent_ranking") == [{"name": "other_language", "confidence": 1.0}]
    assert message.get("decided_by") == "language"
    assert not message.get("entities")
