"""Nothing is lost and nothing is doubled: reload, two tabs, offline, a server that goes away, a forged token."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt
import pytest
from browser.conftest import USER_SECRET, Chat, Site
from conftest import Assistant
from playwright.sync_api import BrowserContext, Page, expect


def open_chat(page: Page, web: Assistant, lang: str = "en") -> Chat:
    page.goto(f"{web.address}/chat")
    return Chat(page, lang).ready()


def test_a_reload_keeps_the_chat_and_the_draft(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    page = context().new_page()
    chat = open_chat(page, web)
    chat.type("hello")
    chat.input.fill("half a thou")
    page.wait_for_timeout(500)
    before = (chat.own.count(), chat.bot.all_inner_texts())
    page.reload()
    chat = Chat(page, "en").ready()
    expect(chat.bot).to_have_count(len(before[1]))
    assert (chat.own.count(), len(chat.bot.all_inner_texts())) == (before[0], len(before[1]))
    expect(chat.input).to_have_value("half a thou")


def test_two_tabs_show_the_same(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    shared = context("zh")
    one = open_chat(shared.new_page(), web, "zh")
    one.type("你好")
    two = open_chat(shared.new_page(), web, "zh")
    expect(two.bot).to_have_count(one.bot.count())
    one.type("转人工")
    expect(two.own).to_have_count(2)
    expect(two.bot).to_have_count(one.bot.count())
    assert two.own.all_inner_texts()[-1].startswith("转人工")
    two.type("谢谢")
    expect(one.own).to_have_count(3)


def test_what_is_written_offline_is_sent_once_afterwards(
    web: Assistant, context: Callable[..., BrowserContext]
) -> None:
    profile = context()
    chat = open_chat(profile.new_page(), web)
    chat.type("hello")
    profile.set_offline(True)
    expect(chat.place.get_by_text(chat.texts["offline"])).to_be_visible()
    answered = chat.bot.count()
    chat.input.fill("I want to talk to a person")
    chat.input.press("Enter")
    time.sleep(5)
    assert chat.bot.count() == answered
    profile.set_offline(False)
    expect(chat.bot).to_have_count(answered + 1)
    expect(chat.place.get_by_text(chat.texts["offline"])).to_have_count(0)
    time.sleep(2)
    assert chat.own.count() == 2 and chat.bot.count() == answered + 1


def test_what_is_written_offline_survives_a_closed_tab(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    profile = context()
    page = profile.new_page()
    chat = open_chat(page, web)
    chat.type("hello")
    answered = chat.bot.count()
    profile.set_offline(True)
    chat.input.fill("talk to a person")
    chat.input.press("Enter")
    expect(chat.own).to_have_count(2)
    page.close()
    profile.set_offline(False)
    again = open_chat(profile.new_page(), web)
    expect(again.bot).to_have_count(answered + 1)
    assert again.own.count() == 2


def test_an_answer_given_while_the_tab_was_closed_is_there_on_return(
    web: Assistant, context: Callable[..., BrowserContext]
) -> None:
    profile = context("zh")
    page = profile.new_page()
    chat = open_chat(page, web, "zh")
    chat.type("你好")
    answered = chat.bot.count()
    chat.input.fill("备案后想把服务器从 Windows 换成 Linux，可以吗")
    chat.input.press("Enter")
    expect(chat.own.last).to_contain_text("Linux")
    page.wait_for_function("!document.querySelector('.entry-own:last-of-type .failed')")
    page.wait_for_timeout(150)
    page.close()
    time.sleep(1)
    again = open_chat(profile.new_page(), web, "zh")
    expect(again.bot).to_have_count(answered + 1)
    assert again.own.count() == 2


def test_a_restart_of_the_server_in_the_middle_loses_nothing(
    web: Assistant, context: Callable[..., BrowserContext]
) -> None:
    chat = open_chat(context().new_page(), web)
    chat.type("hello")
    answered = chat.bot.count()
    web.stop()
    expect(chat.place.locator(".header-status")).not_to_have_attribute("data-connection", "online")
    chat.input.fill("I want to talk to a person")
    chat.input.press("Enter")
    expect(chat.own).to_have_count(2)
    web.start()
    expect(chat.bot).to_have_count(answered + 1, timeout=60_000)
    time.sleep(2)
    assert chat.own.count() == 2 and chat.bot.count() == answered + 1


@pytest.mark.parametrize("kind", ["forged", "expired", "nonsense"])
def test_a_bad_token_begins_a_new_chat(kind: str, web: Assistant, context: Callable[..., BrowserContext]) -> None:
    profile = context()
    page = profile.new_page()
    open_chat(page, web).type("hello")
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "eyJ" in kept, "the session token is not where this test looks for it"
    bad = {
        "forged": jwt.encode({"sub": "web-x", "aud": "icp-assistant-session", "exp": 9e9}, "z" * 40, algorithm="HS256"),
        "expired": jwt.encode({"sub": "web-x", "aud": "icp-assistant-session", "exp": 1}, "z" * 40, algorithm="HS256"),
        "nonsense": "eyJub25zZW5zZQ",
    }[kind]
    page.evaluate(
        "bad => { for (const key of Object.keys(localStorage))"
        " localStorage[key] = localStorage[key].replace(/eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+/g, bad); }",
        bad,
    )
    page.close()
    again = open_chat(profile.new_page(), web)
    expect(again.own).to_have_count(0)
    assert again.type("hello")


def test_a_logged_in_visitor_finds_the_chat_on_another_device(
    web: Assistant, site: Site, context: Callable[..., BrowserContext]
) -> None:
    address = site.page("/login", web.address, 'data-open="true"')
    token = jwt.encode({"sub": "wang", "exp": time.time() + 600}, USER_SECRET, algorithm="HS256")
    chats = []
    for _device in range(2):
        page = context().new_page()
        page.add_init_script(f"window.IcpAssistant = {{q: [['setUser', '{token}']]}}")
        page.goto(address)
        chats.append((page, Chat(page.frame_locator("icp-assistant iframe"), "en").ready()))
        if not _device:
            chats[0][1].type("talk to a person")
    page, second = chats[1]
    expect(second.own).to_have_count(1)
    page.evaluate("IcpAssistant.setUser(null)")
    expect(second.own).to_have_count(0)
    assert "eyJ" not in page.evaluate("JSON.stringify({...localStorage})") or second.type("hello")
