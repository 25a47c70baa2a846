"""Shift before: what happened on it, for whoever takes over."""

from collections import Counter
from datetime import datetime
from typing import Final

from activities.delivery.message import LONGEST_SUMMARY, Section, one_line, plain_text
from events.ids import ScheduleId
from events.incident.modes import Mode
from projections.engine.catching_up import ConnectionPool
from projections.incidents.board import BOARD, BoardRow
from projections.on_call.cover_requests import notes_on

MOST: Final = 10  # incidents that are named
DECLARED: Final = """
where declared_at >= $1 and declared_at < $2 and not private and mode = $3
order by declared_position desc limit 500
"""
OPEN: Final = """
where resolved_at is null and closed_at is null and declined_at is null and merged_at is null
    and not private and mode = $1
order by severity nulls first, declared_position limit 11
"""


async def happened(
    database: ConnectionPool, begins: datetime, ends: datetime
) -> tuple[Section, ...]:
    """Return what was declared between two instants, and what is open now, for people to read.

    Raises: LogUnavailable.
    """
    async with database.connection() as connection:
        declared = await BOARD.select(connection, DECLARED, begins, ends, Mode.REAL.value)
        still_open = await BOARD.select(connection, OPEN, Mode.REAL.value)
    return (
        Section(title="On the shift before", text=_counted(declared)),
        Section(title="Open now", text=_named(still_open)),
    )


async def notes(
    database: ConnectionPool, schedule_id: ScheduleId, begins: datetime, ends: datetime
) -> tuple[Section, ...]:
    """Return what was written down for whoever takes over at the end of that time.

    Raises: LogUnavailable.
    """
    async with database.connection() as connection:
        rows = await notes_on(connection, schedule_id, begins, ends, MOST)
    return tuple(
        Section(title=f"From {row.responder_id}", text=plain_text(row.text, LONGEST_SUMMARY))
        for row in rows
    )


def _counted(rows: list[BoardRow]) -> str:
    if not rows:
        return "No incident was declared."
    severities = Counter(row.severity or "no severity yet" for row in rows)
    counted = ", ".join(f"{number} {name}" for name, number in sorted(severities.items()))
    return (
        f"{len(rows)} {'incident was' if len(rows) == 1 else 'incidents were'} declared: {counted}."
    )


def _named(rows: list[BoardRow]) -> str:
    if not rows:
        return "Nothing."
    lines = [
        f"{row.severity or 'SEV?'} {row.reference} {one_line(row.title)}" for row in rows[:MOST]
    ]
    return "\n".join([*lines, "and more"] if len(rows) > MOST else lines)
