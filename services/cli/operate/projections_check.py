"""Read model check: `tocsin projections check` compares the read models with the log."""

import os
import socket
from dataclasses import asdict
from typing import Annotated, Final

import asyncpg
import typer

from projections.registry import BY_NAME
from projections.revisions.comparing import Compare, Comparison
from services.cli import shown
from services.cli.operate.projections import Bar, known, known_keys, run
from services.cli.options import AsJson
from services.cli.remote import Problem

DIFFERS: Final = 1
UNUSABLE: Final = 2

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]…", help="As `status` shows it; all without.")
]


def check(names: Names = None, *, json: AsJson = False) -> None:
    """Fold the log beside the live rows and compare: exit code 0 equal, 1 different, 2 not done."""
    try:
        found = [compared(name) for name in names or BY_NAME]
    except Problem as problem:
        shown.complain(problem)
        raise typer.Exit(UNUSABLE) from None
    if json:
        shown.as_json([asdict(one) | {"agrees": one.agrees} for one in found])
    else:
        for one in found:
            tell(one)
    if not all(one.agrees for one in found):
        raise typer.Exit(DIFFERS)


def compared(name: str) -> Comparison:
    """Compare one projection with the log.

    Raises: Problem.
    """
    projection, keyring = known(name), known_keys()
    owner = f"check on {socket.gethostname()}:{os.getpid()}"

    async def work(connection: asyncpg.Connection) -> Comparison:
        with Bar(name) as progress:
            comparing = Compare(connection, projection, owner, keyring=keyring, quarantines=True)
            return await comparing.compared(progress)

    return run(work)


def tell(one: Comparison) -> None:
    """Say what was found of one projection."""
    where = f"{one.name}: {one.rows} rows of revision {one.revision}, up to position {one.position}"
    if one.quarantined:
        shown.say(
            f"{one.name}: {one.quarantined} quarantined, whose rows are old:"
            " tocsin projections status",
            shown.NOTICE,
        )
    if one.agrees:
        shown.say(f"{where}, are what the log says.")
        return
    if not one.same_log:
        shown.say(f"{one.name}: the log holds another event at position {one.position}, or none.")
    for row in one.differences:
        columns = f" in {', '.join(row.columns)}" if row.columns else ""
        shown.say(f"{row.table} {row.key}: {row.kind}{columns}", shown.FAULT)
    shown.say(
        f"{one.name} is not what the log says. To make it anew: tocsin projections rebuild"
        f" {one.name}",
        shown.FAULT,
    )
