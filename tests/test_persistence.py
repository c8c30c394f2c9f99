"""A restart in the middle of a conversation: it goes on where it was, with what was said before."""

from __future__ import annotations

import pytest
from conftest import Assistant, spoken


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Answers by conversation; the assistant was stopped and started again after each one's first two messages."""
    before = {
        "en form": ["hello", "the authority approved our record and the homepage is unreachable"],
        "zh form": ["您好", "备案转移办完了，原来的备案怎么处理"],
        "outcome": ["hello", "the bureau granted the filing, elmgate.com is unreachable"],
        "button": ["hello", "would our record be struck off if the site were served from Hong Kong?"],
        "miss": ["hello", "mumble mumble"],
    }
    after = {
        "en form": ["elmgate.com", "still dead"],
        "zh form": ["全部都转了", "转人工"],
        "outcome": ["still dead"],
        "button": ['/inform{"hosting":"both_here"}'],
        "miss": ["hmm grr"],
    }
    assistant = Assistant(tmp_path_factory.mktemp("restarted"))
    try:
        for sender, messages in before.items():
            for message in messages:
                assistant.say(message, sender)
        assistant.stop()
        assistant.start()
        return {
            sender: [spoken(assistant.say(text, sender)) for text in messages] for sender, messages in after.items()
        }
    finally:
        assistant.stop()


def test_a_form_still_waits_for_its_answer(restarted: dict[str, list[str]]) -> None:
    assert "elmgate.com ends in .com" in restarted["en form"][0]
    assert "Domain: elmgate.com" in restarted["en form"][1]


def test_the_language_is_remembered(restarted: dict[str, list[str]]) -> None:
    assert "空壳" in restarted["zh form"][0]
    assert "转走的域名：全部" in restarted["zh form"][1]


def test_what_was_advised_is_still_in_the_summary(restarted: dict[str, list[str]]) -> None:
    assert "Domain: elmgate.com" in restarted["outcome"][0] and "Advised:" in restarted["outcome"][0]


def test_a_button_shown_before_still_works(restarted: dict[str, list[str]]) -> None:
    assert "nothing happens to your filing" in restarted["button"][0]


def test_a_miss_before_still_counts(restarted: dict[str, list[str]]) -> None:
    assert "still don't understand" in restarted["miss"][0]
