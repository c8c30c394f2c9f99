"""For the browser tests: Debian's Chromium, the started assistant, and a foreign site that shows the widget."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Assistant, free_port, missing
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FrameLocator,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from visitor import Visitor

from bot.stores.transcript import Said, Transcript

expect.set_options(timeout=20_000)
STRINGS = {lang: yaml.safe_load((ROOT / f"web/src/locales/{lang}.json").read_text("utf-8")) for lang in ("en", "zh")}
USER_SECRET = "a-secret-shared-with-the-host-site-000"
LOCALES = {"en": "en-US", "zh": "zh-CN"}


class Site:
    """Somebody's web site on `localhost`, while the assistant is at 127.0.0.1: another origin, as in real life."""

    def __init__(self) -> None:
        self.port, self.pages = free_port(), dict[str, tuple[str, str]]()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = site.pages.get(self.path, ("", ""))
                self.send_response(200 if html else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def page(self, path: str, assistant: str, attributes: str = "", policy: str = "", body: str = "") -> str:
        """Publishes a page with the one script tag, and returns its address."""
        script = f'<script async src="{assistant}/widget.js" {attributes}></script>'
        self.pages[path] = (f"<!doctype html><html><head><title>Shop</title></head><body>{body}{script}</body>", policy)
        return self.origin + path

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    started = Site()
    yield started
    started.close()


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Assistant]:
    """The assistant with its pages; the foreign site may show the widget."""
    if not (ROOT / "web/dist/index.html").exists():
        missing("web/dist is not built (make web)")
    started = Assistant(
        tmp_path_factory.mktemp("web"),
        WEB_ORIGINS=site.origin,
        WEB_USER_SECRET=USER_SECRET,
        WEB_MESSAGES_PER_MINUTE="1000",
    )
    yield started
    started.stop()


# Not for the whole session: while Playwright runs, asyncio.run() of other tests finds a running event loop.
@pytest.fixture(scope="module")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("Chromium is not installed (make services)")
    # a container's root has no sandbox and little /dev/shm
    started = _playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """context(lang="zh", …): a fresh browser profile; errors on its pages fail the test."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def make(lang: str = "en", **options: Any) -> BrowserContext:
        made = browser.new_context(locale=LOCALES[lang], **options)
        made.on("weberror", lambda error: errors.append(str(error.error)))
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()
    assert not errors


class Chat:
    """The chat as a visitor uses it: `place` is the full page, or the frame within a host page."""

    def __init__(self, place: Page | FrameLocator, lang: str) -> None:
        self.place, self.texts = place, STRINGS[lang]["chat"]

    @cached_property
    def input(self) -> Locator:
        return self.place.get_by_role("textbox", name=self.texts["input"], exact=True)

    @property
    def bot(self) -> Locator:
        return self.place.locator(".entry-bot")

    @property
    def own(self) -> Locator:
        return self.place.locator(".entry-own")

    @property
    def typing(self) -> Locator:
        return self.place.locator(".typing-indicator")

    def ready(self) -> Chat:
        """Waits for the connection."""
        expect(self.place.locator(".header-status")).to_have_attribute("data-connection", "online")
        return self

    def type(self, text: str) -> str:
        """Types, sends, and returns what is answered."""
        return self._turn(lambda: (self.input.fill(text), self.input.press("Enter")))

    def push(self, title: str) -> str:
        """Presses an offered answer (or a topic of the home view) and returns what the bot says to it."""
        button = self.place.locator(".reply, .topics button").filter(has_text=title).last
        return self._turn(button.click)

    def _settle(self) -> None:
        """An answer may have several lines: waits until nothing is typed and half a second brings none."""
        lines = -1
        while lines != self.bot.count():
            lines = self.bot.count()
            expect(self.typing).to_have_count(0)
            self.bot.first.page.wait_for_timeout(500)

    def _turn(self, act: Callable[[], Any]) -> str:
        before, own = self.bot.count(), self.own.count()
        act()
        expect(self.own).to_have_count(own + 1)
        expect(self.bot.nth(before)).to_be_visible()
        self._settle()
        # links stand in the answers' data as Markdown, on screen as text with an address
        said = self.bot.evaluate_all(
            "entries => entries.map(e => e.innerText + [...e.querySelectorAll('a')].map(a => `(${a.href})`).join(''))"
        )
        return "\n".join(said[before:])


@pytest.fixture
def chat(web: Assistant, context: Callable[..., BrowserContext]) -> Callable[..., Chat]:
    """chat(lang): the full page in a fresh browser profile."""

    def make(lang: str = "en", **options: Any) -> Chat:
        page = context(lang, **options).new_page()
        page.goto(f"{web.address}/chat")
        return Chat(page, lang).ready()

    return make


@pytest.fixture
def shots() -> Path:
    """Where pictures of failures and of the looks go."""
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def answers(web: Assistant) -> Callable[[str, str], str]:
    """answers(sender, lines): the token of a chat in which somebody has said each of these lines."""

    def make(sender: str, lines: str) -> str:
        with Visitor(web.address) as visitor:
            transcript = Transcript(f"sqlite:///{web.folder / 'assistant.db'}")
            for number, text in enumerate(lines.split("\n")):
                transcript.add(Said(visitor.session["session"], f"a-{number}", sender, text))
            return str(visitor.session["token"])

    return make
