"""The quick importer: what Rasa's own reads, read once; an invalid domain stops instead of leaving the dialogue out."""

import copy
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain, InvalidDomain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.importer import QuickImporter, QuickMessage

NLU = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - 你好\n'
NLU += "- intent: bye\n  examples: |\n    - bye\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, list[str]]:
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [greet, bye]\n')
    (tmp_path / "nlu.yml").write_text(NLU, encoding="utf-8")
    return str(tmp_path / "domain.yml"), [str(tmp_path / "nlu.yml")]


def test_reads_what_rasa_reads(files: tuple[str, list[str]]) -> None:
    ours, rasas = QuickImporter(None, *files), RasaFileImporter(None, *files)
    assert ours.get_domain().as_dict() == rasas.get_domain().as_dict()
    read = [[(m.get("text"), m.get("intent")) for m in i.get_nlu_data().training_examples] for i in (ours, rasas)]
    assert read[0] == read[1] == [("hi", "greet"), ("你好", "greet"), ("bye", "bye")]


def test_every_file_is_read_once(files: tuple[str, list[str]]) -> None:
    importer = QuickImporter(None, *files)
    domain, messages = importer.get_domain(), importer.get_nlu_data("en")
    Path(files[0]).unlink()
    Path(files[1][0]).unlink()
    assert importer.get_domain() is domain
    assert importer.get_nlu_data() is messages
    assert importer.get_stories().is_empty()


def test_an_invalid_domain_is_an_error(files: tuple[str, list[str]]) -> None:
    Path(files[0]).write_text('version: "3.1"\nintents: [greet, {greet: {use_entities: []}}]\n')
    with pytest.raises(InvalidDomain):
        QuickImporter(None, *files).get_domain()


def test_without_a_domain_it_is_empty(files: tuple[str, list[str]]) -> None:
    assert QuickImporter(None, None, files[1]).get_domain().as_dict() == Domain.empty().as_dict()


def test_equal_messages_have_equal_hashes() -> None:
    message = QuickMessage({"text": "hi", "intent": "greet"})
    assert hash(copy.deepcopy(message)) == hash(message) and copy.deepcopy(message) == message
    assert message != QuickMessage({"text": "hi", "intent": "bye"})


def test_a_message_with_entities_is_hashed_as_by_rasa() -> None:
    data = {"text": "hi", "entities": [{"entity": "name", "value": "x"}]}
    assert hash(QuickMessage(data)) == hash(Message(data))
