"""The API behind its real HTTP server, in the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from services.api.dependencies import Dependencies
from services.front.__main__ import server_for
from services.settings import Settings
from tests.eventually import eventually


@asynccontextmanager
async def served(dependencies: Dependencies) -> AsyncIterator[tuple[str, int]]:
    """Serve on a port that is free, and yield host and port."""
    server = server_for(replace(dependencies, settings=Settings(api_port=0)))
    serving = asyncio.create_task(server.serve())
    await eventually("the server has started", lambda: server.started, pause=0.01)
    try:
        host, port = server.servers[0].sockets[0].getsockname()
        yield host, port
    finally:
        server.stop()
        await serving
