"""Which messages count as repeats."""

import pytest

from bot.channels.repeats import Repeats


def claim(repeats: Repeats, sender: str, message_id: str | None, text: str) -> bool:
    with repeats.claim(sender, message_id, text) as is_new:
        return is_new


def test_the_same_id_again_is_a_repeat() -> None:
    repeats = Repeats()
    assert [claim(repeats, "li", "1", text) for text in ("a", "a", "b")] == [True, False, False]


@pytest.mark.parametrize("message_id", [None, ""])
def test_without_an_id_the_same_words_later_are_new(message_id: str | None) -> None:
    repeats = Repeats()
    assert claim(repeats, "li", message_id, "a") and claim(repeats, "li", message_id, "a")


@pytest.mark.parametrize(
    ("sender", "message_id", "text", "is_new"),
    [("li", "2", "a", False), ("li", None, "a", False), ("li", "2", "b", True), ("wang", "1", "a", True)],
)
def test_the_same_words_are_a_repeat_while_the_first_are_answered(
    sender: str, message_id: str | None, text: str, is_new: bool
) -> None:
    repeats = Repeats()
    with repeats.claim("li", "1", "a"):
        assert claim(repeats, sender, message_id, text) is is_new


def test_a_repeat_does_not_end_the_first_ones_work() -> None:
    repeats = Repeats()
    with repeats.claim("li", "1", "a"):
        assert not claim(repeats, "li", "2", "a")
        assert not claim(repeats, "li", "3", "a")


def test_a_failed_turn_is_no_longer_in_work() -> None:
    repeats = Repeats()
    with pytest.raises(RuntimeError), repeats.claim("li", None, "a"):
        raise RuntimeError
    assert claim(repeats, "li", None, "a")


def test_the_oldest_ids_are_forgotten() -> None:
    repeats = Repeats(remembered=2)
    for message_id in "123":
        claim(repeats, "li", message_id, "a")
    assert [claim(repeats, "li", message_id, "a") for message_id in "321"] == [False, False, True]
