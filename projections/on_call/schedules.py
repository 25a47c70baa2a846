"""Schedules: what each says now and said before, its overrides, and who can be paged no more."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.ids import OverrideId, ResponderId
from events.log.recorded import Recorded
from events.on_call.layer import Layer
from events.on_call.rota import HolidayCalendar, Override
from events.schedule.events import (
    ScheduleDefined,
    ScheduleEnded,
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)
from events.schedule.ledger import Kept
from events.schedule.state import edition_of
from events.subject.events import SubjectForgotten
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Row, Rows, Table, fold

NAME: Final = "schedules"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class ScheduleRow(Row, frozen=True, kw_only=True):
    """Schedule as it was defined last."""

    schedule_id: str
    name: str
    team_id: str | None
    zone: str
    layers: tuple[Layer, ...]
    holidays: HolidayCalendar
    changed_by: str
    changed_at: Moment
    ended_at: Moment | None = None
    version: int


class EditionRow(Row, frozen=True, kw_only=True):
    """Schedule as it was defined once, or its end."""

    id: str  # schedule and time
    schedule_id: str
    holds_from: Moment
    zone: str
    layers: tuple[Layer, ...]
    holidays: HolidayCalendar
    ended: bool


class OverrideRow(Row, frozen=True, kw_only=True):
    """Override as it is now, and as it was each time before it was changed."""

    override_id: UUID
    schedule_id: str
    first_position: int  # of its making: overrides see those made before them
    starts_at: Moment
    ends_at: Moment
    off_responder_id: str | None
    on_responder_id: str | None
    reason: str | None
    made_by: str
    made_at: Moment
    acts_from: Moment  # when it was made, or changed last
    withdrawn_by: str | None = None
    withdrawn_at: Moment | None = None
    before: tuple[Override, ...] = ()


class ForgottenRow(Row, frozen=True, kw_only=True):
    """Person who was forgotten, and is on call nowhere from then on."""

    responder_id: str
    forgotten_at: Moment


SCHEDULE = Table("schedule", "schedule_id", ScheduleRow, OWN_STREAM)
EDITION = Table(
    "schedule_edition", "id", EditionRow, OWN_STREAM, indexes={"schedule": "(schedule_id)"}
)
OVERRIDE = Table(
    "schedule_override",
    "override_id",
    OverrideRow,
    OWN_STREAM,
    indexes={"schedule": "(schedule_id, ends_at)"},
)
FORGOTTEN = Table("forgotten_person", "responder_id", ForgottenRow, OWN_STREAM)
TABLES: Final = (SCHEDULE, EDITION, OVERRIDE, FORGOTTEN)

OVERRIDING: Final = (ScheduleOverrideMade, ScheduleOverrideChanged, ScheduleOverrideWithdrawn)
DEFINED: Final = DefinedRows(SCHEDULE, ScheduleDefined, (ScheduleEnded, *OVERRIDING))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the schedules that the batch names up to date."""
    await DEFINED.project(batch, tx)
    await fold(EDITION, tx, batch, edition_key, edition)
    await fold(OVERRIDE, tx, batch, override_key, override)
    await fold(FORGOTTEN, tx, batch, forgotten_key, forgotten)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose schedule is quarantined when the event cannot be applied."""
    return stream_key(recorded, "schedule", "subject")


def edition_key(event: object) -> tuple[str, ...]:
    """Return the edition that an event begins, if any."""
    match event:
        case ScheduleDefined():
            return (f"{event.schedule_id} {event.defined_at.isoformat()}",)
        case ScheduleEnded():
            return (f"{event.schedule_id} {event.ended_at.isoformat()}",)
        case _:
            return ()


def edition(row: EditionRow | None, recorded: Recorded[object], key: Hashable) -> EditionRow | None:
    """Return the edition; another of the same instant takes its place."""
    event = recorded.event
    if not isinstance(event, ScheduleDefined | ScheduleEnded):
        return row
    said = edition_of(event)
    return EditionRow(
        id=str(key),
        schedule_id=event.schedule_id,
        holds_from=said.holds_from,
        zone=said.zone,
        layers=said.layers,
        holidays=said.holidays,
        ended=isinstance(event, ScheduleEnded),
    )


def override_key(event: object) -> tuple[UUID, ...]:
    """Return the override that an event is about, if any."""
    return (event.override_id,) if isinstance(event, OVERRIDING) else ()


def override(
    row: OverrideRow | None, recorded: Recorded[object], _key: Hashable
) -> OverrideRow | None:
    """Return the override after the event."""
    match recorded.event:
        case ScheduleOverrideMade() as made if row is None:
            return OverrideRow(
                override_id=made.override_id,
                schedule_id=made.schedule_id,
                first_position=recorded.position,
                starts_at=made.starts_at,
                ends_at=made.ends_at,
                off_responder_id=made.off,
                on_responder_id=made.on,
                reason=made.reason,
                made_by=made.made_by,
                made_at=made.made_at,
                acts_from=made.made_at,
            )
        case ScheduleOverrideChanged() as changed if row is not None:
            now = kept(row).changed(changed)
            return replace(
                row,
                starts_at=now.newest.starts_at,
                ends_at=now.newest.ends_at,
                off_responder_id=now.newest.off,
                on_responder_id=now.newest.on,
                reason=now.reason,
                acts_from=now.newest.made_at,
                before=now.before,
            )
        case ScheduleOverrideWithdrawn() as withdrawn if row is not None:
            return replace(
                row, withdrawn_by=withdrawn.withdrawn_by, withdrawn_at=withdrawn.withdrawn_at
            )
        case _:
            return row


def kept(row: OverrideRow) -> Kept:
    """Return the override of a row with its history."""
    newest = Override(
        override_id=OverrideId(row.override_id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        off=ResponderId(row.off_responder_id) if row.off_responder_id else None,
        on=ResponderId(row.on_responder_id) if row.on_responder_id else None,
        made_at=row.acts_from,
        withdrawn_at=row.withdrawn_at,
    )
    return Kept(newest, row.reason, row.before)


def forgotten_key(event: object) -> tuple[str, ...]:
    """Return who is forgotten, if anybody."""
    return (event.subject_id,) if isinstance(event, SubjectForgotten) else ()


def forgotten(
    row: ForgottenRow | None, recorded: Recorded[object], _key: Hashable
) -> ForgottenRow | None:
    """Return since when the person is forgotten."""
    event = recorded.event
    if row is not None or not isinstance(event, SubjectForgotten):
        return row
    return ForgottenRow(responder_id=event.subject_id, forgotten_at=event.forgotten_at)
