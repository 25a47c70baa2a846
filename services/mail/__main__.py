"""Mail process: `python -m services.mail`."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

import structlog

from events.log.database import Database
from events.log.liveness.pulses import MAIL, PULSE_EVERY, pulse
from services.alive import alive
from services.api.reaching import CLOSE_SECONDS, reached_later
from services.exit import FAILED, run
from services.jobs import Job, run_forever
from services.mail.listening import SettingWrong, greets, listening
from services.process import run_until_stopped
from services.settings import Settings

NEEDS: Final = ("app_dsn", "temporal_address")

logs = structlog.get_logger(__name__)


async def serve(config: Settings, stopping: asyncio.Event) -> int:
    """Take mail until asked to stop; return the exit code."""
    async with reached_later(config) as dependencies:
        try:
            async with (
                listening(dependencies) as port,
                alive(config.alive_file),
                pulsing(dependencies.database, config.mail_host, port),
            ):
                logs.info("process_started", host=config.mail_host, port=port)
                await stopping.wait()
        except OSError as taken:
            logs.error("port_taken", port=config.mail_port, reason=str(taken))  # noqa: TRY400
            return FAILED
        except SettingWrong as wrong:
            logs.error("settings_wrong", reason=str(wrong))  # noqa: TRY400  the text says it all
            return FAILED
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await dependencies.arrivals.flush()
    logs.info("process_stopped")
    return 0


@asynccontextmanager
async def pulsing(database: Database, host: str, port: int) -> AsyncIterator[None]:
    """Say every moment that mail is taken, where it is: health checks look there."""
    name = f"{MAIL}{socket.gethostname()}:{os.getpid()}"

    async def beat() -> None:
        await greets(host, port)
        await pulse(database, name)

    beats = asyncio.create_task(run_forever(Job(name="pulse", work=beat, pause=PULSE_EVERY)))
    try:
        yield
    finally:
        beats.cancel()
        await asyncio.wait([beats])


if __name__ == "__main__":
    run(partial(run_until_stopped, "mail", NEEDS, serve))
