"""Beside the flow: files that several parts name, in the project's folder, which is the current one."""

from pathlib import Path

MODEL = Path("models/assistant.tar.gz")
DATA = Path("data")  # what is trained on, and what is answered
SENTENCE_VECTORS = Path("var/sentence-vectors.npz")  # of the training messages, so that the next training is quicker
