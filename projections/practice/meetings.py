"""Meetings about postmortems as calendars show them: when, where, with whom, and called off or not.

No row holds what was said there: the text stays in the log, under keys that can be destroyed.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.ids import ResponderId
from events.log.recorded import Recorded
from events.postmortem.meeting.agenda import AgendaItem
from events.postmortem.meeting.events import (
    MeetingCalledOff,
    MeetingEnded,
    MeetingMoved,
    MeetingScheduled,
)
from events.postmortem.meeting.state import Meeting
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "meetings"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class MeetingRow(Row, frozen=True, kw_only=True):
    """One meeting, also one that was called off."""

    incident_id: UUID
    starts_at: Moment
    agenda: tuple[AgendaItem, ...]
    place: str | None
    facilitator_id: str | None
    invited_ids: tuple[str, ...]
    sequence: int = 0
    changed_at: Moment
    called_off: bool = False
    ended_at: Moment | None = None
    version: int

    @property
    def meeting(self) -> Meeting:
        """Return the meeting, without who came and what was said."""
        leads = self.facilitator_id
        return Meeting(
            starts_at=self.starts_at,
            agenda=self.agenda,
            place=self.place,
            facilitator_id=None if leads is None else ResponderId(leads),
            invited_ids=tuple(map(ResponderId, self.invited_ids)),
            sequence=self.sequence,
            changed_at=self.changed_at,
            called_off=self.called_off,
            ended_at=self.ended_at,
        )

    def is_for(self, who: str) -> bool:
        """Say whether somebody is to come."""
        return who in self.invited_ids or who == self.facilitator_id


MEETING = Table(
    "meeting",
    "incident_id",
    MeetingRow,
    OWN_STREAM,
    indexes={"begin": "(starts_at)"},
)
TABLES: Final = (MEETING,)


async def meetings_since(reader: Reader, begin: datetime, most: int) -> tuple[MeetingRow, ...]:
    """Return the meetings that begin after an instant, also those that were called off."""
    order = "where starts_at > $1 order by starts_at, incident_id limit $2"
    return tuple(await MEETING.select(reader, order, begin, most))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's meetings up to date."""
    await fold(MEETING, tx, batch, meetings_in, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the postmortem that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "postmortem")


def meetings_in(event: object) -> tuple[UUID, ...]:
    """Return the incident whose meeting an event changes, if it does."""
    match event:
        case MeetingScheduled() | MeetingMoved() | MeetingCalledOff() | MeetingEnded():
            return (event.incident_id,)
        case _:
            return ()


def evolve(row: MeetingRow | None, recorded: Recorded[object], _key: Hashable) -> MeetingRow | None:
    """Return the meeting after the event."""
    match recorded.event:
        case MeetingScheduled() as event:
            return MeetingRow(
                incident_id=event.incident_id,
                starts_at=event.starts_at,
                agenda=event.agenda,
                place=event.place,
                facilitator_id=event.facilitator_id,
                invited_ids=event.invited_ids,
                sequence=0 if row is None else row.sequence + 1,
                changed_at=event.scheduled_at,
                version=recorded.version,
            )
        case event if row is not None:
            return replace(_changed(row, event), version=recorded.version)
        case _:
            return row


def _changed(row: MeetingRow, event: object) -> MeetingRow:
    match event:
        case MeetingMoved():
            return replace(
                row,
                starts_at=event.starts_at,
                place=event.place,
                sequence=row.sequence + 1,
                changed_at=event.moved_at,
            )
        case MeetingCalledOff():
            return replace(
                row, called_off=True, sequence=row.sequence + 1, changed_at=event.called_off_at
            )
        case MeetingEnded():
            return replace(row, ended_at=event.ended_at)
        case _:
            return row
