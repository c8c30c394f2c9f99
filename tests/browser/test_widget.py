"""The widget on somebody else's page: one tag, strict policies, the JavaScript API, keyboard, languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.conftest import STRINGS, Chat, Site
from conftest import Assistant
from playwright.sync_api import BrowserContext, Page, expect

STRICT = "default-src 'none'; script-src {assistant}; frame-src {assistant}; require-trusted-types-for 'script'"


@pytest.fixture
def host(web: Assistant, site: Site, context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """host(lang, attributes): a page of the foreign site under a strict policy."""

    def make(lang: str = "en", attributes: str = "", body: str = "<h1>Shop</h1>", **options: object) -> Page:
        page = context(lang, **options).new_page()
        policy = STRICT.format(assistant=web.address)
        page.goto(site.page(f"/{abs(hash((lang, attributes, body)))}", web.address, attributes, policy, body))
        return page

    return make


def launcher(page: Page) -> object:
    return page.locator("icp-assistant .launcher")


def inside(page: Page, lang: str = "en") -> Chat:
    return Chat(page.frame_locator("icp-assistant iframe"), lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_tag_shows_the_launcher_and_a_click_the_chat(lang: str, host: Callable[..., Page]) -> None:
    page = host(lang)
    button = page.get_by_role("button", name=STRINGS[lang]["loader"]["open"])
    button.click()
    chat = inside(page, lang).ready()
    expect(chat.input).to_be_focused()
    said = chat.type("hi" if lang == "en" else "你好")
    assert ("机器人" if lang == "zh" else "bot") in said


def test_the_chat_outlives_a_change_of_page(host: Callable[..., Page]) -> None:
    page = host(attributes='data-open="true"')
    inside(page).ready().type("hello")
    page.reload()
    chat = inside(page).ready()
    expect(chat.own).to_have_count(1)


def test_the_page_can_steer_it(host: Callable[..., Page]) -> None:
    page = host()
    expect(launcher(page)).to_be_visible()
    page.evaluate(
        "window.heard = []; for (const event of ['open', 'close', 'message', 'unread'])"
        " IcpAssistant.on(event, detail => heard.push([event, detail]))"
    )
    page.evaluate("IcpAssistant.ask('转人工')")
    chat = inside(page)
    expect(chat.own).to_have_count(1)
    expect(chat.bot).not_to_have_count(0)
    page.evaluate("IcpAssistant.setLocale('zh')")
    expect(Chat(chat.place, "zh").input).to_be_visible()
    expect(chat.own).to_have_count(1)
    page.evaluate("IcpAssistant.setTheme('dark')")
    expect(chat.place.locator("html")).to_have_attribute("data-color-scheme", "dark")
    page.evaluate("IcpAssistant.close()")
    expect(page.locator("icp-assistant .panel")).not_to_be_visible()
    page.evaluate("IcpAssistant.hide()")
    expect(launcher(page)).not_to_be_visible()
    page.evaluate("IcpAssistant.show()")
    expect(launcher(page)).to_be_visible()
    heard = page.evaluate("heard")
    assert {"open", "close", "message"} <= {event for event, _ in heard}
    assert any(event == "message" and message["from"] == "bot" for event, message in heard)
    page.evaluate("IcpAssistant.reset(); IcpAssistant.open()")
    expect(chat.own).to_have_count(0)


def test_unread_answers_are_counted_on_the_launcher(host: Callable[..., Page]) -> None:
    page = host(attributes='data-open="true"')
    chat = inside(page).ready()
    chat.input.fill("talk to a person")
    chat.input.press("Enter")
    page.evaluate("IcpAssistant.close()")
    expect(launcher(page)).to_have_attribute("aria-label", "Open chat, 1 unread")
    launcher(page).click()
    expect(launcher(page)).to_have_attribute("aria-label", STRINGS["en"]["loader"]["close"])


def test_a_site_that_is_not_on_the_list_cannot_show_the_chat(
    web: Assistant, context: Callable[..., BrowserContext]
) -> None:
    stranger = Site()
    page = context().new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(stranger.page("/", web.address, 'data-open="true"'))
    page.wait_for_timeout(2_000)
    assert any("frame-ancestors" in text for text in refused), refused
    assert inside(page).input.count() == 0
    stranger.close()


def test_the_launcher_is_hidden_where_the_page_says_so(host: Callable[..., Page]) -> None:
    page = host(attributes='data-hide-on="/*"')
    page.wait_for_function("!!window.IcpAssistant?.open")
    expect(launcher(page)).not_to_be_visible()


def test_keyboard_only(host: Callable[..., Page]) -> None:
    page = host(body="<h1>Shop</h1>")
    expect(launcher(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chat = inside(page).ready()
    expect(chat.input).to_be_focused()
    page.keyboard.type("Do I keep the filing in Hong Kong?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Both are with Tencent Cloud")
    page.keyboard.press("Enter")
    expect(chat.bot).not_to_have_count(0)
    expect(chat.own).to_have_count(1)
    for _ in range(12):  # back to the answers that were offered
        page.keyboard.press("Shift+Tab")
        if chat.place.locator(".reply:focus").count():
            break
    else:
        pytest.fail("no offered answer could be reached")
    page.keyboard.press("Enter")
    expect(chat.own).to_have_count(2)
    expect(chat.input).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("icp-assistant .panel")).not_to_be_visible()
    expect(launcher(page)).to_be_focused()


def test_an_input_method_never_sends_half_a_word(chat: Callable[..., Chat]) -> None:
    shown = chat("zh")
    page = shown.place
    assert isinstance(page, Page)
    session = page.context.new_cdp_session(page)
    shown.input.focus()
    session.send("Input.imeSetComposition", {"text": "bei'an", "selectionStart": 6, "selectionEnd": 6})
    # what a browser reports for the Enter that chooses a candidate
    shown.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    shown.input.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})  # Safari
    session.send("Input.insertText", {"text": "备案"})
    page.wait_for_timeout(500)
    assert shown.own.count() == 0
    expect(shown.input).to_have_value("备案")
    shown.input.press("Enter")
    expect(shown.own).to_have_count(1)


def test_the_language_changes_without_losing_the_chat(chat: Callable[..., Chat]) -> None:
    english = chat("en")
    english.type("hello")
    english.place.get_by_role("button", name=english.texts["switchLabel"]).click()
    chinese = Chat(english.place, "zh")
    expect(chinese.input).to_be_visible()
    assert chinese.own.count() == 1
    expect(english.place.locator("html")).to_have_attribute("lang", "zh-CN")
    assert "工单" in chinese.type("怎么联系人工客服")


def test_too_long_a_message_is_told_and_kept(chat: Callable[..., Chat]) -> None:
    shown = chat("en")
    shown.input.fill("x" * 2_100)
    shown.input.press("Enter")
    expect(shown.place.get_by_text("100 characters over the limit")).to_be_visible()
    assert shown.own.count() == 0
    expect(shown.input).to_have_value("x" * 2_100)


def test_the_end_of_a_chat_is_rated_once(chat: Callable[..., Chat]) -> None:
    shown = chat("zh")
    shown.type("解决了，谢谢")
    place = shown.place
    place.locator(".star").nth(3).click()
    place.get_by_role("button", name=shown.texts["rateSend"]).click()
    expect(place.locator(".rated")).to_contain_text("4")
    shown.type("再见")
    expect(place.locator(".rating")).to_have_count(0)


def test_a_chat_can_be_downloaded_and_deleted(chat: Callable[..., Chat]) -> None:
    shown = chat("en")
    shown.type("talk to a person")
    page = shown.place
    assert isinstance(page, Page)
    page.get_by_role("button", name=shown.texts["menu"]).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=shown.texts["download"]).click()
    assert "4009-100-100" in download.value.path().read_text("utf-8")
    page.get_by_role("button", name=shown.texts["menu"]).click()
    page.get_by_role("menuitem", name=shown.texts["delete"]).click()
    page.get_by_role("button", name=shown.texts["confirm"], exact=True).click()
    expect(shown.own).to_have_count(0)
    page.reload()
    expect(Chat(page, "en").ready().own).to_have_count(0)


def test_older_messages_come_by_scrolling_up(chat: Callable[..., Chat]) -> None:
    shown = chat("en")
    page = shown.place
    assert isinstance(page, Page)
    for number in range(18):
        shown.type("hello" if number % 2 else "thanks")
    page.reload()
    shown = Chat(page, "en").ready()
    expect(shown.own.first).to_be_visible()
    assert shown.own.count() + shown.bot.count() == 30
    page.locator(".PullToRefresh").evaluate("element => element.scrollTop = 0")
    expect(shown.own).to_have_count(18)


def test_a_thumb_is_kept(chat: Callable[..., Chat]) -> None:
    shown = chat("en")
    shown.type("talk to a person")
    page = shown.place
    assert isinstance(page, Page)
    page.get_by_role("button", name=shown.texts["unhelpful"]).last.click()
    page.wait_for_timeout(300)
    page.reload()
    again = Chat(page, "en").ready()
    expect(page.get_by_role("button", name=again.texts["unhelpful"]).last).to_have_attribute("aria-pressed", "true")
