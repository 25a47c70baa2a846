"""Repeats: of which pairs of incidents people say that one is the other again, or is not."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from events.repeat.judgement import RepeatJudged
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Reader, Row, Table

NAME: Final = "repeats"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class RepeatRow(Row, frozen=True, kw_only=True):
    """One pair that somebody judged."""

    repeat_id: str
    incident_id: UUID
    earlier_incident_id: UUID
    earlier_reference: str
    confirmed: bool
    judged_by: str
    judged_at: Moment
    version: int


REPEAT = Table("repeat", "repeat_id", RepeatRow, OWN_STREAM, indexes={"incident": "(incident_id)"})
TABLES: Final = (REPEAT,)

project, key_of = defined(REPEAT, RepeatJudged)


async def judged_of(reader: Reader, incident_id: UUID) -> dict[UUID, RepeatRow]:
    """Return what was judged of an incident, by the earlier one it was held against."""
    rows = await REPEAT.select(reader, "where incident_id = $1", incident_id)
    return {row.earlier_incident_id: row for row in rows}


async def confirmed(reader: Reader, incident_ids: Sequence[UUID]) -> list[RepeatRow]:
    """Return the pairs of these incidents that people hold for one again."""
    return await REPEAT.select(
        reader, "where confirmed and incident_id = any ($1) order by judged_at", list(incident_ids)
    )
