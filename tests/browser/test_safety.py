"""No text of anybody runs in the page, even where no content security policy helps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from browser.conftest import Chat
from conftest import Assistant
from playwright.sync_api import BrowserContext, Page, Route, expect

ATTACKS = [
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "<svg onload=pwned()>",
    "<svg><script>pwned()</script></svg>",
    "<iframe src='javascript:parent.pwned()'></iframe>",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>",
    "<a href='javascript:pwned()'>x</a>",
    "[x](javascript:pwned())",
    "[x](JaVaScRiPt:pwned())",
    "[x](&#106;avascript:pwned())",
    "[x](data:text/html,<script>pwned()</script>)",
    "[x](vbscript:pwned())",
    "![x](javascript:pwned())",
    '![x](x" onerror="pwned())',
    "<details open ontoggle=pwned()>",
    "<body onload=pwned()>",
    "<input autofocus onfocus=pwned()>",
    "<math><mtext><table><mglyph><style><img src=x onerror=pwned()>",
    "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
    "<style>@import 'javascript:pwned()';</style><p style='background:url(javascript:pwned())'>x</p>",
    "<form action='javascript:pwned()'><button>x</button></form>",
    "<base href='https://evil.example/'>",
    "<object data='javascript:pwned()'></object>",
    '<a href="https://a.example" onclick="pwned()" style="position:fixed;inset:0">x</a>',
    "`<img src=x onerror=pwned()>`",
    "<x contenteditable onblur=pwned()>lose focus</x>",
    "<video><source onerror=pwned()></video>",
]
FORBIDDEN = (
    "script, iframe, object, embed, form[action], style, base, link, [onerror], [onload], [onclick], [style*=fixed]"
)


def without_policy(web: Assistant, profile: BrowserContext) -> tuple[Page, list[str]]:
    """The full page with its policy taken away, so that only our own care stands between a text and a script."""
    page, pwned = profile.new_page(), list[str]()
    page.expose_function("pwned", lambda: pwned.append("pwned"))

    def open_up(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/chat", open_up)
    page.goto(f"{web.address}/chat")
    return page, pwned


def test_what_the_visitor_writes_stays_text(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    page, pwned = without_policy(web, context())
    shown = Chat(page, "en").ready()
    for attack in ATTACKS:
        before = shown.own.count()
        shown.input.fill(attack)
        shown.input.press("Enter")
        expect(shown.own).to_have_count(before + 1)
        assert attack.split("\n")[0] in shown.own.last.inner_text()
    assert page.locator(".entry").locator(FORBIDDEN).count() == 0
    page.reload()
    expect(Chat(page, "en").ready().own.first).to_be_visible()
    page.wait_for_timeout(500)
    assert pwned == []


@pytest.mark.parametrize("sender", ["bot", "agent", "system"])
def test_what_is_answered_never_runs(
    sender: str, web: Assistant, context: Callable[..., BrowserContext], answers: Callable[[str, str], str]
) -> None:
    """Answers are our own words, but they may quote what somebody wrote."""
    token = answers(sender, "\n".join(ATTACKS))
    profile = context()
    page, pwned = without_policy(web, profile)
    Chat(page, "en").ready()
    page.evaluate(
        "token => { for (const key of Object.keys(localStorage))"
        " localStorage[key] = localStorage[key].replace(/eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+/g, token); }",
        token,
    )
    page.close()
    page, pwned = without_policy(web, profile)
    Chat(page, "en").ready()
    expect(page.locator(f".entry-{sender}" if sender != "system" else ".SystemMessage").first).to_be_visible()
    expect(page.get_by_text("lose focus").first).to_be_attached()
    page.wait_for_timeout(1_000)
    assert pwned == []
    lines = page.locator(".MessageList")
    assert lines.locator(FORBIDDEN).count() == 0
    hrefs = lines.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href') ?? '')")
    assert all(href.startswith(("https:", "http:", "mailto:", "tel:")) for href in hrefs), hrefs
    assert all("noopener" in rel for rel in lines.locator("a").evaluate_all("ls => ls.map(a => a.rel)"))


def test_the_real_pages_break_no_policy_of_their_own(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    page, complaints = context().new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in ("/", "/chat"):
        page.goto(web.address + path)
        page.wait_for_timeout(1_500)
    assert complaints == []


def test_nothing_comes_from_third_parties(web: Assistant, context: Callable[..., BrowserContext]) -> None:
    page, asked = context().new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/chat"):
        page.goto(web.address + path)
        page.wait_for_timeout(1_500)
    assert asked and all(
        url.startswith((web.address, "data:", "blob:", web.address.replace("http", "ws"))) for url in asked
    )
    assert requests.get(f"{web.address}/widget.js", timeout=10).status_code == 200
