"""① WeChat ← calls of its HTTP API with the shared token: one renewal and one more try when the token is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.channels.wechat.tokens import Tokens

TIMEOUT = aiohttp.ClientTimeout(total=10)
NO_ANSWER = -2  # our own code: WeChat could not be reached or answered no JSON object
BUSY = -1
_TOKEN_REFUSED = {40001, 40014, 41001, 42001}


class ApiError(Exception):
    """WeChat refused a call: `code` is its errcode. Holds nothing of what was sent."""

    def __init__(self, path: str, code: int, words: str = "") -> None:
        super().__init__(f"{path}: {code} {words[:120]}".strip())
        self.code = code


class Api:
    """Calls to one address; the connection pool is opened with the first call."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: dict[str, Any], tokens: Tokens | None = None) -> dict[str, Any]:
        """POST with the token. ApiError: WeChat said no, or nothing."""
        if tokens is None:
            return await self._call("POST", path, {}, body)
        token = await self._token(path, tokens)
        try:
            return await self._call("POST", path, {"access_token": token}, body)
        except ApiError as error:
            if error.code not in _TOKEN_REFUSED:
                raise
        token = await self._token(path, tokens, refused=token)
        return await self._call("POST", path, {"access_token": token}, body)

    async def get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """GET without a token of ours. ApiError: as above."""
        return await self._call("GET", path, query, None)

    async def _token(self, path: str, tokens: Tokens, refused: str = "") -> str:
        try:
            return await tokens.get(refused)
        except TimeoutError:
            raise ApiError(path, NO_ANSWER, "no access token") from None

    async def _call(self, method: str, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        """One call, a second one when WeChat is busy. Errors name the path only: the address holds token or secret."""
        for is_last in (False, True):
            answer = await self._ask(method, path, query, body)
            code = int(answer.get("errcode") or 0)
            if code == 0:
                return answer
            if code != BUSY or is_last:
                raise ApiError(path, code, str(answer.get("errmsg", "")))
        raise AssertionError("unreachable")

    async def _ask(self, method: str, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        # WeChat shows \u escapes as they are, so the JSON is written in UTF-8
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json"}
        try:
            request = self._session.request(method, f"{self._address}/{path}", params=query, data=data, headers=headers)
            async with request as response:
                answer = json.loads(await response.read())  # WeChat does not always call its JSON so
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, OSError) as error:
            raise ApiError(path, NO_ANSWER, type(error).__name__) from None
        if not isinstance(answer, dict):
            raise ApiError(path, NO_ANSWER, "no JSON object")
        return answer
