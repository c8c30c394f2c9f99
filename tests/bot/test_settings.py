"""Settings: defaults, types, what a bad value says, secrets, `.env`."""

import os
import subprocess
import sys
from dataclasses import fields

import pytest

from bot.settings import ROOT, Settings, SettingsError, read_env_file


def test_nothing_set_gives_the_documented_defaults():
    assert Settings.from_env(read_env_file(ROOT / ".env.example")) == Settings.from_env({}) == Settings()


def test_every_setting_is_documented():
    assert sorted(read_env_file(ROOT / ".env.example")) == sorted(field.name.upper() for field in fields(Settings))


def test_values_get_their_types():
    settings = Settings.from_env({"PORT": " 6001 ", "HOTLINE": "+86 400 100", "LOG_LEVEL": "", "HOST": "::1"})
    assert (settings.port, settings.hotline, settings.log_level, settings.host) == (6001, "+86 400 100", "INFO", "::1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "-5"),
        ("ACTION_PORT", "5055.5"),
        ("HOST", "a b"),
        ("DATABASE_URL", "postgres://u:p@h/d"),  # SQLAlchemy 1.4 refuses this spelling
        ("REDIS_URL", "localhost:6379"),
        ("HOTLINE", "<b>call</b>"),
        ("TICKET_URL", "javascript:alert(1)"),
        ("MAX_MESSAGE_CHARS", "0"),
        ("TIMEZONE", "Asia"),
        ("TIMEZONE", "../etc/passwd"),
        ("LOG_LEVEL", "verbose"),
        ("DIAGNOSIS_ENABLED", "maybe"),
        ("DIAGNOSIS_BUDGET_SECONDS", "13"),  # the turn would outlive the action server's time-out
        ("DIAGNOSIS_CHECKS_PER_USER", "0"),
        ("DNS_RESOLVERS", "my-resolver"),
        ("DNS_RESOLVERS", "1.1"),
        ("DNS_RESOLVERS", "1.1.1.1,"),
        ("DNS_RESOLVERS", "1.1.1.1;9.9.9.9"),
        ("WECHAT_TOKEN", "with spaces"),
        ("WECHAT_AES_KEY", "short"),
        ("WECHAT_ENCRYPTION", "none"),
        ("WECHAT_ANSWER_SECONDS", "5"),  # WeChat would have cut the connection
        ("WECHAT_API_URL", "api.weixin.qq.com"),
        ("WECOM_KF_ACCOUNTS", "wk1;wk2"),
        ("RDAP_BOOTSTRAP_URL", "http://127.0.0.1/dns.json"),
        ("WHOIS_SERVERS", "whois.cnnic.cn"),
        ("SLACK_BOT_TOKEN", "xapp-1-2"),  # the two tokens swapped
        ("SLACK_APP_TOKEN", "xoxb-1-2"),
        ("SLACK_BOT_TOKEN", "xoxb-1 xoxb-2"),
        ("SLACK_SIGNING_SECRET", "short"),
        ("SLACK_API_URL", "https://slack.com/api"),
    ],
)
def test_a_bad_value_is_named(name, value):
    with pytest.raises(SettingsError, match=rf"^{name} is .*, but it must be .*\.env"):
        Settings.from_env({name: value})


def test_equal_ports_are_refused():
    with pytest.raises(SettingsError, match="PORT and ACTION_PORT are both 5055"):
        Settings.from_env({"PORT": "5055"})


def test_secrets_are_never_shown():
    settings = Settings.from_env({"DATABASE_URL": "postgresql://u:hunter2@h/d", "REDIS_URL": "redis://:hunter2@h"})
    assert "hunter2" not in repr(settings) and "database_url='***'" in repr(settings)
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({"DATABASE_URL": "hunter2@h"})
    assert "hunter2" not in str(refusal.value)


def test_sqlite_under_var_unless_a_database_is_set():
    assert Settings().sql_url == f"sqlite:///{ROOT}/var/assistant.db"
    assert Settings.from_env({"DATABASE_URL": "postgresql://u:p@h/d"}).sql_url == "postgresql://u:p@h/d"


def test_env_file_lines(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# note\n\nA=1\nexport B = 'x # y'\nC=\"q\" # note\nD=p#w # note\nE=a b\nF=\n")
    assert read_env_file(path) == {"A": "1", "B": "x # y", "C": "q", "D": "p#w", "E": "a b", "F": ""}


def test_a_missing_env_file_is_fine_and_a_broken_one_names_the_line(tmp_path):
    assert read_env_file(tmp_path / ".env") == {}
    (tmp_path / ".env").write_text("A=1\nnonsense\n")
    with pytest.raises(SettingsError, match=r"\.env, line 2"):
        read_env_file(tmp_path / ".env")


def test_a_process_reads_its_environment_once_and_needs_no_rasa():
    code = (
        "import os, sys; from bot.settings import settings, load; os.environ['PORT'] = '6003';"
        "print(settings.port, load() is settings, 'rasa' in sys.modules, 'yaml' in sys.modules)"
    )
    out = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PORT": "6002"}, text=True)
    assert out.split() == ["6002", "True", "False", "False"]
