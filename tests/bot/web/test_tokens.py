"""Who may read which chat."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.web.tokens import Tokens, User, kept_secret

SECRET, USER_SECRET = "s" * 40, "u" * 40


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(SECRET, USER_SECRET)


def signed(secret: str = USER_SECRET, **claims: Any) -> str:
    return jwt.encode({"sub": "42", "exp": time.time() + 60, **claims}, secret, algorithm="HS256")


def test_a_token_opens_its_conversation_again(tokens: Tokens) -> None:
    first, is_new = tokens.conversation(None, None)
    assert is_new
    assert tokens.conversation(tokens.issue(first), None) == (first, False)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        7,
        {"a": 1},
        Tokens("x" * 40).issue("web-victim"),
        Tokens(SECRET, days=-1).issue("web-victim"),
        jwt.encode({"sub": "web-victim", "exp": 9e9}, SECRET, algorithm="HS256"),  # not issued for sessions
        jwt.encode({"sub": "web-victim", "aud": "icp-assistant-session"}, SECRET, algorithm="HS256"),  # never expires
        jwt.encode({"sub": "web-victim", "aud": "icp-assistant-session", "exp": 9e9}, None, algorithm="none"),
    ],
)
def test_a_forged_or_expired_token_begins_a_new_conversation(token: Any, tokens: Tokens) -> None:
    conversation, is_new = tokens.conversation(token, None)
    assert is_new and conversation != "web-victim"


def test_the_chat_of_an_account_opens_only_with_the_accounts_own_token(tokens: Tokens) -> None:
    user = tokens.user(signed())
    assert user is not None
    mine, _ = tokens.conversation(None, user)
    session = tokens.issue(mine)
    assert tokens.conversation(session, user) == (mine, False)
    assert tokens.conversation(session, None)[0] != mine  # logged out
    assert tokens.conversation(session, User("43"))[0] != mine
    assert "42" not in mine.removeprefix("web-user-")[:2] or len(mine) == len("web-user-") + 40


def test_logging_in_leaves_the_anonymous_chat(tokens: Tokens) -> None:
    anonymous, _ = tokens.conversation(None, None)
    assert tokens.conversation(tokens.issue(anonymous), User("42")) == (User("42").conversation, True)


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        5,
        signed("x" * 40),
        signed(exp=time.time() - 5),
        jwt.encode({"sub": "42"}, USER_SECRET, algorithm="HS256"),
        signed(sub=""),
        jwt.encode({"sub": "42", "exp": 9e9}, None, algorithm="none"),
    ],
)
def test_only_a_valid_signature_counts_as_logged_in(token: Any, tokens: Tokens) -> None:
    assert tokens.user(token) is None


def test_nobody_is_logged_in_without_the_shared_secret() -> None:
    assert Tokens(SECRET).user(signed("x")) is None


def test_a_name_comes_with_the_user_when_it_is_one(tokens: Tokens) -> None:
    assert tokens.user(signed(name="小王")) == User("42", "小王")
    assert tokens.user(signed(name={"x": 1})) == User("42", None)


def test_the_kept_secret_stays_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "web_secret"
    secret = kept_secret(path)
    assert len(secret) >= 32 and kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
