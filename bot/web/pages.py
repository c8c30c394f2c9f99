"""Beside ① the web channel: the pages and files that `make web` has built, with strict headers."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw, text

from bot.settings import Settings

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # best first; made by the build beside each file
_YEAR, _HOUR = 31_536_000, 3_600
MENU = "utter_greet"
_NOT_BUILT = "The chat page is not built yet. Run `make web`, or talk to the assistant with `make chat`.\n"


class Pages:
    """`/`, `/chat`, `/widget/frame`, `/widget.js`, `/assets/…` and `/widget/menu.json`."""

    def __init__(self, dist: Path, settings: Settings) -> None:
        """`dist`: the built files. A missing folder gives pages that say how to build it."""
        self._settings = settings
        self._files = {f.relative_to(dist).as_posix(): f for f in sorted(dist.rglob("*")) if f.is_file()}
        embedders = [origin.strip() for origin in settings.web_origins.split(",") if origin.strip()]
        self._frame_ancestors = " ".join(["'self'", *embedders])

    def attach(self, app: Sanic) -> None:
        """Routes on the application itself: a channel's own routes would all begin with /webhooks/web."""

        async def root(request: Request) -> HTTPResponse | None:
            # Rasa has taken the route "/" for its greeting, so this answers before the router's handler
            if request.path == "/" and request.method in ("GET", "HEAD"):
                return self._page(request, "index.html", "'self'")
            return None

        async def chat(request: Request) -> HTTPResponse:
            return self._page(request, "chat.html", "'self'")

        async def frame(request: Request) -> HTTPResponse:
            return self._page(request, "chat.html", self._frame_ancestors)

        async def loader(request: Request) -> HTTPResponse:
            return self._file(
                request,
                "widget.js",
                {"Cache-Control": f"max-age={_HOUR}", "Cross-Origin-Resource-Policy": "cross-origin"},
            )

        async def asset(request: Request, name: str) -> HTTPResponse:
            return self._file(request, f"assets/{name}", {"Cache-Control": f"max-age={_YEAR}, immutable"})

        async def menu(request: Request) -> HTTPResponse:
            agent = app.ctx.agent
            return json(menu_of(agent.domain.responses, self._settings), headers={"Cache-Control": "no-cache"})

        app.register_middleware(root, "request")
        routes: dict[str, Any] = {
            "/chat": chat,
            "/widget/frame": frame,
            "/widget.js": loader,
            "/assets/<name:str>": asset,
            "/widget/menu.json": menu,
        }
        for path, handler in routes.items():
            app.add_route(handler, path, methods=["GET", "HEAD"], name=f"web_{handler.__name__}")

    def _page(self, request: Request, name: str, frame_ancestors: str) -> HTTPResponse:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self';"
            " font-src 'self'; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none';"
            f" frame-ancestors {frame_ancestors}"
        )
        headers = {
            "Content-Security-Policy": policy,
            "Cache-Control": "no-cache",
            "Permissions-Policy": "camera=(), microphone=()",
        }
        return self._file(request, name, headers)

    def _file(self, request: Request, name: str, headers: dict[str, str]) -> HTTPResponse:
        headers = {**headers, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
        file = self._files.get(name)
        if file is None:
            return text(
                "Not found\n" if self._files else _NOT_BUILT, status=404 if self._files else 503, headers=headers
            )
        accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
        for encoding, suffix in ENCODINGS:
            if encoding in accepted and name + suffix in self._files:
                file = self._files[name + suffix]
                headers |= {"Content-Encoding": encoding}
                break
        headers["Vary"] = "Accept-Encoding"
        stat = file.stat()
        headers["ETag"] = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return raw(b"", status=304, headers=headers)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith("javascript"):
            kind += "; charset=utf-8"
        return raw(file.read_bytes(), content_type=kind, headers=headers)


def menu_of(responses: dict[str, list[dict[str, Any]]], settings: Settings) -> dict[str, Any]:
    """What the home view shows, from the greeting: each language's words, topics and way to a person."""
    menu: dict[str, Any] = {}
    for variation in responses.get(MENU, []):
        language = next(c["value"] for c in variation.get("condition", []) if c.get("name") == "language")
        buttons = [{key: button[key] for key in ("title", "payload")} for button in variation.get("buttons", [])]
        menu[language] = {
            "greeting": variation["text"],
            "topics": [button for button in buttons if button["payload"] != "/ask_human"],
            "human": next(button for button in buttons if button["payload"] == "/ask_human"),
        }
    facts = {"hotline": settings.hotline, "ticket_url": settings.ticket_url, "max_chars": settings.max_message_chars}
    return {**menu, **facts}
