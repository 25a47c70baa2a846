"""Shift before: what happened on it, for whoever takes over."""

from collections import Counter
from datetime import datetime
from typing import Final

from activities.delivery.message import LONGEST_SUMMARY, Section, one_line, plain_text
from events.ids import ScheduleId
from events.incident.modes import Mode
from projections.configuration.tables import ESCALATION_POLICY
from projections.engine.catching_up import ConnectionPool
from projections.engine.defined import every
from projections.incidents.board import BOARD, BoardRow
from projections.on_call.cover_requests import notes_on

MOST: Final = 10  # incidents that are named
DECLARED: Final = """
where declared_at >= $1 and declared_at < $2 and not private and mode = $3
    and ($4::text[] is null or escalation_policy_id = any($4))
order by declared_position desc limit 500
"""
OPEN: Final = """
where resolved_at is null and closed_at is null and declined_at is null and merged_at is null
    and not private and mode = $1
    and ($2::text[] is null or escalation_policy_id = any($2))
order by severity nulls first, declared_position desc limit 11
"""


async def happened(
    database: ConnectionPool, schedule_id: ScheduleId, begins: datetime, ends: datetime
) -> tuple[Section, ...]:
    """Return what was declared between two instants, and what is open now, for people to read.

    Of incidents that page the schedule; of all of them while no escalation policy names it.
    Raises: LogUnavailable.
    """
    async with database.connection() as connection:
        policies = [
            policy.escalation_policy_id
            for policy in await every(ESCALATION_POLICY, connection)
            if schedule_id in {one.schedule_id for level in policy.levels for one in level.targets}
        ] or None
        mode = Mode.REAL.value
        declared = await BOARD.select(connection, DECLARED, begins, ends, mode, policies)
        still_open = await BOARD.select(connection, OPEN, mode, policies)
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
