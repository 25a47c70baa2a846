"""Corrected timestamps of an incident: the value before, and the reason."""

from msgspec import Struct

from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp
from projections.engine.rows import Moment, same_named


class Correction(Struct, frozen=True, kw_only=True):
    """A moment that was not when the record said."""

    timestamp: Timestamp
    previously_at: Moment | None  # None: it was not known before
    happened_at: Moment
    reason: str
    corrected_by: str
    corrected_at: Moment


def corrected(
    corrections: tuple[Correction, ...], event: IncidentTimestampCorrected
) -> tuple[Correction, ...]:
    """Return the corrections with one more, oldest first."""
    correction = Correction(timestamp=event.name, **same_named(event, Correction))
    return (*corrections, correction)
