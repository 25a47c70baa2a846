"""Simulate command: a year of an invented company, written into a fresh installation."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

import structlog
import typer
from pydantic import SecretStr

from events.log.privacy.keyring import Keyring, KeysUnusable
from services.cli.remote import Problem
from services.cli.terminal import complain, console
from services.exit import FAILED, run
from services.keys import subject_keyring
from services.settings import Settings
from services.settings import settings as configured
from services.simulation.clockwork.patterns import Pattern
from services.simulation.sandbox.loading import Loaded, NotFresh, load, require_fresh
from services.simulation.year import PEOPLE, SERVICES, Progress, Span, simulated
from services.stack.data_directory import StackRunsAlready
from services.stack.keys import shared_keys
from services.stack.postgres.addresses import Databases, named_databases
from services.stack.postgres.binaries import PostgresFailedToStart
from services.stack.postgres.migrate import embedded, migrated
from services.stack.progress import speaker

app = typer.Typer()

NO_OWNER: Final = "Set TOCSIN_POSTGRES_DSN too: only the owner of the database may fill a log."
EXPLAINED: Final = (KeysUnusable, NotFresh, PostgresFailedToStart, StackRunsAlready)

Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same log.")]
Year = Annotated[int, typer.Option(min=2000, max=2100, help="All of it, also if it goes on.")]
Services = Annotated[int, typer.Option(min=1, max=200, help="That may fail.")]
People = Annotated[int, typer.Option(min=6, max=600, help="In teams of six or more.")]
Plant = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        help=f"Show an anti-pattern, again for several: {', '.join(one.word for one in Pattern)}.",
    ),
]
Planted = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="Write which events show what was planted, as JSON."),
]


@app.command()
def simulate(
    *,
    seed: Seed,
    year: Year,
    services: Services = SERVICES,
    people: People = PEOPLE,
    plant: Plant = None,
    planted: Planted = None,
) -> None:
    """Write a plausible year into a fresh installation, which is a sandbox from then on."""
    patterns = tuple(dict.fromkeys(map(pattern_named, plant or ())))
    whole = Span.of_year(seed, year)
    span = replace(whole, services=services, people=people, planted=patterns)

    async def main() -> int:
        try:
            return await written(span, planted)
        except EXPLAINED as failure:
            complain(failure)
            return FAILED

    run(main)


def pattern_named(word: str) -> Pattern:
    """Return the pattern of this name.

    Raises: Problem.
    """
    known = {one.word: one for one in Pattern}
    if word not in known:
        raise Problem(f"There is no pattern {word}.", f"Choose of {', '.join(known)}.")
    return known[word]


async def written(span: Span, planted: Path | None) -> int:
    """Simulate the span into the installation that the settings name; return the exit code.

    Raises: KeysUnusable, NotFresh, PostgresFailedToStart, StackRunsAlready.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    config = configured()
    async with database(config) as databases:
        if databases.owner_dsn is None:
            complain(NO_OWNER)
            return FAILED
        if (code := await migrated(databases)) != 0:
            return code
        await require_fresh(databases.owner_dsn)
        began = monotonic()
        world = await simulated(span, by_month(began))
        loaded = await load(databases.owner_dsn, world, keyring_of(config))
    if planted is not None:
        report = {"seed": span.seed, "root": loaded.root.hex(), "planted": world.report()}
        text = json.dumps(report, indent=2) + "\n"
        await asyncio.to_thread(planted.write_text, text, encoding="utf-8")
    tell(loaded, monotonic() - began)
    return 0


@asynccontextmanager
async def database(config: Settings) -> AsyncIterator[Databases]:
    """Yield the database that the settings name, else that of the data directory while it runs.

    Raises: StackRunsAlready, PostgresFailedToStart.
    """
    named = named_databases(config)
    if named is not None:
        yield named
        return
    async with embedded(config.data) as databases:
        yield databases


def keyring_of(config: Settings) -> Keyring:
    """Return the keys that wrap the keys of people, as whoever runs this installation has them.

    Raises: KeysUnusable.
    """
    if named_databases(config) is not None:
        return subject_keyring(config)
    kek = shared_keys(config.data, config)["TOCSIN_SUBJECT_KEK"]
    return subject_keyring(config.model_copy(update={"subject_kek": SecretStr(kek)}))


def by_month(began: float) -> Progress:
    """Return what says a line for each month that is over."""
    say, months = speaker(), [""]

    def progress(at: datetime, events: int) -> None:
        month = f"{at:%B %Y}"
        if months[-1] not in {"", month} and month not in months:
            each_second = events / max(monotonic() - began, 0.001)
            say(f"{months[-1]}: {events} events so far, {each_second:.0f} a second")
        if month not in months:
            months.append(month)

    return progress


def tell(loaded: Loaded, seconds: float) -> None:
    """Say what was written, and that none of it is real."""
    console.print(
        f"{loaded.events} events in {seconds:.0f} s. The root of their tree, the same for every run"
        f" of this seed: {loaded.root.hex()}",
        soft_wrap=True,
    )
    console.print(
        "This installation is a sandbox now: all of it is made up, and nobody was paged.",
        soft_wrap=True,
    )
