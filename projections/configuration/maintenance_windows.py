"""Maintenance windows as they are now, and the alerts that each held back."""

from collections.abc import Hashable
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.alert.events import AlertHeld, AlertPassed, AlertTriggered
from events.ids import MaintenanceWindowId, ServiceId
from events.log.recorded import Recorded
from events.maintenance_window.events import (
    MAINTENANCE_WINDOW_EVENTS,
    EndCause,
    MaintenanceWindowCancelled,
    MaintenanceWindowDefined,
    MaintenanceWindowEnded,
    MaintenanceWindowExtended,
    MaintenanceWindowReported,
)
from events.maintenance_window.state import MaintenanceWindow
from events.maintenance_window.state import evolve as window_after
from events.maintenance_window.timing import Occurrence, Recurrence
from events.routing.condition import Condition
from events.routing.holding import HoldReason
from projections.engine.cursors import ListPart, part_of, place_of
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

NAME: Final = "maintenance_windows"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key
REPORTS_KEPT: Final = 50  # of one window, with its row


class Became(StrEnum):
    """What became of an alert that a window held back."""

    HELD = "held"  # it is still
    RESOLVED = "resolved"  # its monitor said that it is over, and nobody was paged
    RELEASED = "released"  # it fired still, and went to an incident


class WindowReport(Struct, frozen=True, kw_only=True):
    """What one occurrence held back, counted at its end."""

    starts_at: Moment
    ended_at: Moment
    cause: EndCause
    held: int
    resolved: int
    firing: int
    reported_at: Moment


class MaintenanceWindowRow(Row, frozen=True, kw_only=True):
    """One window."""

    maintenance_window_id: MaintenanceWindowId
    name: str
    reason: str
    service_ids: tuple[ServiceId, ...]
    conditions: tuple[Condition, ...]
    starts_at: Moment | None
    ends_at: Moment | None
    recurrence: Recurrence | None
    defined_by: str
    defined_at: Moment
    moved_ends: tuple[Occurrence, ...] = ()  # extended or ended early
    reported_until: Moment | None = None
    cancelled_at: Moment | None = None
    ended_reason: str | None = None  # of its last early end, or of its cancellation
    reports: tuple[WindowReport, ...] = ()  # the newest first
    revision: int
    changed_by: str
    changed_at: Moment
    version: int

    def state(self) -> MaintenanceWindow:
        """Return it as its rules see it, but for what is not reported yet."""
        return MaintenanceWindow(
            newest=MaintenanceWindowDefined(
                maintenance_window_id=self.maintenance_window_id,
                name=self.name,
                reason=self.reason,
                service_ids=self.service_ids,
                conditions=self.conditions,
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                recurrence=self.recurrence,
                defined_by=self.defined_by,
                defined_at=self.defined_at,
            ),
            revision=self.revision,
            moved_ends={one.starts_at: one.ends_at for one in self.moved_ends},
            cancelled_at=self.cancelled_at,
            reported_until=self.reported_until,
        )


class HeldAlertRow(Row, frozen=True, kw_only=True):
    """An occurrence of an alert that windows held back, one after the other."""

    id: str  # alert and since when
    alert_id: UUID
    title: str
    window_ids: tuple[str, ...]  # in order
    held_by: str | None  # the window that holds it back, or did at last; None: a rule does by now
    since: Moment
    until: Moment | None = None  # None: it is held back still
    became: Became = Became.HELD
    incident_id: UUID | None = None  # that it went to
    held_position: int  # the list's order


WINDOW = Table("maintenance_window", "maintenance_window_id", MaintenanceWindowRow, OWN_STREAM)
HELD_ALERT = Table(
    "held_alert",
    "id",
    HeldAlertRow,
    indexes={"windows": "using gin (window_ids)"},
)
TABLES: Final = (WINDOW, HELD_ALERT)

CHOSEN: Final = """
where window_ids ? $1 and ($2::text is null or became = $2)
    and ($3::bigint is null or held_position < $3)
order by held_position desc limit $4
"""


async def list_held(
    reader: Reader, window_id: str, became: Became | None, cursor: str | None, limit: int
) -> ListPart[HeldAlertRow]:
    """Return at most `limit` alerts that a window held back, the newest first.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    position = place.position if place else None
    rows = await HELD_ALERT.select(reader, CHOSEN, window_id, became, position, limit + 1)
    return part_of(rows, limit, "held_position", HELD_ALERT.key)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the rows that the batch names up to date."""
    await fold(WINDOW, tx, batch, windows_of, evolve)
    await fold(HELD_ALERT, tx, batch, holds_of, evolve_hold)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when the event cannot be applied."""
    return stream_key(recorded, "maintenance_window", "alert")


def windows_of(event: object) -> tuple[str, ...]:
    """Return the window an event is about, if any."""
    if not isinstance(event, MAINTENANCE_WINDOW_EVENTS):
        return ()
    window_id: str = getattr(event, "maintenance_window_id")  # noqa: B009  each of them has it
    return (window_id,)


def evolve(
    row: MaintenanceWindowRow | None, recorded: Recorded[object], _key: Hashable
) -> MaintenanceWindowRow | None:
    """Return the window after an event; when it runs follows from its own rules."""
    event = recorded.event
    match event:
        case MaintenanceWindowDefined():
            after = window_after(row.state() if row else MaintenanceWindow(), event)
            row = MaintenanceWindowRow(
                **same_named(event, MaintenanceWindowRow),
                ended_reason=row.ended_reason if row else None,
                reports=row.reports if row else (),
                revision=after.revision,
                changed_by=event.defined_by,
                changed_at=event.defined_at,
                version=recorded.version,
            )
        case MaintenanceWindowExtended() if row is not None:
            after = window_after(row.state(), event)
            row = replace(row, changed_by=event.extended_by, changed_at=event.extended_at)
        case MaintenanceWindowEnded() if row is not None:
            after = window_after(row.state(), event)
            row = replace(row, ended_reason=event.reason or None)
            row = replace(row, changed_by=event.ended_by, changed_at=event.ended_at)
        case MaintenanceWindowCancelled() if row is not None:
            after = window_after(row.state(), event)
            row = replace(row, ended_reason=event.reason or None)
            row = replace(row, changed_by=event.cancelled_by, changed_at=event.cancelled_at)
        case MaintenanceWindowReported() if row is not None:
            after = window_after(row.state(), event)
            report = WindowReport(**same_named(event, WindowReport))
            row = replace(row, reports=(report, *row.reports)[:REPORTS_KEPT])
        case _:
            return row
    return _as_it_stands(row, after, recorded.version)


def _as_it_stands(
    row: MaintenanceWindowRow, after: MaintenanceWindow, version: int
) -> MaintenanceWindowRow:
    moved = (
        Occurrence(starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in after.moved_ends.items()
    )
    return replace(
        row,
        moved_ends=tuple(moved),
        cancelled_at=after.cancelled_at,
        reported_until=after.reported_until,
        version=version,
    )


def holds_of(event: object) -> tuple[str, ...]:
    """Return the row of the occurrence that an event has held back, or lets go."""
    match event:
        case AlertHeld() | AlertPassed() | AlertTriggered() if event.hold is not None:
            return (f"{event.alert_id}/{event.hold.since.isoformat()}",)
        case _:
            return ()


def evolve_hold(
    row: HeldAlertRow | None, recorded: Recorded[object], key: Hashable
) -> HeldAlertRow | None:
    """Return the occurrence as windows hold it back, or did."""
    match recorded.event:
        case AlertHeld(hold=hold) as event if hold.reason is HoldReason.MAINTENANCE:
            if row is None:
                return HeldAlertRow(
                    id=str(key),
                    alert_id=event.alert_id,
                    title=event.title,
                    window_ids=(hold.owner,),
                    held_by=hold.owner,
                    since=hold.since,
                    held_position=recorded.position,
                )
            windows = dict.fromkeys([*row.window_ids, hold.owner])
            return replace(row, title=event.title, window_ids=tuple(windows), held_by=hold.owner)
        case AlertHeld() if row is not None:
            return replace(row, held_by=None)
        case AlertPassed() as event if row is not None:
            return replace(row, until=event.passed_at, became=Became.RESOLVED)
        case AlertTriggered() as event if row is not None:
            until, incident_id = event.triggered_at, event.incident_id
            return replace(row, until=until, became=Became.RELEASED, incident_id=incident_id)
        case _:
            return row
