"""① WeChat: the access token of an account, fetched by one replica and shared by all through the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.channels.wechat.tables import Token, insert_missing

_EARLY = 300  # seconds before its end a token is renewed; WeChat itself changes it then
_FETCH_SECONDS = 15
_LOOK_SECONDS = 0.1

# gives (token, seconds that it is valid); the argument: a new one even if the old seems valid
Fetch = Callable[[bool], Awaitable[tuple[str, float]]]


class Tokens:
    """The token called `name`. Nothing of it is ever logged."""

    def __init__(self, engine: Any, name: str, fetch: Fetch) -> None:
        self._engine, self._name, self._fetch = engine, name, fetch

    async def get(self, refused: str = "") -> str:
        """A token that should be valid and is not `refused`. TimeoutError: another replica does not get one."""
        deadline = time.monotonic() + 2 * _FETCH_SECONDS
        while time.monotonic() < deadline:
            row = self._read()
            if row and row.token and row.token != refused and row.expires > time.time():
                return str(row.token)
            if self._may_fetch():
                return await self._renew(refused)
            await asyncio.sleep(_LOOK_SECONDS)
        raise TimeoutError("no access token")

    async def _renew(self, refused: str) -> str:
        try:
            token, seconds = await self._fetch(False)
            if token == refused:  # WeChat thinks that it is valid, its API does not
                token, seconds = await self._fetch(True)
            self._write(token=token, expires=time.time() + max(seconds - _EARLY, 0), fetched_until=0)
            return token
        except BaseException:
            self._write(fetched_until=0)
            raise

    def _may_fetch(self) -> bool:
        """True for one replica at a time; its right ends by itself if it dies."""
        now = time.time()
        with Session(self._engine) as session, session.begin():
            insert_missing(session, Token, name=self._name)
            free = sa.update(Token).where(Token.name == self._name, Token.fetched_until < now)
            return bool(session.execute(free.values(fetched_until=now + _FETCH_SECONDS)).rowcount)

    def _write(self, **values: Any) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(sa.update(Token).where(Token.name == self._name).values(values))

    def _read(self) -> Any:
        with Session(self._engine) as session:
            return session.execute(sa.select(Token.__table__).where(Token.name == self._name)).one_or_none()
