"""Projector process: `python -m services.projector`."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from services.channels import delivering
from services.exit import run
from services.jobs import run_forever
from services.keys import data_converter, subject_keyring
from services.process import run_jobs, run_until_stopped
from services.projector.projection_jobs import projection_job, upgrade_job
from services.projector.relay import Addresses, relay_forever
from services.settings import Settings

NEEDS: Final = ("projector_dsn", "app_dsn", "temporal_address")

logs = structlog.get_logger(__name__)


async def work(config: Settings, stopping: asyncio.Event) -> int:
    """Project, upgrade and relay; return the exit code.

    Raises: KeysUnusable.
    """
    keyring, moved = subject_keyring(config), asyncio.Event()
    addresses = Addresses(
        app_dsn=config.required("app_dsn"),
        temporal_address=config.required("temporal_address"),
        temporal_namespace=config.temporal_namespace,
        keyring=keyring,
        converter=data_converter(config),
        delivering=partial(delivering, settings=config) if config.link_key else None,
        fallback_after=timedelta(seconds=config.fallback_seconds),
        arrivals_days=config.arrivals_days,
        probe_every=timedelta(seconds=config.probe_seconds),
    )
    if config.link_key is None:
        logs.warning("fallback_pager_off", needed=["TOCSIN_LINK_KEY"])
    dsn = config.required("projector_dsn")
    jobs = {
        "projecting": run_forever(projection_job(dsn, moved.set, keyring)),
        "upgrading": run_forever(upgrade_job(dsn, keyring)),
        "relay": relay_forever(addresses, moved),
    }
    return await run_jobs(config, stopping, jobs)


if __name__ == "__main__":
    run(partial(run_until_stopped, "projector", NEEDS, work))
