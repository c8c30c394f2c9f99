"""① The way to Slack's Web API: one client for each workspace, pauses that Slack asks for, errors as NotDelivered."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.push import NotDelivered
from bot.settings import Settings

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10
LONGEST_PAUSE = 30  # seconds; a turn holds its conversation's lock for 60 at most (Rasa's TICKET_LOCK_LIFETIME)
_ASK_AGAIN = 60  # seconds until a token that Slack refused, or did not answer for, is tried again
_REFUSED = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}


class _Patient(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack says (the library does that), but not longer than a turn may take."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = await super()._can_retry_async(state=state, request=request, response=response, error=error)
        return limited and response is not None and retry_after(response.headers) <= LONGEST_PAUSE


class SlackWeb:
    """Calls methods in the name of the bot of a workspace."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tokens = [token.strip() for token in settings.slack_bot_token.split(",") if token.strip()]
        self._teams: dict[str, AsyncWebClient] = {}
        self._unknown = dict.fromkeys(range(len(self._tokens)), 0.0)  # token's number: not to be asked about before
        self._learning = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def call(self, team: str, method: str, **values: Any) -> dict[str, Any]:
        """Slack's answer. NotDelivered: Slack refused, or could not be reached."""
        client = await self._client_for(team)
        try:
            answer = await client.api_call(method, json=values)
            return dict(answer.data) if isinstance(answer.data, dict) else {}
        except SlackApiError as error:
            raise _reason(team, method, error) from None
        except (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise NotDelivered(f"{method}: no answer from Slack ({type(error).__name__})", _ASK_AGAIN) from None

    async def learn(self) -> None:
        """Asks Slack which workspace each token belongs to; says in the log which are right and which are not."""
        async with self._learning:
            for number, not_before in list(self._unknown.items()):
                if time.monotonic() >= not_before:
                    await self._learn(number)

    async def close(self) -> None:
        """Closes the connections to Slack."""
        if self._session:
            await self._session.close()

    async def _client_for(self, team: str) -> AsyncWebClient:
        if team not in self._teams and len(self._tokens) == 1:
            return self._client(self._tokens[0])  # one workspace: no need to ask which
        if team not in self._teams:
            await self.learn()
        if team not in self._teams:
            raise NotDelivered(f"no token in SLACK_BOT_TOKEN belongs to the workspace {team}", _ASK_AGAIN)
        return self._teams[team]

    async def _learn(self, number: int) -> None:
        which = f"token {number + 1} of SLACK_BOT_TOKEN"
        client = self._client(self._tokens[number])
        try:
            known = (await client.auth_test()).data
        except SlackApiError as error:
            logger.error("Slack refuses %s: %s (docs/channels.md)", which, _code(error))
            known = None
        except (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.error("Slack does not answer about %s (%s)", which, type(error).__name__)
            known = None
        if not isinstance(known, dict):
            self._unknown[number] = time.monotonic() + _ASK_AGAIN
            return
        del self._unknown[number]
        for team in (known.get("team_id"), known.get("enterprise_id") if known.get("is_enterprise_install") else None):
            if team:
                self._teams[str(team)] = client
        logger.info("Slack: %s is the workspace %s", which, known.get("team_id"))

    def _client(self, token: str) -> AsyncWebClient:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        tries = self._settings.slack_rate_limit_retries
        return AsyncWebClient(
            token,
            base_url=self._settings.slack_api_url,
            session=self._session,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[AsyncConnectionErrorRetryHandler(), _Patient(max_retry_count=tries)],
        )


def retry_after(headers: Any) -> float:
    """Seconds that Slack asks to wait; 1 when it does not say."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    try:
        return float(value[0] if isinstance(value, list) else value)
    except ValueError:
        return 1.0


def _code(error: SlackApiError) -> str:
    """Slack's word for what went wrong; the exception's own text would repeat the whole answer."""
    answer = error.response
    data = getattr(answer, "data", answer)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or f"status {getattr(answer, 'status_code', 'unknown')}")[:100]


def _reason(team: str, method: str, error: SlackApiError) -> NotDelivered:
    code, status = _code(error), getattr(error.response, "status_code", 0)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return NotDelivered(f"{method}: Slack says too fast", retry_after(getattr(error.response, "headers", {})))
    if code in _REFUSED:
        return NotDelivered(f"{method}: Slack refuses the token of the workspace {team}: {code} (docs/channels.md)")
    return NotDelivered(f"{method}: {code}", _ASK_AGAIN if status >= 500 else None)
