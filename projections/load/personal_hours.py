"""Personal hours: by whose clock each person lived, from when on."""

from collections.abc import Hashable
from typing import Final

from msgspec import Struct

from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import ResponderHoursDefined
from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Row, Rows, Table, fold
from projections.load.bands import HoursEdition

NAME: Final = "personal_hours"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class HoursSaid(Struct, frozen=True, kw_only=True):
    """Hours that a person lives by, and since when."""

    since: Moment
    hours: PersonalHours


class PersonalHoursRow(Row, frozen=True, kw_only=True):
    """All hours that one person ever lived by, in order."""

    responder_id: str
    said: tuple[HoursSaid, ...]

    @property
    def editions(self) -> tuple[HoursEdition, ...]:
        """Return them as the rules of bands take them."""
        return tuple(HoursEdition(one.since, one.hours) for one in self.said)


PERSONAL_HOURS = Table("personal_hours", "responder_id", PersonalHoursRow, OWN_STREAM)
TABLES: Final = (PERSONAL_HOURS,)


async def project(batch: Batch, tx: Rows) -> None:
    """Add what the batch says of people's hours."""
    await fold(PERSONAL_HOURS, tx, batch, whose, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "responder")


def whose(event: object) -> tuple[str, ...]:
    """Return whose hours an event tells of, if any."""
    return (event.responder_id,) if isinstance(event, ResponderHoursDefined) else ()


def evolve(
    row: PersonalHoursRow | None, recorded: Recorded[object], _key: Hashable
) -> PersonalHoursRow | None:
    """Return the hours after an event."""
    event = recorded.event
    if not isinstance(event, ResponderHoursDefined):
        return row
    before = row.said if row else ()
    return PersonalHoursRow(
        responder_id=event.responder_id,
        said=(*before, HoursSaid(since=event.defined_at, hours=event.hours)),
    )
