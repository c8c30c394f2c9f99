"""① WeChat, the door: verifies and opens a request, seals a reply. The same for both kinds of account."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.wechat import xml
from bot.channels.wechat.protocol import Envelope, Refused, is_signed, sign


@dataclass(frozen=True)
class Account:
    """What an account shares with WeChat. `mode`: safe, compatible or plain."""

    token: str
    envelope: Envelope
    mode: str = "safe"
    max_body_bytes: int = 65_536
    max_age_seconds: int = 0

    def check_address(self, query: Mapping[str, str]) -> str:
        """What the verification of an address (GET) wants to hear: its echostr, decrypted when it came encrypted."""
        echo = query.get("echostr", "")
        if "msg_signature" in query:  # WeCom
            self._check(query, "msg_signature", echo)
            return self.envelope.decrypt(echo)
        self._check(query, "signature")
        return echo

    def open(self, query: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The fields of the message in a request. Refused: not from WeChat, not for us, or not readable."""
        if len(body) > self.max_body_bytes:
            raise Refused("body is too large", 413)
        if "msg_signature" not in query:
            if self.mode == "safe":
                raise Refused("message is not encrypted")
            self._check(query, "signature")
            return xml.read(body)
        if self.mode == "plain":
            raise Refused("message is encrypted, but WECHAT_ENCRYPTION is plain")
        # In compatible mode the body holds the message twice; only the encrypted half is signed.
        encrypted = xml.read(body).get("Encrypt", "")
        self._check(query, "msg_signature", encrypted)
        return xml.read(self.envelope.decrypt(encrypted).encode())

    def seal(self, fields: Mapping[str, str | int], encrypted: bool) -> str:
        """A reply as XML, in the envelope when the request came in one."""
        letter = xml.write(fields)
        if not encrypted:
            return letter
        ciphertext, now, nonce = self.envelope.encrypt(letter), int(time.time()), secrets.token_hex(8)
        signature = sign(self.token, str(now), nonce, ciphertext)
        return xml.write({"Encrypt": ciphertext, "MsgSignature": signature, "TimeStamp": now, "Nonce": nonce})

    def _check(self, query: Mapping[str, str], name: str, *signed: str) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not is_signed(query.get(name, ""), self.token, timestamp, nonce, *signed):
            raise Refused("signature is wrong")
        if self.max_age_seconds:
            age = time.time() - int(timestamp) if timestamp.isascii() and timestamp.isdigit() else float("inf")
            if abs(age) > self.max_age_seconds:
                raise Refused("signature is too old")
