"""The API client and the fakes: driven by ours and by wechatpy's client, so that the fake is judged too."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from wechat_lab import APP_ID, CORP_ID, SECRET, wechat_env
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient as WeComClient

from bot.channels.wechat import menu
from bot.channels.wechat.api import NO_ANSWER, Api, ApiError
from bot.channels.wechat.official_account import tokens_of
from bot.channels.wechat.tables import connect
from bot.demo.fake_wechat import Fault, check_menu
from bot.settings import Settings

SEND = "message/custom/send"
HELLO = {"touser": "u", "msgtype": "text", "text": {"content": "您好 👋"}}


@pytest.fixture
def call(lab, tmp_path):
    """Calls the fake through our client: `call(n)` sends n messages and gives each one's error code, 0 for none."""
    lab.wechat.user_wrote("u", 99)
    settings = Settings.from_env({**wechat_env(lab.url), "DATABASE_URL": f"sqlite:///{tmp_path / 'api.db'}"})

    async def send(times: int, path: str) -> list[int]:
        api, codes = Api(settings.wechat_api_url), []
        tokens = tokens_of(api, connect(settings.sql_url), settings)
        for _ in range(times):
            try:
                await api.post(f"cgi-bin/{path}", HELLO, tokens)
                codes.append(0)
            except ApiError as error:
                codes.append(error.code)
        await api.close()
        return codes

    return lambda times=1, path=SEND: asyncio.run(send(times, path))


def test_messages_go_out_in_utf8_with_one_token_for_all(lab, call):
    assert call(3) == [0, 0, 0] and lab.wechat.tokens_issued == 1
    assert [one["text"]["content"] for one in lab.wechat.sent] == ["您好 👋"] * 3


def test_a_token_that_ends_in_the_middle_costs_one_renewal_and_one_retry(lab, call):
    assert call() == [0]
    lab.wechat.expire_token()
    assert call(2) == [0, 0]
    assert lab.wechat.calls == ["stable_token", SEND, SEND, "stable_token", SEND, SEND]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_refused_for_ever_does_not_make_a_loop(lab, call, code):
    call()
    lab.wechat.calls.clear()
    lab.wechat.fail(SEND, code, code, code, code)
    assert call() == [code]
    assert lab.wechat.calls.count(SEND) == 2 and lab.wechat.calls.count("stable_token") == 2  # asked, then forced


def test_a_busy_wechat_is_asked_once_more(lab, call):
    lab.wechat.fail(SEND, -1)
    assert call() == [0]
    lab.wechat.fail(SEND, -1, -1)
    assert call() == [-1]


@pytest.mark.parametrize("code", [45015, 45047, 48001, 40003, 45009])
def test_other_refusals_are_told_and_not_repeated(lab, call, code):
    call()
    lab.wechat.calls.clear()
    lab.wechat.fail(SEND, code)
    assert call() == [code] and lab.wechat.calls == [SEND]


def test_no_answer_is_an_error_of_its_own_and_no_error_shows_a_secret(lab, call, caplog):
    caplog.set_level(logging.DEBUG)
    assert call(path="no/such/call") == [NO_ANSWER]
    lab.wechat.secret = "another"
    lab.wechat.expire_token()
    assert call() == [40125]
    assert SECRET not in caplog.text and "access_token" not in caplog.text


def test_wechatpys_own_client_works_with_the_fake(lab):
    class Client(WeChatClient):
        API_BASE_URL = f"{lab.url}/cgi-bin/"

        def fetch_access_token(self):  # its own has WeChat's address inside
            query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(url=f"{lab.url}/cgi-bin/token", params=query)

    client = Client(APP_ID, SECRET)
    lab.wechat.user_wrote("u", 1)
    assert client.message.send_text("u", "hello")["errcode"] == 0
    with pytest.raises(WeChatClientException, match="45047"):
        client.message.send_text("u", "again")
    with pytest.raises(WeChatClientException, match="45015"):
        client.message.send_text("stranger", "hello")
    client.menu.create(menu.as_wechat("zh"))
    assert client.menu.get()["menu"] == menu.as_wechat("zh")


def test_wechatpys_own_client_works_with_the_fake_of_wecom(lab):
    class Client(WeComClient):
        API_BASE_URL = f"{lab.url}/cgi-bin/"

        def fetch_access_token(self):
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=f"{lab.url}/cgi-bin/gettoken", params=query)

    client = Client(CORP_ID, SECRET)
    lab.wecom.customer_says("wk1", "wm1", {"msgtype": "text", "text": {"content": "在吗"}})
    page: Any = client.kf.sync_msg("", "", 10)
    assert page["msg_list"][0]["text"]["content"] == "在吗" and not page["has_more"]
    assert client.kf.trans_service_state("wk1", "wm1", 1)["errcode"] == 0
    assert client.kf.get_service_state("wk1", "wm1")["service_state"] == 1
    with pytest.raises(WeChatClientException, match="95014"):
        client.kf.trans_service_state("wk1", "wm1", 0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_menu_keeps_wechats_limits_and_leads_to_intents(language, domain):
    check_menu(menu.as_wechat(language))
    intents = {name if isinstance(name, str) else next(iter(name)) for name in domain["intents"]}
    assert {payload.removeprefix("/") for payload in menu.payloads()} <= intents


def test_a_menu_beyond_the_limits_is_refused_by_the_fake():
    with pytest.raises(Fault):
        check_menu({"button": [{"type": "click", "name": "一二三四五六", "key": "k"}]})


def test_the_menu_command_sets_shows_and_deletes(lab, tmp_path, monkeypatch, capsys):
    env = {**wechat_env(lab.url), "DATABASE_URL": f"sqlite:///{tmp_path / 'menu.db'}"}
    monkeypatch.setattr(menu, "load", lambda: Settings.from_env(env))
    assert menu.main(["set"]) == 0 and lab.wechat.menu == menu.as_wechat("zh")
    assert menu.main([]) == 0 and "转人工" in capsys.readouterr().out
    assert menu.main(["delete"]) == 0 and lab.wechat.menu is None
    assert menu.main(["nonsense"]) == 2


def test_the_menu_command_names_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(menu, "load", Settings)
    assert menu.main(["set"]) == 1
    assert "WECHAT_APP_ID and WECHAT_APP_SECRET" in capsys.readouterr().err
