"""③ Which language a message is written in: English, Chinese, another one, or none that shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from pathlib import Path

import yaml

from bot.text.domains import find_addresses

MAX_CHARS = 2_000  # a longer message is refused by the gate; nothing here may take longer for it


class Language(str, Enum):
    """The languages that an answer can be in, and OTHER for those we don't speak."""

    EN = "en"
    ZH = "zh"
    OTHER = "other"


ANSWERED_IN = (Language.EN.value, Language.ZH.value)

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Letters of scripts that neither English nor Chinese uses: Greek, Cyrillic, Hebrew, Arabic, Indic, Thai, kana, hangul.
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0d7f\u0e00-\u0e7f\u1100-\u11ff\u3041-\u30fa\uac00-\ud7af]"
)
# Addresses end where Chinese begins: "example.com打不开".
_ADDRESS = re.compile(r"[!-~]+@[!-~]+|[a-z]{2,}://[!-~]+|\b[\w-]+(?:\.[\w-]+)+[!-~]*", re.IGNORECASE | re.ASCII)
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-žȘ-țƠ-ưẠ-ỹ][A-Za-zÀ-ÖØ-öø-ÿĀ-žȘ-țƠ-ưẠ-ỹ'’]*")
# How English shortens words; no French "l'", "d'" or "qu'" ends like this.
_CONTRACTION = re.compile(r"\w'(?:s|m|d|ll|re|ve)|\wn't")
# Grammar words of Chinese: with one of them a sentence is Chinese even when most of its content words are English.
_CHINESE_GRAMMAR = re.compile(r"[了的吗呢吧啊么没不已怎谢是]")
_MIN_WORDS_TO_CALL_FOREIGN = 3


def detect_language(text: str) -> Language | None:
    """Language of a message by the majority of its words; None when it shows none ("example.com", "123", emoji)."""
    text = _without_addresses(text[:MAX_CHARS])
    han, foreign = len(_HAN.findall(text)), len(_OTHER_SCRIPT.findall(text))
    words = [word.lower().replace("’", "'") for word in _LATIN_WORD.findall(text)]
    telling = [word for word in words if word not in _words()["neutral"] and (len(word) > 1 or word in "ai")]
    if foreign > 1 and foreign * 2 > han:  # Japanese mixes kana with Han characters; one sign alone is a face
        return Language.OTHER if foreign > 2 * len(telling) else _latin_language(telling)
    if han:
        return Language.ZH if _is_mostly_chinese(text, han, len(telling)) else Language.EN
    if telling:
        return _latin_language(telling)
    return Language.EN if words and words[0] in {"hi", "hello"} else None


def language_to_answer_in(text: str) -> str | None:
    """One of ANSWERED_IN, as the conversation's language is written in slots; None for another language or none."""
    language = detect_language(text)
    return language.value if language and language.value in ANSWERED_IN else None


def _without_addresses(text: str) -> str:
    """The text without addresses in any form ("例子.中国", "abc点com", "abc . com"): they are words of no language."""
    text = _ADDRESS.sub(" ", text)
    for address in reversed(find_addresses(text)):
        text = f"{text[: address.start]} {text[address.end :]}"
    return text


def _is_mostly_chinese(text: str, han: int, latin_words: int) -> bool:
    """A Chinese word has about two characters."""
    return han >= 2 * latin_words or bool(han >= latin_words and _CHINESE_GRAMMAR.search(text))


def _latin_language(words: list[str]) -> Language:
    """English unless its words or the detector say that it is something else."""
    english = sum(word in _words()["english"] or bool(_CONTRACTION.search(word)) for word in words)
    foreign = sum(word in _words()["foreign"] for word in words)
    if english > foreign:
        return Language.EN
    if "".join(words) != "a" and all(word in _words()["pinyin"] for word in words):
        return Language.ZH
    if len(words) < _MIN_WORDS_TO_CALL_FOREIGN:  # "Bonjour", "Danke schön": a courtesy, answered like any greeting
        return Language.EN
    if foreign:
        return Language.OTHER
    code, probability = _identify()(" ".join(words))
    return Language.OTHER if code != "en" and probability > 0.9 else Language.EN


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The word lists of language_words.yml: neutral, english, foreign, pinyin."""
    listed = yaml.safe_load((Path(__file__).parent / "language_words.yml").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in listed.items()}


@lru_cache(maxsize=1)
def _identify() -> Callable[[str], tuple[str, float]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    # Languages in Latin script that website owners here are likely to use; the full set of 97 only adds false alarms.
    identifier.set_languages(["en", "fr", "de", "es", "pt", "it", "nl", "pl", "tr", "vi", "id", "ms", "ro", "sv", "cs"])
    return identifier.classify
