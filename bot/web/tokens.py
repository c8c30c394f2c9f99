"""Beside ① the web channel: who is talking, proved by signed tokens and never by what a message says."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import jwt

_ALGORITHM = "HS256"
_AUDIENCE = "icp-assistant-session"
_ACCOUNT = "web-user-"  # conversations of logged-in users; nobody gets into one with a session token alone
_SECRET_BYTES = 32


@dataclass(frozen=True)
class User:
    """A logged-in user of the host site, as its server has signed it."""

    id: str
    name: str | None = None

    @property
    def conversation(self) -> str:
        """One conversation for each account, on whatever device; the account's id can't be read from it."""
        return f"{_ACCOUNT}{hashlib.sha256(self.id.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


class Tokens:
    """Issues session tokens and reads them back; reads the tokens of logged-in users."""

    def __init__(self, secret: str, user_secret: str = "", days: int = 30) -> None:
        """`secret` signs sessions, which end after `days` unused; without `user_secret` nobody counts as logged in."""
        self._secret, self._user_secret, self._seconds = secret, user_secret, days * 86_400

    def issue(self, conversation: str) -> str:
        """A token that opens this conversation."""
        now = int(time.time())
        claims = {"sub": conversation, "aud": _AUDIENCE, "iat": now, "exp": now + self._seconds}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def conversation(self, token: object, user: User | None) -> tuple[str, bool]:
        """The conversation that this client may read, and whether it is another one than its token names."""
        named = self._named(token)
        if user is not None:
            return user.conversation, named != user.conversation
        if named and not named.startswith(_ACCOUNT):
            return named, False
        return f"web-{uuid.uuid4().hex}", True

    def _named(self, token: object) -> str | None:
        if not isinstance(token, str) or not token:
            return None
        try:
            claims = jwt.decode(
                token, self._secret, [_ALGORITHM], audience=_AUDIENCE, options={"require": ["exp", "sub"]}
            )
        except jwt.InvalidTokenError:
            return None
        return str(claims["sub"])

    def user(self, token: object) -> User | None:
        """Whom the host site's server has signed, None for a missing, forged or expired token."""
        if not self._user_secret or not isinstance(token, str) or not token:
            return None
        try:
            claims = jwt.decode(
                token, self._user_secret, [_ALGORITHM], options={"require": ["exp", "sub"], "verify_aud": False}
            )
        except jwt.InvalidTokenError:
            return None
        subject, name = claims["sub"], claims.get("name")
        if not isinstance(subject, str) or not subject:
            return None
        return User(subject, name[:80] if isinstance(name, str) and name.strip() else None)


def kept_secret(path: Path) -> str:
    """The secret in this file, which is made on the first call, readable for its owner only.

    For a single replica without the setting WEB_SECRET: sessions survive a restart. OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # another process may start at the same moment: only one of both makes the file
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        file.write(secret)
    return secret
