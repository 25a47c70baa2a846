"""Notary process: `python -m services.notary`."""

import asyncio
import os
from functools import partial
from typing import Final

from events.log.database import Database
from events.log.proof.notary_looks import NotaryLooks
from events.log.proof.tree_heads import TreeHeads
from services.exit import run
from services.notary.key_file import KEY_FILE
from services.notary.looking import Reporter, sign_forever
from services.notary.publishing import Publisher
from services.notary.signing import Notary
from services.process import run_jobs, run_until_stopped
from services.settings import Settings

NEEDS: Final = ("notary_dsn",)
CONNECTIONS: Final = 2
NICENESS: Final = 10  # whoever appends comes first where cores are scarce; a signature can wait


async def sign(config: Settings, stopping: asyncio.Event) -> int:
    """Sign as the settings say; return the exit code."""
    os.nice(NICENESS)
    database = await Database.open(config.required("notary_dsn"), smallest=0, largest=CONNECTIONS)
    out = Publisher(config.notary_directory, config.notary_webhook)
    keys = config.notary_key or config.data / KEY_FILE
    notary = Notary(TreeHeads(database), keys, config.notary_origin, out)
    signing = sign_forever(notary, Reporter(notary, NotaryLooks(database), out))
    try:
        return await run_jobs(config, stopping, {"signing": signing})
    finally:
        await database.close()


if __name__ == "__main__":
    run(partial(run_until_stopped, "notary", NEEDS, sign))
