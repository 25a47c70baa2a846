"""Run the API process: `python -m services.api`."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import structlog
import uvicorn

from events.log.database import Database
from events.log.dead_letters import PostgresDeadLetters
from events.log.inbox import PostgresInbox
from events.log.keyring import Keyring, KeysUnusable
from events.log.postgres import PostgresLog
from events.log.refusals import PostgresRefusals
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.http.receive_deadline import DeadlineProtocol
from services.api.reading.live_feed import LiveFeed
from services.commanding.refused import RefusedCommands
from services.exit import FAILED, run
from services.keys import data_converter, subject_keyring
from services.logs import configure_logs
from services.settings import Settings, settings
from services.temporal.gateway import TemporalGateway

CONNECTIONS: Final = 20  # to PostgreSQL, beside the one that appends
STOP_SECONDS: Final = 3  # for requests under way
CLOSE_SECONDS: Final = 0.5
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


async def main() -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    told = settings()
    configure_logs("api", told.log_level)
    if told.app_dsn is None or told.temporal_address is None:
        logs.error("settings_missing", needed=["TOCSIN_APP_DSN", "TOCSIN_TEMPORAL_ADDRESS"])
        return FAILED
    try:
        keyring, converter = subject_keyring(told), data_converter(told)
    except KeysUnusable as wrong:
        logs.error("settings_wrong", reason=str(wrong))  # noqa: TRY400  the text says it all
        return FAILED
    gateway = TemporalGateway(told.temporal_address, told.temporal_namespace, converter=converter)
    dsn = told.app_dsn.get_secret_value()
    async with reached_later(told, dsn, gateway, keyring) as dependencies:
        server = server_for(dependencies)
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, server.stop)
        logs.info("api_starting", host=told.api_host, port=told.api_port)
        try:
            await server.serve()
        except SystemExit:  # uvicorn's word for a port that is taken
            logs.error("port_taken", host=told.api_host, port=told.api_port)  # noqa: TRY400
            return FAILED
    logs.info("api_stopped")
    return 0


@asynccontextmanager
async def reached_later(
    told: Settings, dsn: str, gateway: TemporalGateway, keyring: Keyring
) -> AsyncIterator[Dependencies]:
    """Yield dependencies that connect when first used: the API answers 503 until they can."""
    database = await Database.open(dsn, smallest=0, largest=CONNECTIONS)
    log = PostgresLog(dsn, database, told.durable_commit, keyring)
    try:
        yield Dependencies(
            log=log,
            database=database,
            inbox=PostgresInbox(database),
            refused=RefusedCommands(PostgresRefusals(database)),
            dead_letters=PostgresDeadLetters(database, keyring),
            temporal=gateway,
            settings=told,
        )
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await log.close()
        except TimeoutError:
            logs.warning("connections_left", reason="PostgreSQL did not answer")


def server_for(dependencies: Dependencies) -> Server:
    """Return the server, not yet running."""
    told = dependencies.settings
    return Server(
        uvicorn.Config(
            create_app(dependencies),
            host=told.api_host,
            port=told.api_port,
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
    run(main)
