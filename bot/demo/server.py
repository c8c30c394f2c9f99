"""Beside the flow: runs an aiohttp application in a thread, so that the assistant's process can call it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable

from aiohttp import web


class ThreadedServer:
    """Serves the routes on a free port of loopback from the constructor on until `stop`."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        application = web.Application()
        application.add_routes(routes)
        self._runner = web.AppRunner(application, access_log=None)
        port = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{port}"

    async def _start(self) -> int:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
