"""③ Keeps the sentence vectors of training messages on disk: most messages are the same in the next training."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.nlu.sentence_encoder import DIMENSIONS, Floats, encoder_version, sentence_encoder

MOST = 20_000  # vectors in the file: 40 MB
_KEY_BYTES = 16


def stored_vectors(texts: Sequence[str], file: Path, most: int = MOST) -> Floats:
    """The sentence vectors (n, 512) of n texts; encodes what the file does not hold, and puts it there.

    A file that is broken or of another encoder is written anew; one that can't be written is done without.
    """
    keys = [_key(text) for text in texts]
    known = _read(file)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        before = known
        known = before | dict(zip(missing, sentence_encoder().encode(list(missing.values())), strict=True))
        # this training's texts first: of those that no longer occur, as many are kept as there is room for
        kept = {key: known[key] for key in keys} | before
        with contextlib.suppress(OSError):
            _write(file, dict(list(kept.items())[:most]))
    return np.stack([known[key] for key in keys]) if keys else np.empty((0, DIMENSIONS), dtype=np.float32)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def _read(file: Path) -> dict[bytes, Floats]:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            keys, vectors = arrays["keys"], arrays["vectors"]
            if str(arrays["encoder"]) != encoder_version() or keys.shape != (len(vectors), _KEY_BYTES):
                return {}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape[1:] != (DIMENSIONS,) or vectors.dtype != np.float32 or keys.dtype != np.uint8:
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def _write(file: Path, vectors: dict[bytes, Floats]) -> None:
    """A reader sees the old file or the new one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(-1, _KEY_BYTES)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=".npz", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as temporary:
            np.savez(temporary, encoder=encoder_version(), keys=keys, vectors=np.stack(list(vectors.values())))
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
