"""The web app on a port: what a browser, or a client that listens, can reach."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn

from services.stack.ports import free_port
from tests.eventually import eventually
from tests.services.web.conftest import Site

LONG = 30.0  # seconds, on a machine with other work


@dataclass(kw_only=True)
class Served:
    """The web app on one port, which can end and come back."""

    site: Site
    port: int = field(default_factory=free_port)
    _server: uvicorn.Server | None = None
    _task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        config = uvicorn.Config(
            self.site.app, port=self.port, log_config=None, lifespan="off", access_log=False
        )
        self.site.live.stopping = False
        self._server = server = uvicorn.Server(config)
        self._task = asyncio.create_task(server.serve())
        await eventually("the server has started", lambda: server.started, pause=0.01)

    async def stop(self) -> None:
        server, task = self._server, self._task
        self._server = self._task = None
        if server is None or task is None:
            return
        self.site.live.stop()
        server.should_exit = True
        server.force_exit = True
        async with asyncio.timeout(LONG):
            await task


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[Served]:
    """Serve the web app."""
    served = Served(site=site)
    await served.start()
    try:
        yield served
    finally:
        await served.stop()
