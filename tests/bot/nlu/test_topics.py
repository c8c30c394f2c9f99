"""The component through Rasa's graph API: trained, stored, loaded, and its decision on messages."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.marks import decide
from bot.nlu.topics import TopicClassifier, readable

EXAMPLES = {
    "change_server_system": [
        "can I reinstall linux",
        "swap windows for ubuntu",
        "换操作系统",
        "重装系统可以吗",
        "change the os",
    ],
    "switch_to_hong_kong": [
        "move to hong kong",
        "hong kong server",
        "换到香港",
        "迁到香港服务器",
        "going to hong kong",
    ],
    "thank": ["thanks a lot", "many thanks", "谢谢你", "多谢", "thank you"],
    "icp_other": ["price of a server", "invoice please", "怎么开发票", "服务器多少钱", "how much is it"],
}


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> TopicClassifier:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("storage"))
    resource, context = Resource("topics"), ExecutionContext(GraphSchema({}), uuid.uuid4().hex)
    config = {**TopicClassifier.get_default_config(), "min_count": 1, "calibration_share": 0.3}
    config["vector_file"] = str(tmp_path_factory.mktemp("var") / "vectors.npz")
    messages = [Message.build(text, intent) for intent, texts in EXAMPLES.items() for text in texts]
    TopicClassifier.create(config, storage, resource, context).train(TrainingData(messages))
    return TopicClassifier.load(config, storage, resource, context)


def parsed(component: TopicClassifier, text: str) -> dict[str, Any]:
    [message] = component.process([Message({"text": text})])
    return message.as_dict(only_output_properties=True)


def test_decides_and_says_which_layer_it_was(component: TopicClassifier) -> None:
    found = parsed(component, "thank you, thanks a lot")
    assert found["intent"]["name"] == "thank"
    assert found["decided_by"] == "classifier"


def test_ranking_comes_with_every_decision(component: TopicClassifier) -> None:
    ranking = parsed(component, "qqqq")["intent_ranking"]
    assert {item["name"] for item in ranking} == set(EXAMPLES)
    assert sum(item["confidence"] for item in ranking) == pytest.approx(1, abs=1e-4)


def test_leaves_decided_messages_alone(component: TopicClassifier) -> None:
    message = Message({"text": "move to hong kong"})
    decide(message, "affirm", 1.0, by="fixed")
    component.process([message])
    assert message.get("intent")["name"] == "affirm"


def test_configuration_is_part_of_the_fingerprint() -> None:
    defaults = TopicClassifier.get_default_config()
    assert {"regularisation", "sentence_vectors", "answer", "not_covered", "dialogue", "question_threshold"} <= set(
        defaults
    )


def test_addresses_carry_no_meaning() -> None:
    assert readable("Shop.Example.com 打不开") == "somedomain 打不开"


def test_stores_json_and_arrays_only(component: TopicClassifier, tmp_path: Path) -> None:
    with component._storage.read_from(component._resource) as folder:
        assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.npz"]
