"""For the component tests: a component made as Rasa makes it, and what it wrote on one message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message


@pytest.fixture
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Message]:
    """read(text, Component, …) gives the message after the components, in that order."""

    def run(text: str, *components: Any) -> Message:
        message = Message({"text": text})
        for component in components:
            storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
            context = ExecutionContext(GraphSchema({}))
            made = component.create(component.get_default_config(), storage, Resource("test"), context)
            made.process([message])
        return message

    return run
