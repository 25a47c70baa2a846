"""Rotas of schedules, put together of their rows: everything that says who is on call."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from events.ids import ResponderId
from events.on_call.rota import Edition, Override, Rota
from events.schedule.state import people_in, with_edition
from projections.engine.rows import Reader
from projections.on_call.schedules import (
    EDITION,
    FORGOTTEN,
    OVERRIDE,
    SCHEDULE,
    EditionRow,
    OverrideRow,
    ScheduleRow,
    kept,
)

FARTHEST: Final = timedelta(days=400)  # a year is how far `on_call` looks for an end

EDITIONS: Final = "where $1::text is null or schedule_id = $1 order by position"
OVERRIDES: Final = """
where ($1::text is null or schedule_id = $1) and ends_at > $2 and starts_at < $3
order by first_position
"""
LISTED: Final = """
where schedule_id = $1 and ends_at > $2 and starts_at < $3
    and ($4 or withdrawn_at is null)
order by starts_at, first_position
"""


async def rotas_around(
    reader: Reader, begin: datetime, end: datetime, schedule_id: str | None = None
) -> dict[str, Rota]:
    """Return the rotas by schedule, with the overrides near this time; None: of every schedule."""
    editions = await EDITION.select(reader, EDITIONS, schedule_id)
    first, last = begin - FARTHEST, end + FARTHEST
    overrides = await OVERRIDE.select(reader, OVERRIDES, schedule_id, first, last)
    gone = [
        (ResponderId(one.responder_id), one.forgotten_at)
        for one in await FORGOTTEN.select(reader, "order by responder_id")
    ]
    by_schedule: dict[str, tuple[list[EditionRow], list[OverrideRow]]] = {}
    for edition in editions:
        by_schedule.setdefault(edition.schedule_id, ([], []))[0].append(edition)
    for override in overrides:
        by_schedule.setdefault(override.schedule_id, ([], []))[1].append(override)
    return {one: rota_of(*rows, gone) for one, rows in by_schedule.items()}


async def every_schedule(reader: Reader) -> tuple[ScheduleRow, ...]:
    """Return every schedule, the ended ones too, by id."""
    return tuple(await SCHEDULE.select(reader, "order by schedule_id"))


async def overrides_in(
    reader: Reader, schedule_id: str, begin: datetime, end: datetime, *, withdrawn: bool
) -> tuple[OverrideRow, ...]:
    """Return the overrides that hold in this time, by when they begin."""
    return tuple(await OVERRIDE.select(reader, LISTED, schedule_id, begin, end, withdrawn))


def rota_of(
    editions: Iterable[EditionRow],
    overrides: Iterable[OverrideRow],
    gone: Iterable[tuple[ResponderId, datetime]],
) -> Rota:
    """Return the rota of one schedule, given its rows in the order of the log."""
    said: tuple[Edition, ...] = ()
    ends: list[EditionRow] = []
    for row in editions:
        edition = Edition(
            holds_from=row.holds_from, zone=row.zone, layers=row.layers, holidays=row.holidays
        )
        said = with_edition(said, edition)
        ends += [row] if row.ended else []
    held: list[Override] = []
    for one in overrides:
        standing = kept(one)
        for ended in ends:
            if ended.position > one.position:
                standing = standing.withdrawn(ended.holds_from)
        held += standing.held
    named = people_in(said, held)
    return Rota(
        editions=said,
        overrides=tuple(held),
        gone=tuple((who, since) for who, since in gone if who in named),
    )
