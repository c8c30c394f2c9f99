"""③ Tokens for mixed Chinese and English text: words for Latin script, single characters for Han script, no blanks."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_CHARACTERS = 2_000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """Splits at script borders first (`.com域名` is two runs), then lets spaCy's English rules split each Latin run.

    Single Han characters rather than words: character n-grams need no dictionary and can't be mis-segmented.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        # Cached: most Latin runs are words that come again, and spaCy makes a document of each.
        self._latin = lru_cache(maxsize=4096)(partial(_pieces, spacy.blank("en").tokenizer))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training messages alone: the classifier reads texts, and tokens of 10,000 messages take 6 s."""
        return training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        tokens = []
        # spaCy can't take lone surrogates; a text that the gate would refuse for its length is not split to its end
        for run in _RUN.finditer(_SURROGATE.sub("\ufffd", message.get(attribute)[:_MOST_CHARACTERS])):
            if len(run.group()) == 1:
                tokens.append(Token(run.group(), run.start()))
            else:
                tokens.extend(Token(text, run.start() + offset) for text, offset in self._latin(run.group()))
        return self._apply_token_pattern(tokens)


def _pieces(split: Callable[[str], Any], run: str) -> tuple[tuple[str, int], ...]:
    """The tokens of a run by spaCy's rules, each with its offset in the run."""
    return tuple((token.text, token.idx) for token in split(run))
