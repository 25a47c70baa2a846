"""Run the projector process: `python -m services.projector`."""

import asyncio
import signal
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from events.log.keyring import KeysUnusable
from services.alive import alive
from services.channels import paging
from services.exit import FAILED, run
from services.keys import data_converter, subject_keyring
from services.logs import configure_logs
from services.projector.projecting import project_for_ever, upgrade_for_ever
from services.projector.relay import Addresses, relay_for_ever
from services.settings import Settings, settings

STOP_SECONDS: Final = 1.0

logs = structlog.get_logger(__name__)


async def main() -> int:
    """Project and relay until SIGTERM or SIGINT; return the exit code."""
    told = settings()
    configure_logs("projector", told.log_level)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    tasks = begin(told)
    if not tasks:
        return FAILED
    async with alive(told.alive_file):
        logs.info("projector_started")
        await ended(tasks, stopping)
    broken = [task for task in tasks if task.done() and not task.cancelled()]
    for task in broken:
        logs.error("projector_broken", exc_info=task.exception())
    logs.info("projector_stopped")
    return FAILED if broken else 0


def begin(told: Settings) -> list[asyncio.Task[None]]:
    """Begin the process's three kinds of work; nothing when a setting is missing or wrong."""
    if told.projector_dsn is None or told.app_dsn is None or told.temporal_address is None:
        needed = ["TOCSIN_PROJECTOR_DSN", "TOCSIN_APP_DSN", "TOCSIN_TEMPORAL_ADDRESS"]
        logs.error("settings_missing", needed=needed)
        return []
    try:
        keyring, converter = subject_keyring(told), data_converter(told)
    except KeysUnusable as wrong:
        logs.error("settings_wrong", reason=str(wrong))  # noqa: TRY400  the text says it all
        return []
    moved = asyncio.Event()
    addresses = Addresses(
        app_dsn=told.app_dsn.get_secret_value(),
        temporal_address=told.temporal_address,
        temporal_namespace=told.temporal_namespace,
        keyring=keyring,
        converter=converter,
        paging=partial(paging, settings=told) if told.link_key else None,
        fallback_after=timedelta(seconds=told.fallback_seconds),
    )
    if told.link_key is None:
        logs.warning("fallback_pager_off", needed=["TOCSIN_LINK_KEY"])
    dsn = told.projector_dsn.get_secret_value()
    return [
        asyncio.create_task(project_for_ever(dsn, moved.set, keyring), name="projecting"),
        asyncio.create_task(upgrade_for_ever(dsn, keyring), name="upgrading"),
        asyncio.create_task(relay_for_ever(addresses, moved), name="relay"),
    ]


async def ended(tasks: list[asyncio.Task[None]], stopping: asyncio.Event) -> None:
    """Return once told to stop, or once one of the tasks has broken, with all of them ended."""
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait({told, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    for task in (told, *tasks):
        task.cancel()
    await asyncio.wait(tasks, timeout=STOP_SECONDS)


if __name__ == "__main__":
    run(main)
