"""`make screenshots`: the pictures of the README, taken anew in Chromium from the really running assistant."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images"
PORT, ACTION_PORT = 5905, 5955
ADDRESS = f"http://127.0.0.1:{PORT}"
START_SECONDS = 120


def main() -> int:
    """Take all pictures; 1 when there is no Chromium or the assistant does not start."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("no pictures: Chromium is not installed (make services installs it on Debian).", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with assistant(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for take in (light_english, dark_chinese, phone):
            file = FOLDER / f"{take.__name__.replace('_', '-')}.png"
            take(browser, file)
            print(f"picture     {file.relative_to(ROOT)} ({file.stat().st_size / 1000:.0f} kB)")
    return 0


def light_english(browser: Browser, file: Path) -> None:
    """The landing page with the widget open, in the middle of a conversation."""
    page = browser.new_page(locale="en-US", color_scheme="light", viewport={"width": 1280, "height": 800})
    page.goto(ADDRESS)
    page.locator("icp-assistant .launcher").click()
    chat = page.frame_locator("icp-assistant iframe")
    say(chat, page, "My ICP filing was approved last week, but my website still does not open")
    press(chat, page, "I'd rather not say")
    page.screenshot(path=file)


def dark_chinese(browser: Browser, file: Path) -> None:
    """The full page in Chinese."""
    page = browser.new_page(locale="zh-CN", color_scheme="dark", viewport={"width": 1100, "height": 800})
    page.goto(f"{ADDRESS}/chat")
    say(page, page, "备案过的网站要换到香港的服务器，备案会不会掉？")
    press(page, page, "都是腾讯云的")
    page.screenshot(path=file)


def phone(browser: Browser, file: Path) -> None:
    """The home view on a phone."""
    page = browser.new_page(
        locale="zh-CN", viewport={"width": 390, "height": 800}, device_scale_factor=1.5, has_touch=True, is_mobile=True
    )
    page.goto(f"{ADDRESS}/chat")
    page.locator(".topics button").last.wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=file)


def say(place: Page | FrameLocator, page: Page, text: str) -> None:
    """Types, and waits for the whole answer."""
    box = place.locator("textarea")
    box.fill(text)
    box.press("Enter")
    settle(place, page)


def press(place: Page | FrameLocator, page: Page, title: str) -> None:
    """Presses an offered answer, and waits."""
    place.locator(".reply", has_text=title).last.click()
    settle(place, page)


def settle(place: Page | FrameLocator, page: Page) -> None:
    """Until nothing is typed any more."""
    page.wait_for_timeout(1_500)
    place.locator(".typing-indicator").wait_for(state="detached")
    page.wait_for_timeout(1_000)


@contextmanager
def assistant() -> Iterator[None]:
    """The assistant on ports of its own, with a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORT": str(PORT), "ACTION_PORT": str(ACTION_PORT), "DIAGNOSIS_ENABLED": "off"}
        settings["DATABASE_URL"] = f"sqlite:///{folder}/assistant.db"
        log = Path(folder) / "serve.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.serve"], cwd=ROOT, env={**os.environ, **settings}, stdout=output
            )
            try:
                end = time.monotonic() + START_SECONDS
                while "ready: http" not in log.read_text():
                    if process.poll() is not None or time.monotonic() > end:
                        raise SystemExit("no pictures: the assistant did not start (make run says why).")
                    time.sleep(0.5)
                yield
            finally:
                process.terminate()
                process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
