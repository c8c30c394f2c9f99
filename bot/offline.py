"""Beside the flow: the trained model without a server, for tools that only parse (`make parse`, `make evaluate`)."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any


async def load_quietly(model: Path) -> Any:
    """Rasa's agent for a model file, without telemetry and without a log line for every message it parses."""
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")
    sys.path.insert(0, os.getcwd())  # our own components
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    from rasa.core.agent import load_agent

    return await load_agent(model_path=str(model))
