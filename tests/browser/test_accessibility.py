"""axe finds nothing in any state, and the files stay within their budgets."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.conftest import Chat, Site
from conftest import ROOT, Assistant, missing
from playwright.sync_api import BrowserContext, Frame, Page, expect

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
PHONE = {"width": 360, "height": 740}
LOADER_BYTES, FRAME_BYTES = 4_096, 120 * 1_024


def violations(place: Page | Frame) -> list[Any]:
    """What axe says about one document (WCAG 2.0-2.2 A and AA, best practice)."""
    if not AXE.exists():
        missing("axe-core is not there (make web installs it)")
    place.evaluate(AXE.read_text("utf-8") + ";0")
    found = place.evaluate("axe.run(document, {iframes: false})")["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


@pytest.fixture
def no_policy(context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """axe itself is injected, which a policy would forbid."""
    return lambda lang="en", **options: context(lang, bypass_csp=True, **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_full_page(lang: str, scheme: str, size: Any, web: Assistant, no_policy: Callable[..., BrowserContext]) -> None:
    page = no_policy(lang, color_scheme=scheme, **({"viewport": size} if size else {})).new_page()
    page.goto(f"{web.address}/chat")
    shown = Chat(page, lang).ready()
    expect(page.locator(".topics button")).to_have_count(6)
    assert violations(page) == [], "home"
    shown.type("My filing is approved but the site does not open" if lang == "en" else "备案通过了，网站打不开")
    shown.type("thanks, solved" if lang == "en" else "解决了，谢谢")
    assert violations(page) == [], "history and rating"
    page.get_by_role("button", name=shown.texts["menu"]).click()
    assert violations(page) == [], "menu"
    page.reload()
    expect(Chat(page, lang).ready().own.first).to_be_visible()
    assert violations(page) == [], "after a reload"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_widget_and_landing_page(
    scheme: str, size: Any, web: Assistant, no_policy: Callable[..., BrowserContext]
) -> None:
    page = no_policy("zh", color_scheme=scheme, **({"viewport": size} if size else {})).new_page()
    page.goto(web.address)
    expect(page.locator("icp-assistant .launcher")).to_be_visible()
    assert violations(page) == [], "closed"
    page.evaluate("IcpAssistant.open()")
    shown = Chat(page.frame_locator("icp-assistant iframe"), "zh").ready()
    shown.type("转人工")
    assert violations(page) == [], "open"
    [frame] = [frame for frame in page.frames if "/widget/frame" in frame.url]
    assert violations(frame) == [], "frame"


def test_a_phone_shows_everything_without_scrolling_sideways(
    web: Assistant, context: Callable[..., BrowserContext]
) -> None:
    page = context("zh", viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    for path in ("/", "/chat"):
        page.goto(web.address + path)
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    Chat(page, "zh").ready().type("备案通过了，网站打不开")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("textarea").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16  # iOS zooms below


def test_new_answers_are_announced_and_history_is_not(chat: Callable[..., Chat]) -> None:
    shown = chat("en")
    log = shown.place.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    shown.type("talk to a person")
    expect(log).to_contain_text("4009-100-100")
    page = shown.place
    assert isinstance(page, Page)
    page.reload()
    expect(Chat(page, "en").ready().bot.first).to_be_visible()
    assert page.get_by_role("log").inner_text().strip() == ""


def test_bundles_stay_within_their_budgets() -> None:
    dist = ROOT / "web/dist"
    if not (dist / "index.html").exists():
        missing("web/dist is not built (make web)")
    assert len(gzip.compress((dist / "widget.js").read_bytes(), 9)) <= LOADER_BYTES
    page = (dist / "chat.html").read_text("utf-8")
    loaded = [dist / name.lstrip("/") for name in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)]
    assert loaded and sum(len(gzip.compress(file.read_bytes(), 9)) for file in loaded) <= FRAME_BYTES


def test_the_embedding_site_gets_only_the_loader_before_it_is_needed(
    web: Assistant, site: Site, context: Callable[..., BrowserContext]
) -> None:
    page, asked = context().new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("window.requestIdleCallback = () => 0")
    page.goto(site.page("/lazy", web.address))
    expect(page.locator("icp-assistant .launcher")).to_be_visible()
    assert [url for url in asked if url.startswith(web.address)] == [f"{web.address}/widget.js"]
