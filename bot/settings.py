"""Beside the flow: everything an operator may set, read once from the environment (and `.env`) by all processes.

    from bot.settings import settings
    settings.hotline

Light enough for any module to import: only the standard library. `.env.example` documents each field.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(Exception):
    """One sentence: which setting is wrong, what it must be and where to correct it."""


def _between(low: int, high: int) -> tuple[Callable[[Any], bool], str]:
    return lambda value: low <= value <= high, f"a whole number from {low} to {high}"


def _like(pattern: str, wanted: str) -> tuple[Callable[[Any], bool], str]:
    return lambda value: re.fullmatch(pattern, value) is not None, wanted


def _is_timezone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder's name gives an OSError
        return False
    return True


def _are_resolvers(value: str) -> bool:
    """True for "system", addresses and addresses with a port (127.0.0.1:53, [::1]:53), separated by commas."""
    for item in (part.strip() for part in value.split(",")):
        found = re.fullmatch(r"\[([^\]]+)\]:\d{1,5}|([\d.]+):\d{1,5}|(.+)", item)
        try:
            ipaddress.ip_address(next(filter(None, found.groups())) if found and item != "system" else "::")
        except ValueError:
            return False
        if not item:
            return False
    return True


def _are_origins(value: str) -> bool:
    """True for scheme://host[:port] without a path, separated by commas; https://*.example.com means all below it."""
    return all(
        re.fullmatch(r"https?://(\*\.)?[\w-]+(\.[\w-]+)*(:\d{1,5})?", origin.strip()) for origin in value.split(",")
    )


def _setting(default: int | str, check: tuple[Callable[[Any], bool], str], secret: bool = False) -> Any:
    return field(default=default, metadata={"check": check[0], "wanted": check[1], "secret": secret})


@dataclass(frozen=True, repr=False)
class Settings:
    """All settings; a field's environment variable is its name in capitals. Tests build one with `from_env({…})`."""

    host: str = _setting("127.0.0.1", _like(r"[\w.:-]+", "an address or host name of this machine"))
    port: int = _setting(5005, _between(1, 65535))
    action_port: int = _setting(5055, _between(1, 65535))
    database_url: str = _setting(
        "",
        _like(r"(|(postgresql|sqlite)(\+\w+)?://.+)", "empty (SQLite) or like postgresql://user:password@host/name"),
        True,
    )
    redis_url: str = _setting("", _like(r"(|(rediss?|unix)://.+)", "empty or like redis://host:6379/0"), True)
    hotline: str = _setting("4009-100-100", _like(r"[\d +()-]{3,30}", "a telephone number"))
    ticket_url: str = _setting(
        "https://console.cloud.tencent.com/workorder/category", _like(r"https?://\S+", "an address with https://")
    )
    max_message_chars: int = _setting(2000, _between(1, 100_000))
    timezone: str = _setting("Asia/Shanghai", (_is_timezone, "a time zone like Asia/Shanghai"))
    log_level: str = _setting("INFO", (LOG_LEVELS.__contains__, f"one of {', '.join(LOG_LEVELS)}"))
    # ① WeChat Official Account (公众号)
    wechat_app_id: str = _setting("", _like(r"(|[\w-]{6,64})", "empty or like wx0123456789abcdef"))
    wechat_app_secret: str = _setting("", _like(r"(|\S{8,128})", "empty or the account's AppSecret"), True)
    wechat_token: str = _setting("", _like(r"(|[A-Za-z0-9]{3,32})", "empty or 3 to 32 letters and digits"), True)
    wechat_aes_key: str = _setting("", _like(r"(|[A-Za-z0-9]{43})", "empty or 43 letters and digits"), True)
    wechat_encryption: str = _setting(
        "safe", (("safe", "compatible", "plain").__contains__, "safe, compatible or plain")
    )
    wechat_custom_messages: str = _setting("auto", (("auto", "on", "off").__contains__, "auto, on or off"))
    wechat_answer_seconds: int = _setting(4, _between(1, 4))  # WeChat cuts the connection after 5
    wechat_language: str = _setting("zh", (("zh", "en").__contains__, "zh or en"))
    wechat_max_body_bytes: int = _setting(65_536, _between(4_096, 10_000_000))
    wechat_max_age_seconds: int = _setting(0, _between(0, 86_400))
    wechat_text_bytes: int = _setting(2048, _between(512, 20_000))
    wechat_push_messages: int = _setting(5, _between(0, 1_000))
    wechat_push_hours: int = _setting(48, _between(1, 1_000))
    wechat_push_event_messages: int = _setting(3, _between(0, 1_000))
    wechat_push_event_minutes: int = _setting(1, _between(1, 10_000))
    wechat_api_url: str = _setting("https://api.weixin.qq.com", _like(r"https?://\S+", "an address with https://"))
    # ① WeChat customer service (微信客服), by WeCom's API
    wecom_kf_corp_id: str = _setting("", _like(r"(|[\w-]{6,64})", "empty or like ww0123456789abcdef"))
    wecom_kf_secret: str = _setting("", _like(r"(|\S{8,128})", "empty or the app's secret"), True)
    wecom_kf_token: str = _setting("", _like(r"(|[A-Za-z0-9]{3,32})", "empty or 3 to 32 letters and digits"), True)
    wecom_kf_aes_key: str = _setting("", _like(r"(|[A-Za-z0-9]{43})", "empty or 43 letters and digits"), True)
    wecom_kf_accounts: str = _setting("", _like(r"(|[\w-]+(\s*,\s*[\w-]+)*)", "empty or ids separated by commas"))
    wecom_api_url: str = _setting("https://qyapi.weixin.qq.com", _like(r"https?://\S+", "an address with https://"))
    diagnosis_enabled: str = _setting("on", (("on", "off").__contains__, "on or off"))
    # the action server has 15 s for a whole turn (bot/channels/action_endpoint.py)
    diagnosis_budget_seconds: int = _setting(5, _between(1, 12))
    diagnosis_checks_per_user: int = _setting(5, _between(1, 10_000))
    diagnosis_checks_per_minute: int = _setting(60, _between(1, 100_000))
    dns_resolvers: str = _setting(
        "system,119.29.29.29", (_are_resolvers, "addresses separated by commas, like system,119.29.29.29")
    )
    rdap_bootstrap_url: str = _setting(
        "https://data.iana.org/rdap/dns.json", _like(r"https://\S+", "an address with https://")
    )
    whois_servers: str = _setting(
        "cn=whois.cnnic.cn,xn--fiqs8s=whois.cnnic.cn,xn--fiqz9s=whois.cnnic.cn,*=whois.iana.org",
        _like(r"(\*|[\w-]+)=[\w.-]+(:\d{1,5})?(\s*,\s*(\*|[\w-]+)=[\w.-]+(:\d{1,5})?)*", "like cn=whois.cnnic.cn"),
    )
    # ① Slack; the tokens come with their prefixes so that two that were swapped are noticed
    slack_bot_token: str = _setting(
        "",
        _like(r"(|xoxb-[\w-]+(\s*,\s*xoxb-[\w-]+)*)", "empty or like xoxb-…, several workspaces separated by commas"),
        True,
    )
    slack_signing_secret: str = _setting("", _like(r"(|\S{8,})", "empty or the secret of 32 characters"), True)
    slack_app_token: str = _setting("", _like(r"(|xapp-[\w-]+)", "empty or like xapp-…"), True)
    slack_api_url: str = _setting(
        "https://slack.com/api/", _like(r"https?://\S+/", "an address with https:// that ends in /")
    )
    slack_max_body_bytes: int = _setting(500_000, _between(1_000, 50_000_000))
    slack_rate_limit_retries: int = _setting(3, _between(0, 20))

    web_origins: str = _setting("", (_are_origins, "origins separated by commas, like https://www.example.com"))
    web_secret: str = _setting("", _like(r"|\S{32,}", "empty or at least 32 characters without blanks"), True)
    web_user_secret: str = _setting("", _like(r"|\S{32,}", "empty or at least 32 characters without blanks"), True)
    web_session_days: int = _setting(30, _between(1, 3650))
    web_messages_per_minute: int = _setting(30, _between(1, 10_000))

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Build the settings from `env`; a missing or empty variable means the default, a bad one a SettingsError."""
        given: dict[str, Any] = {
            f.name: _value(f, env[f.name.upper()].strip()) for f in fields(cls) if env.get(f.name.upper(), "").strip()
        }
        settings = cls(**given)
        if settings.port == settings.action_port:
            raise SettingsError(
                f"PORT and ACTION_PORT are both {settings.port}, but they must differ; change one of them."
            )
        return settings

    @property
    def sql_url(self) -> str:
        """The database for SQLAlchemy: DATABASE_URL, or the SQLite file under `var/` (which may not exist yet)."""
        return self.database_url or f"sqlite:///{ROOT / 'var' / 'assistant.db'}"

    def __repr__(self) -> str:
        """Show every field, secrets as stars, so that a log may hold it."""
        shown = ((f, getattr(self, f.name)) for f in fields(self))
        return f"Settings({', '.join(f'{f.name}={_masked(f, value)!r}' for f, value in shown)})"


def _masked(setting: Any, value: Any) -> Any:
    return "***" if setting.metadata["secret"] and value else value


def _value(setting: Any, text: str) -> int | str:
    """Turn a variable's text into its field's type and check it."""
    number = isinstance(setting.default, int)
    value = int(text) if number and re.fullmatch(r"\d{1,9}", text) else text
    if (number and isinstance(value, str)) or not setting.metadata["check"](value):
        raise SettingsError(
            f"{setting.name.upper()} is {_masked(setting, text)!r}, but it must be {setting.metadata['wanted']};"
            " correct it in the environment or in .env (.env.example explains it)."
        )
    return value


def read_env_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines (quotes optional, `#` lines are comments); a line that is neither is a SettingsError."""
    values = {}
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines() if path.is_file() else [], 1):
        match = re.fullmatch(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*", line)
        if match:
            # only a comment after white space ends an unquoted value: passwords may hold a '#'
            value = re.fullmatch(r"""(?:"([^"]*)"|'([^']*)')(?:\s+#.*)?|(.*?)(?:\s+#.*)?""", match[2])
            values[match[1]] = next((part for part in value.groups() if part is not None), "") if value else ""
        elif line.strip() and not line.lstrip().startswith("#"):
            raise SettingsError(f"{path.name}, line {number}: expected NAME=value or a # comment; correct that line.")
    return values


@functools.cache
def load() -> Settings:
    """Return this process's settings: the environment before `.env` before the defaults; read on the first call."""
    return Settings.from_env({**read_env_file(ROOT / ".env"), **os.environ})


settings: Settings  # made on first use, so that importing this module can't fail


def __getattr__(name: str) -> Settings:
    if name == "settings":
        return load()
    raise AttributeError(name)
