"""API process: `python -m services.api`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Final

import structlog
import uvicorn

from events.log.alert_news import intake_seen
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.http.receive_deadline import DeadlineProtocol
from services.api.intake.keeping.sweep import Sweep
from services.api.reaching import reached_later
from services.exit import FAILED, run
from services.jobs import Job, run_forever
from services.live.live_feed import LiveFeed
from services.process import on_signals, run_until_stopped
from services.settings import Settings

NEEDS: Final = ("app_dsn", "temporal_address")
STOP_SECONDS: Final = 3  # for requests under way
DRAIN_SECONDS: Final = 1.0  # for messages that are kept and wait for their turn
SWEEP_PAUSE: Final = 5.0  # between two looks for messages that were left over
KEEP_ALIVE_SECONDS: Final = 15
BACKLOG: Final = 512  # connections not yet taken

logs = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """A server whose signals are handled by the process, so that it ends with its own exit code."""

    def __init__(self, config: uvicorn.Config, live_feed: LiveFeed) -> None:
        super().__init__(config)
        self._live_feed = live_feed

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    def stop(self) -> None:
        """Take no more requests and finish those under way; asked twice, at once."""
        self._live_feed.close()
        self.force_exit = self.should_exit
        self.should_exit = True


async def serve(config: Settings, stopping: asyncio.Event) -> int:
    """Serve requests; return the exit code."""
    async with reached_later(config) as dependencies:
        server = server_for(dependencies)
        on_signals(server.stop)
        if stopping.is_set():
            return 0
        logs.info("process_starting", host=config.api_host, port=config.api_port)
        try:
            async with sweeping(dependencies):
                await server.serve()
        except SystemExit:  # uvicorn's word for a port that is taken
            logs.error("port_taken", host=config.api_host, port=config.api_port)  # noqa: TRY400
            return FAILED
    logs.info("process_stopped")
    return 0


@asynccontextmanager
async def sweeping(dependencies: Dependencies) -> AsyncIterator[None]:
    """Process what was kept and left over, from the start on, beside the requests."""
    sweep = Job(name="arrivals", work=Sweep(dependencies).step, pause=SWEEP_PAUSE)
    seen = partial(intake_seen, dependencies.database)
    watch = Job(name="intake_seen", work=seen, pause=SWEEP_PAUSE)
    task = asyncio.gather(run_forever(sweep), run_forever(watch))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):  # what is left is taken after the start
                await dependencies.turns.drained()
                await dependencies.arrivals.flush()


def server_for(dependencies: Dependencies) -> Server:
    """Return the server, not yet running."""
    config = dependencies.settings
    return Server(
        uvicorn.Config(
            create_app(dependencies),
            host=config.api_host,
            port=config.api_port,
            http=DeadlineProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        ),
        dependencies.live_feed,
    )


if __name__ == "__main__":
    run(partial(run_until_stopped, "api", NEEDS, serve))
