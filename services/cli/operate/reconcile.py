"""Reconcile command: compares what Temporal runs with the log, and repairs it now."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Final

import structlog
import typer

from events.errors import LogFault
from events.log.postgres import PostgresLog
from events.log.privacy.keyring import KeysUnusable
from projections.lag import lag
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Problem
from services.exit import FAILED, run
from services.projector.reconciler.differences import Difference
from services.projector.reconciler.reconciler import Pass, Reconciler
from services.settings import Settings
from services.stack.running import (
    found_app_dsn,
    found_data_converter,
    found_subject_keyring,
    found_temporal_address,
)
from services.temporal.client import TemporalTrouble, client_of

app = typer.Typer()

BETWEEN_LOOKS: Final = 5.0  # seconds: what is on its way has arrived by then
READ: Final = ("incident_board", "timeline")  # where a look finds what is open
WHERE: Final = "Set TOCSIN_APP_DSN, or run this where `tocsin up` runs (TOCSIN_DATA)."

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what is wrong; repair nothing.")]


@app.command()
def reconcile(*, dry_run: DryRun = False, json: AsJson = False) -> None:
    """Compare Temporal's workflows with the log, and repair what differs.

    The projector does so by itself; this is for whoever has restored something and will not wait.
    """
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # the command says it

    async def work() -> int:
        try:
            done, behind = await reconciled(dry_run=dry_run)
        except Problem as problem:
            shown.complain(problem)
            return FAILED
        if json:
            shown.as_json(as_json(done, behind))
        else:
            show(done, behind, dry_run=dry_run)
        return FAILED if done.left or done.look.unknown else 0

    run(work)


async def reconciled(*, dry_run: bool) -> tuple[Pass, list[str]]:
    """Look twice, repair what both looks saw, and say which read models are behind.

    Raises: Problem.
    """
    config = Settings()
    dsn = found_app_dsn(config)
    if dsn is None:
        raise Problem("The database is not known here.", WHERE)
    try:
        keyring, converter = found_subject_keyring(config), found_data_converter(config)
        log = await PostgresLog.open(dsn, keyring=keyring)
    except (KeysUnusable, LogFault) as failure:
        raise Problem("This cannot begin.", str(failure)) from failure
    try:
        address = found_temporal_address(config)
        client = await client_of(address, config.temporal_namespace, converter)
        reconciler = Reconciler(log, client)
        await reconciler.reconcile(dry_run=True)
        await asyncio.sleep(BETWEEN_LOOKS)
        done = await reconciler.reconcile(dry_run=dry_run)
        async with log.database.connection() as connection:
            lags = await lag(connection)
    except (TemporalTrouble, LogFault) as failure:
        raise Problem("A server did not answer.", str(failure)) from failure
    finally:
        await log.close()
    behind = [f"{one.name}: {one.cause}" for one in lags if one.name in READ and one.cause]
    return done, behind


def show(done: Pass, behind: list[str], *, dry_run: bool) -> None:
    """Print what was compared, what was wrong and what was done."""
    look = done.look
    shown.say(
        f"{look.open_incidents} open incidents in the log; {len(look.running)} workflows run."
    )
    for one in behind:
        shown.say(f"{one}; what it does not know is not compared", shown.NOTICE)
    rows = [
        *((one.difference, f"{one.repair} from the log") for one in done.repaired),
        *((one, "left, as you asked" if dry_run else "left for now") for one in done.left),
    ]
    if rows:
        shown.table(
            ("Workflow", "Finding", "Log", "Workflow's", "Done"),
            (
                (
                    one.workflow_id,
                    one.finding.value,
                    str(one.log_version),
                    "—" if one.workflow_version is None else str(one.workflow_version),
                    what,
                )
                for one, what in rows
            ),
        )
    for workflow_id in sorted(look.unknown):
        shown.say(f"{workflow_id}: the log has never heard of it", shown.FAULT)
    if not rows and not look.unknown:
        shown.say("Everything agrees.")


def as_json(done: Pass, behind: list[str]) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "open_incidents": done.look.open_incidents,
        "running": len(done.look.running),
        "behind": behind,
        "repaired": [
            difference_as_json(one.difference) | {"repair": one.repair.value}
            for one in done.repaired
        ],
        "left": [difference_as_json(one) for one in done.left],
        "unknown": sorted(done.look.unknown),
    }


def difference_as_json(one: Difference) -> dict[str, Any]:
    """Return a difference with its ids as text."""
    fields = asdict(one)
    return fields | {name: str(fields[name]) for name in ("incident_id", "page_id") if fields[name]}
