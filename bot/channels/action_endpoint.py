"""④⑤ The way to the action server, which answers for it when it is down: the user is told and the turn ends well.

Rasa only logs a failing action and goes on as if it had run.
"""

from __future__ import annotations

import copy
import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 15  # Rasa's own default of 300 s outlives the conversation's lock (60 s)
_REJECTED = 400  # an action's way of saying "not me", part of Rasa's protocol

# What a failed action "returns": tell the user, then listen; slots and forms stay as they are.
_SORRY = {
    "events": [{"event": "followup", "name": "action_listen"}],
    "responses": [{"response": "utter_service_down"}],
}


class ForgivingActionEndpoint(EndpointConfig):
    """Turns a dead, slow or failing action server into a spoken apology."""

    @classmethod
    def install(cls, agent: Agent) -> None:
        """Puts itself between an agent and its action server, once. Rasa has no setting for the endpoint's class."""
        plain = agent.action_endpoint
        if plain is not None and not isinstance(plain, cls):
            forgiving = cls(
                plain.url, plain.params, plain.headers, plain.basic_auth, plain.token, plain.token_name, plain.cafile
            )
            agent.action_endpoint = forgiving
            if agent.processor:
                agent.processor.action_endpoint = forgiving

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["timeout"] = TIMEOUT_SECONDS
        action = (kwargs.get("json") or {}).get("next_action")
        try:
            answer = await super().request(*args, **kwargs)
            if isinstance(answer, dict):
                return answer
            logger.error("%s failed: the action server's answer is no JSON object", action)
        except ClientResponseError as error:
            if error.status == _REJECTED:
                raise
            logger.error("%s failed: the action server answered %s", action, error.status)
        except Exception as error:
            logger.error("%s failed: no answer from the action server (%s: %s)", action, type(error).__name__, error)
        return copy.deepcopy(_SORRY)  # Rasa empties what it is given
