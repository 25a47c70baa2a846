"""Front process: `python -m services.front` serves the API and the web app on one port."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Final

import structlog
import uvicorn
from starlette.types import ASGIApp

from events.errors import LogFault
from events.log.intake.alert_news import intake_seen
from services.api.dependencies import Dependencies
from services.api.http.receive_deadline import DeadlineProtocol
from services.api.intake.keeping.sweep import Sweep
from services.api.reaching import reached_later
from services.exit import FAILED, run
from services.front.application import create_front
from services.front.proxies import TrustedProxies
from services.jobs import Job, run_forever
from services.live.live_feed import LiveFeed
from services.process import on_signals, run_until_stopped
from services.settings import Settings
from services.status_page.files import StatusDirectory
from services.status_page.publishing import PAUSE, Publishing

NEEDS: Final = ("app_dsn", "temporal_address")
STOP_SECONDS: Final = 3  # for requests under way
DRAIN_SECONDS: Final = 1.0  # for messages that are kept and wait for their turn
SWEEP_PAUSE: Final = 5.0  # between two looks for messages that were left over
FORGET_PAUSE: Final = 600.0  # between two looks for sessions of people who were forgotten
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
        gc.freeze()  # every route stays for good, and need not be searched for garbage
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
    """Process and finish what was left over, from the start on, beside the requests."""
    sweep = Job(name="arrivals", work=Sweep(dependencies).step, pause=SWEEP_PAUSE)
    seen = partial(intake_seen, dependencies.database)
    watch = Job(name="intake_seen", work=seen, pause=SWEEP_PAUSE)
    forget = Job(name="sessions", work=dependencies.sessions.forget_again, pause=FORGET_PAUSE)
    jobs = [sweep, watch, forget, *publishing(dependencies)]
    task = asyncio.gather(*map(run_forever, jobs))
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
        await dependencies.sightings.settle(DRAIN_SECONDS)


def front_of(dependencies: Dependencies) -> ASGIApp:
    """Return what is served, behind the reverse proxies that are trusted, if any are."""
    front, proxies = create_front(dependencies), dependencies.settings.trusted_proxies
    return TrustedProxies(front, proxies) if proxies else front


def publishing(dependencies: Dependencies) -> Iterator[Job]:
    """Yield what keeps the public status pages true, if there is a directory for them."""
    config = dependencies.settings
    if config.status_directory is None:
        logs.warning("status_pages_off", reason="TOCSIN_STATUS_DIRECTORY is not set")
        return
    pages = Publishing(
        database=dependencies.database,
        directory=StatusDirectory(config.status_directory),
        public_url=config.public_url,
        clock=dependencies.clock,
    )
    faults = (LogFault, OSError)
    yield Job(name="status_pages", work=pages.step, pause=PAUSE, interruptions=faults)


def server_for(dependencies: Dependencies) -> Server:
    """Return the server, not yet running."""
    config = dependencies.settings
    return Server(
        uvicorn.Config(
            front_of(dependencies),
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
    run(partial(run_until_stopped, "front", NEEDS, serve))
