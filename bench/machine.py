"""The head of a report: on what machine, with which versions and how busy it was."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("rasa", "rasa-sdk", "tensorflow-cpu", "tensorflow", "numpy", "scikit-learn", "SQLAlchemy", "sanic")


def machine() -> str:
    """Processor, cores, memory and system in one line."""
    memory = _field("/proc/meminfo", "MemTotal").split()
    size = f"{int(memory[0]) / 2**20:.0f} GB" if memory else "? GB"
    processor = _field("/proc/cpuinfo", "model name") or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {size} memory, {platform.system()} {platform.release()}"


def versions() -> str:
    """Python and the packages that matter, those that are installed, in one line."""
    return ", ".join([f"Python {platform.python_version()}", *filter(None, map(_version, PACKAGES))])


def load() -> str:
    """The machine's load average over one minute: above the number of cores the wall-clock figures are inflated."""
    return f"{os.getloadavg()[0]:.1f} at {time.strftime('%Y-%m-%d %H:%M')}"


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def _field(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
