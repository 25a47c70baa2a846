"""Read model commands: projections status, rebuild, retry, drop; `check` beside it."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any, Final

import asyncpg
import structlog
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from events.log.privacy.keyring import Keyring, KeysUnusable
from projections.engine.checkpoints import LogForked, ProjectionFenced
from projections.engine.projection import Projection
from projections.engine.quarantine import QuarantinedKey, ask_again, list_quarantined
from projections.engine.rows import Connection
from projections.lag import lag
from projections.registry import BY_NAME
from projections.revisions import rebuild as rebuilding
from projections.revisions.beside_live import drop_revision, other_revisions
from projections.revisions.comparing import NotComparable
from projections.revisions.rebuild import (
    Rebuild,
    RebuildRunsAlready,
    RebuildStopped,
    SwapNotPossible,
)
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Problem
from services.cli.terminal import complaints
from services.settings import Settings
from services.stack.running import found_projector_dsn, found_subject_keyring

app = typer.Typer(help="Read models: status, check, rebuild, retry.")

RETRY_SECONDS: Final = 15.0  # a projector looks twice a second
CONNECT_SECONDS: Final = 5.0
WHERE: Final = "Set TOCSIN_PROJECTOR_DSN, or run this where `tocsin up` runs (TOCSIN_DATA)."

ENDED: Final = (  # on purpose, with the live rows as they were
    RebuildRunsAlready,
    RebuildStopped,
    SwapNotPossible,
    ProjectionFenced,
    LogForked,
    NotComparable,
)

type Name = Annotated[str, typer.Argument(metavar="NAME", help="As `status` shows it.")]


@app.command()
def status(*, json: AsJson = False) -> None:
    """Show every revision: where it stands, how far behind, who writes it, what holds it up."""
    found = run(standing)
    if json:
        shown.as_json(found)
        return
    shown.table(
        ("Projection", "Revision", "State", "Position", "Behind", "Owner", "Cause"),
        (
            (
                one["name"],
                str(one["revision"]),
                one["state"],
                str(one["position"]),
                f"{one['events']} events, {one['seconds']:.1f} s" if one["events"] else "—",
                one["owner"] or "—",
                one["cause"] or "—",
            )
            for one in found["revisions"]
        ),
    )
    if found["quarantined"]:
        shown.table(
            ("Quarantined in", "Key", "Position", "Event", "Error", "Attempts"),
            (
                tuple(
                    str(one[part])
                    for part in ("projection", "key", "position", "type", "error", "attempts")
                )
                for one in found["quarantined"]
            ),
        )


@app.command()
def rebuild(name: Name) -> None:
    """Build a projection anew beside the live one, and swap it in; writes and reads go on."""
    projection = known(name)
    keyring = known_keys()
    owner = f"rebuild on {socket.gethostname()}:{os.getpid()}"

    async def work(connection: asyncpg.Connection) -> int:
        with Bar(name) as progress:
            return await Rebuild(connection, projection, owner, keyring=keyring).run(progress)

    begun = time.monotonic()
    revision = run(work)
    seconds = time.monotonic() - begun
    shown.say(
        f"{name} is revision {revision} now, after {seconds:.1f} s. The rows before it stay until"
        f" you drop them: tocsin projections status"
    )


@app.command()
def retry(name: Name, key: Annotated[str | None, typer.Argument(metavar="[KEY]")] = None) -> None:
    """Apply the events of quarantined keys again: after a fix, or with a newer version."""
    known(name)

    async def work(connection: asyncpg.Connection) -> tuple[list[str], list[QuarantinedKey]]:
        asked = await ask_again(connection, name, key)
        return asked, await answered(connection, name, set(asked))

    asked, left = run(work)
    if not asked:
        shown.say("Nothing is quarantined there.")
        return
    for one in left:
        waits = "no projector has looked at it yet" if one.retry else one.error
        shown.say(f"{one.key}: still quarantined at {one.position}: {waits}", shown.FAULT)
    shown.say(f"{len(asked) - len(left)} of {len(asked)} quarantined keys go on.")
    if left:
        raise typer.Exit(1)


@app.command()
def drop(name: Name, revision: Annotated[int, typer.Argument(min=1)]) -> None:
    """Delete a revision that is not live any more, with its rows."""

    async def work(connection: asyncpg.Connection) -> bool:
        return await drop_revision(connection, name, revision)

    if not run(work):
        raise Problem("There is no such revision to drop.", "The live one stays; see `status`.")
    shown.say(f"Revision {revision} of {name} is gone.")


def known_keys() -> Keyring:
    """Return what opens personal fields, without which nobody's name could be rebuilt.

    Raises: Problem.
    """
    try:
        return found_subject_keyring(Settings())
    except KeysUnusable as unusable:
        raise Problem("The key of people's keys is not known here.", f"{unusable}.") from unusable


async def standing(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every revision and every quarantined key, as JSON shows them."""
    live = [asdict(one) | {"stage": "live", "cause": one.cause} for one in await lag(connection)]
    others = [
        asdict(one) | {"state": one.state, "events": 0, "seconds": 0.0, "cause": None}
        for one in await other_revisions(connection)
    ]
    quarantined = [
        asdict(one) | {"quarantined_at": one.quarantined_at.isoformat()}
        for one in await list_quarantined(connection)
    ]
    rows = sorted([*live, *others], key=lambda one: (one["name"], one["revision"]))
    return {"revisions": rows, "quarantined": quarantined}


async def answered(connection: Connection, name: str, keys: set[str]) -> list[QuarantinedKey]:
    """Return which of the keys are still quarantined once the projector has tried them all."""
    until = time.monotonic() + RETRY_SECONDS
    while True:
        quarantined = await list_quarantined(connection)
        left = [one for one in quarantined if one.projection == name and one.key in keys]
        if not any(one.retry for one in left) or time.monotonic() > until:
            return left
        await asyncio.sleep(0.1)


class Bar:
    """A progress bar on standard error for as long as the block runs."""

    def __init__(self, name: str) -> None:
        columns = (TextColumn(name), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=complaints, transient=True)
        self._task = self._progress.add_task(name, total=None)

    def __enter__(self) -> Callable[[rebuilding.Progress], None]:
        self._progress.start()
        return self._told

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _told(self, at: rebuilding.Progress) -> None:
        self._progress.update(self._task, completed=at.position, total=at.head)


def known(name: str) -> Projection:
    """Return the projection of that name.

    Raises: Problem.
    """
    found = BY_NAME.get(name)
    if found is None:
        raise Problem(f"There is no projection {name}.", f"There are: {', '.join(BY_NAME)}.")
    return found


def run[T](work: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
    """Do something on a connection of the projector's role.

    Raises: Problem.
    """
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # the command says it

    async def connected() -> T:
        async with opened() as connection:
            return await work(connection)

    try:
        return asyncio.run(connected())
    except ENDED as failure:
        raise Problem("It ended.", str(failure)) from failure
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as failure:
        raise Problem("PostgreSQL did not do it:", type(failure).__name__) from failure


@asynccontextmanager
async def opened() -> AsyncIterator[asyncpg.Connection]:
    """Lend a connection.

    Raises: Problem.
    """
    dsn = found_projector_dsn(Settings())
    if dsn is None:
        raise Problem("The database is not known here.", WHERE)
    connection = await asyncpg.connect(
        dsn,
        timeout=CONNECT_SECONDS,
        server_settings={"application_name": "tocsin projections"},
    )
    try:
        yield connection
    finally:
        connection.terminate()
