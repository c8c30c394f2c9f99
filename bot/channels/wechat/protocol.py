"""① WeChat, first of all: who sent this? Signatures, and the AES envelope that both sides of WeChat use.

Written after the scheme that three libraries agree on (facts: wechatpy, WeRoBot, Tencent's @wecom/crypto), because each
of them compares signatures with `!=` or trusts lengths that a stranger chose. They judge this module in its tests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_AES_BLOCK, _PAD_BLOCK = 16, 32  # WeChat pads to 32 bytes
_RANDOM, _LENGTH = 16, 4  # what stands before the message


class Refused(Exception):
    """Why a request is not read, in words that hold nothing of it; `status` is what HTTP says."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 of the sorted parts (the token is one of them)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the parts; takes the same time for every wrong one."""
    try:
        return hmac.compare_digest(given.encode(), sign(*parts).encode())
    except UnicodeEncodeError:  # a lone surrogate in the query
        return False


class Envelope:
    """Encrypts and decrypts for one account; `receiver` is its app id or corp id, which stands in every message."""

    def __init__(self, key: str, receiver: str) -> None:
        """`key`: the EncodingAESKey of 43 characters. ValueError: it is none."""
        self._key = base64.b64decode(key + "=")
        if len(self._key) != 32:
            raise ValueError("an EncodingAESKey has 43 characters")
        self._receiver = receiver.encode()

    def encrypt(self, text: str) -> str:
        """The text in WeChat's envelope, as Base64."""
        message = text.encode()
        plain = os.urandom(_RANDOM) + len(message).to_bytes(_LENGTH, "big") + message + self._receiver
        pad = _PAD_BLOCK - len(plain) % _PAD_BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """The text in the envelope. Refused: not whole, not for this account, or no UTF-8."""
        try:
            data = base64.b64decode(encrypted.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError):
            raise Refused("ciphertext is no Base64", 400) from None
        if not data or len(data) % _AES_BLOCK:
            raise Refused("ciphertext is not whole", 400)
        decryptor = self._cipher().decryptor()
        message = self._unpacked(decryptor.update(data) + decryptor.finalize())
        try:
            return message.decode()
        except UnicodeDecodeError:
            raise Refused("message is no UTF-8", 400) from None

    def _unpacked(self, plain: bytes) -> bytes:
        pad = plain[-1]
        if not 1 <= pad <= min(_PAD_BLOCK, len(plain)) or plain[-pad:] != bytes([pad]) * pad:
            raise Refused("ciphertext does not fit the key", 400)
        body = plain[_RANDOM:-pad]
        length, rest = int.from_bytes(body[:_LENGTH], "big"), body[_LENGTH:]
        if len(body) < _LENGTH or length > len(rest):
            raise Refused("ciphertext is not whole", 400)
        if not hmac.compare_digest(rest[length:], self._receiver):
            raise Refused("message is for another account")
        return rest[:length]

    def _cipher(self) -> Cipher:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:_AES_BLOCK]))
