"""⑤ Diagnosis, below step 3: a small document from a registry by HTTPS; guarded and capped like a user's server."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from actions.diagnosis.budget import Budget
from actions.diagnosis.safety import Guard

MAX_REDIRECTS = 3
_HEADERS = {"Accept": "application/rdap+json, application/json", "User-Agent": "icp-filing-assistant (domain check)"}


class FetchError(Exception):
    """No document. status: HTTP status (200: the body was too long, 0: no answer); pause: Retry-After in seconds."""

    def __init__(self, status: int, pause: float = 0.0) -> None:
        super().__init__(f"HTTP status {status}")
        self.status, self.pause = status, pause


async def get(address: str, limit: int, budget: Budget, guard: Guard) -> bytes:
    """The body of a 200 answer of at most `limit` bytes. FetchError otherwise, also when the time is up."""
    connector = aiohttp.TCPConnector(resolver=_PublicOnly(guard), use_dns_cache=False, force_close=True)
    timeout = aiohttp.ClientTimeout(total=max(budget.left, 0.001))
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=_HEADERS) as session:
            return await _follow(session, URL(address), limit, guard)
    except (aiohttp.ClientError, OSError, ValueError, asyncio.TimeoutError) as error:
        raise FetchError(0) from error


async def _follow(session: aiohttp.ClientSession, url: URL, limit: int, guard: Guard) -> bytes:
    """Redirects are followed here, as aiohttp would connect to an address in a URL without asking the resolver."""
    for _ in range(MAX_REDIRECTS + 1):
        _check(url, guard)
        async with session.get(url, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                target = url.join(URL(response.headers["Location"]))
                if target.scheme != url.scheme:  # never down to plain HTTP
                    raise FetchError(response.status)
                url = target
                continue
            if response.status != 200:
                raise FetchError(response.status, _seconds(response.headers.get("Retry-After", "")))
            return await _body(response, limit)
    raise FetchError(302)


def _check(url: URL, guard: Guard) -> None:
    try:
        ipaddress.ip_address(url.host or "")
    except ValueError:
        return  # a name, which _PublicOnly resolves
    if not guard.allows(str(url.host)):
        raise FetchError(0)


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise FetchError(200)
    return bytes(body)


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds, at most an hour; a date counts as a minute."""
    return min(float(retry_after), 3600.0) if retry_after.isdecimal() and len(retry_after) < 10 else 60.0


class _PublicOnly(AbstractResolver):
    """Resolves registries' names for aiohttp, which connects to just these addresses: nothing inside, no rebinding."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._resolver = guard, aiohttp.ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if self._guard.allows(each["host"])]
        if not allowed:
            raise OSError(f"{host} has no public address")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
