"""Cover requests and hand-over notes of schedules, as they stand."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.ids import ResponderId
from events.log.recorded import Recorded
from events.schedule.cover.events import (
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    Span,
)
from events.schedule.cover.state import CoverRequest, CoverStatus, Taken
from events.schedule.hand_over import ScheduleHandOverNoted
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)

NAME: Final = "cover_requests"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

COVER: Final = (
    ScheduleCoverAsked,
    ScheduleCoverAccepted,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
)


class CoverRequestRow(Row, frozen=True, kw_only=True):
    """One request, and who took which part of it."""

    id: str  # schedule and number
    schedule_id: str
    number: int
    responder_id: str
    starts_at: Moment
    ends_at: Moment
    asked_ids: tuple[str, ...]
    in_return: Span | None
    reason: str | None
    asked_by: str
    asked_at: Moment
    taken: tuple[Taken, ...] = ()
    override_ids: tuple[UUID, ...] = ()
    declined_ids: tuple[str, ...] = ()
    ended: str | None = None
    ended_at: Moment | None = None


class HandOverNoteRow(Row, frozen=True, kw_only=True):
    """One hand-over note, on the shift it is about."""

    id: str  # schedule and position
    schedule_id: str
    responder_id: str
    text: str
    shift_starts_at: Moment
    shift_ends_at: Moment
    noted_by: str
    noted_at: Moment


COVER_REQUEST = Table(
    "cover_request",
    "id",
    CoverRequestRow,
    OWN_STREAM,
    indexes={"schedule": "(schedule_id, number)"},
)
HAND_OVER_NOTE = Table(
    "hand_over_note",
    "id",
    HandOverNoteRow,
    OWN_STREAM,
    indexes={"schedule": "(schedule_id, shift_ends_at)"},
)
TABLES: Final = (COVER_REQUEST, HAND_OVER_NOTE)
LISTED: Final = "where schedule_id = $1 order by number desc limit $2"
NOTED: Final = """
where schedule_id = $1 and shift_ends_at > $2 and shift_starts_at < $3
order by noted_at limit $4
"""


async def requests_of(reader: Reader, schedule_id: str, limit: int) -> list[CoverRequestRow]:
    """Return the newest requests of a schedule, the newest first."""
    return await COVER_REQUEST.select(reader, LISTED, schedule_id, limit)


async def notes_on(
    reader: Reader, schedule_id: str, begin: Moment, end: Moment, limit: int
) -> list[HandOverNoteRow]:
    """Return the notes on shifts in a period, in the order they were written."""
    return await HAND_OVER_NOTE.select(reader, NOTED, schedule_id, begin, end, limit)


def status_of(row: CoverRequestRow, at: Moment) -> CoverStatus:
    """Return how a request stands, by its own rule."""
    request = CoverRequest(
        number=row.number,
        responder_id=ResponderId(row.responder_id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        asked_ids=tuple(map(ResponderId, row.asked_ids)),
        in_return=row.in_return,
        notify_ids=(),
        taken=row.taken,
        declined_ids=tuple(map(ResponderId, row.declined_ids)),
        ended=CoverStatus(row.ended) if row.ended else None,
    )
    return request.status(at)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the requests and notes that the batch names up to date."""
    await fold(COVER_REQUEST, tx, batch, request_key, request)
    await fold(HAND_OVER_NOTE, tx, batch, note_key, note)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose requests are quarantined when the event cannot be applied."""
    return stream_key(recorded, "schedule")


def request_key(event: object) -> tuple[str, ...]:
    """Return the request that an event is about, if any."""
    return (f"{event.schedule_id} {event.number}",) if isinstance(event, COVER) else ()


def request(
    row: CoverRequestRow | None, recorded: Recorded[object], key: Hashable
) -> CoverRequestRow | None:
    """Return the request after the event."""
    event = recorded.event
    if isinstance(event, ScheduleCoverAsked):
        asked = same_named(event, CoverRequestRow)
        return CoverRequestRow(id=str(key), **asked)
    if row is None:
        return None
    match event:
        case ScheduleCoverAccepted():
            part = Taken(
                responder_id=event.responder_id, starts_at=event.starts_at, ends_at=event.ends_at
            )
            overrides = (*row.override_ids, *event.override_ids)
            return replace(row, taken=(*row.taken, part), override_ids=overrides)
        case ScheduleCoverDeclined():
            return replace(row, declined_ids=(*row.declined_ids, event.responder_id))
        case ScheduleCoverExpired():
            return replace(row, ended=CoverStatus.EXPIRED, ended_at=event.expired_at)
        case ScheduleCoverWithdrawn():
            return replace(row, ended=CoverStatus.WITHDRAWN, ended_at=event.withdrawn_at)
        case _:
            return row


def note_key(event: object) -> tuple[str, ...]:
    """Return the note that an event is, if any: one a shift, person and moment."""
    if not isinstance(event, ScheduleHandOverNoted):
        return ()
    return (f"{event.schedule_id} {event.responder_id} {event.noted_at.isoformat()}",)


def note(
    _row: HandOverNoteRow | None, recorded: Recorded[object], key: Hashable
) -> HandOverNoteRow | None:
    """Return the note as it was written; it never changes."""
    event = recorded.event
    if not isinstance(event, ScheduleHandOverNoted):
        return None
    return HandOverNoteRow(id=str(key), **same_named(event, HandOverNoteRow))
