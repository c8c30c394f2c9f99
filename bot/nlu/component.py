"""③ What our components that learn nothing have in common: how Rasa makes one."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage


class StatelessComponent(GraphComponent):
    """A component without configuration and without anything learned; the subclass has `process`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> StatelessComponent:
        component = cls()
        component.warm_up()
        return component

    def warm_up(self) -> None:
        """Loads now what would otherwise be loaded during somebody's first message."""
