"""What the users of a measurement say."""

from bench.workload import Workload, examples, pick, understood

ENTRIES = [
    {"intent": "greet", "examples": "- hello\n- hi\n- hey\n"},
    {"intent": "thank", "examples": "- thanks\n"},
    {"intent": "greet", "examples": '- 你好\n- [Tencent](provider), hello\n- hi [there]{"entity": "x"}\n'},
]


def test_all_messages_of_an_intent_without_annotations() -> None:
    assert examples(ENTRIES, "greet") == ["hello", "hi", "hey", "你好", "Tencent, hello", "hi there"]


def test_messages_are_spread_and_intents_mixed() -> None:
    assert pick(ENTRIES, ("greet", "thank"), 2) == [("greet", "hello"), ("thank", "thanks"), ("greet", "你好")]


def test_an_intent_with_few_messages_gives_what_it_has() -> None:
    assert len(pick(ENTRIES, ("greet",), 50)) == 6


def test_a_message_that_one_side_misunderstands_is_left_out() -> None:
    labelled = [("greet", "hello"), ("greet", "hi"), ("ask_human", "help"), ("thank", "ta")]
    ours = ["greet", "greet", "ask_human", "greet"]
    stock = ["greet", "thank", "ask_human", "greet"]
    assert understood(labelled, ours, stock) == Workload(["hello"], ["help"])
