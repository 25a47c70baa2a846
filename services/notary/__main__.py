"""Run the notary process: `python -m services.notary`."""

import asyncio
import os
import signal

import structlog

from events.log.database import Database
from events.log.notary_looks import NotaryLooks
from events.log.tree_heads import TreeHeads
from services.alive import alive
from services.exit import FAILED, run
from services.logs import configure_logs
from services.notary.key_file import KEY_FILE
from services.notary.looking import Reporter, notarise_for_ever
from services.notary.publishing import Publisher
from services.notary.signing import Notary
from services.settings import Settings, settings

CONNECTIONS = 2
NICENESS = 10  # whoever appends comes first where cores are scarce; a signature can wait

logs = structlog.get_logger(__name__)


async def main() -> int:
    """Sign until SIGTERM or SIGINT; return the exit code."""
    told = settings()
    configure_logs("notary", told.log_level)
    os.nice(NICENESS)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    if told.notary_dsn is None:
        logs.error("settings_missing", needed=["TOCSIN_NOTARY_DSN"])
        return FAILED
    dsn = told.notary_dsn.get_secret_value()
    database = await Database.open(dsn, smallest=0, largest=CONNECTIONS)
    try:
        signing = asyncio.create_task(signing_for_ever(told, database))
        told_to_stop = asyncio.create_task(stopping.wait())
        async with alive(told.alive_file):
            logs.info("notary_started")
            await asyncio.wait({signing, told_to_stop}, return_when=asyncio.FIRST_COMPLETED)
        if signing.done():
            logs.error("notary_broken", exc_info=signing.exception())
            return FAILED
        signing.cancel()
        await asyncio.wait({signing}, timeout=1)
    finally:
        await database.close()
    logs.info("notary_stopped")
    return 0


async def signing_for_ever(told: Settings, database: Database) -> None:
    """Sign as the settings say, and never return."""
    out = Publisher(told.notary_directory, told.notary_webhook)
    keys = told.notary_key or told.data / KEY_FILE
    notary = Notary(TreeHeads(database), keys, told.notary_origin, out)
    await notarise_for_ever(notary, Reporter(notary, NotaryLooks(database), out))


if __name__ == "__main__":
    run(main)
