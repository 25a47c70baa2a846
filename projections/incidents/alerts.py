"""Alert list: the newest occurrence of each alert, and its last one in incidents it left."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from events.alert.events import (
    AlertAmended,
    AlertEnding,
    AlertHeld,
    AlertMoved,
    AlertPassed,
    AlertReleased,
    AlertResolved,
    AlertTriggered,
)
from events.alert.flapping import CALM, Flapping
from events.log.recorded import Recorded
from events.routing.decision import AppliedRule
from events.routing.holding import Hold, HoldReason
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, same_named

NAME: Final = "alerts"
VERSION: Final = 9  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class AlertState(StrEnum):
    """Whether the trouble is over."""

    TRIGGERED = "triggered"
    RESOLVED = "resolved"
    HELD = "held"  # it fires, and is held back from any incident
    PASSED = "passed"  # it was over before it was let into one


class AlertRow(Row, frozen=True, kw_only=True):
    """An alert and its newest occurrence."""

    alert_id: UUID
    integration_id: str
    dedup_key: str
    incident_id: UUID | None  # of the newest occurrence; None: it is, or was, held back
    state: AlertState
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: Moment  # by the monitor's clock
    ended_at: Moment | None = None  # by the monitor's clock
    triggered_at: Moment
    resolved_at: Moment | None = None
    ending: AlertEnding | None = None  # why it is over
    occurrences: int
    triggered_position: int  # the list's order
    applied: tuple[AppliedRule, ...] = ()  # routing rules that had a say in the newest occurrence
    hold: Hold | None = None  # why the newest occurrence is, or was, held back
    released_by: str | None = None  # who let the newest occurrence through that was held back
    released_at: Moment | None = None
    flapping: Flapping = CALM  # as it was when it opened last


class EarlierAlert(AlertRow, frozen=True, kw_only=True):
    """An alert as it was in an incident, before it fired again, or on, in another one."""

    id: str  # incident and alert
    fires_here_again: bool = False  # then the alert's own row is the newer one


class AlertFilter(Struct, frozen=True, kw_only=True):
    """Which alerts a list shows; None leaves nothing out."""

    state: AlertState | None = None
    incident_id: UUID | None = None
    integration_id: str | None = None
    dedup_key: str | None = None
    reason: HoldReason | None = None  # why it is held back


class StrayAlert(Struct, frozen=True, kw_only=True):
    """An open alert whose incident was merged into another one."""

    alert_id: UUID
    incident_id: UUID
    triggered_position: int


ALERT = Table(
    "alert",
    "alert_id",
    AlertRow,
    indexes={
        "newest": "(triggered_position desc)",
        "held": "(triggered_position desc) where state = 'held'",
        "open": "(incident_id) where state = 'triggered'",
        "incident": "(incident_id, triggered_position desc)",
        "integration": "(integration_id, triggered_position desc)",
    },
)
EARLIER = Table(
    "earlier_alert",
    "id",
    EarlierAlert,
    indexes={
        "incident": "(incident_id, triggered_position desc)",
    },
)
TABLES: Final = (ALERT, EARLIER)

CHOSEN = """
where ($1::text is null or state = $1)
    and ($2::uuid is null or incident_id = $2)
    and ($3::text is null or integration_id = $3)
    and ($4::bigint is null or triggered_position < $4)
    and ($6::text is null or dedup_key = $6)
    and ($7::text is null or hold ->> 'reason' = $7)
"""
NEWEST_FIRST = "order by triggered_position desc limit $5"
PAGE = CHOSEN + NEWEST_FIRST
EARLIER_PAGE = f"{CHOSEN} and not fires_here_again {NEWEST_FIRST}"

DUE: Final = """
select alert_id from read.alert
where state = 'held' and (
    released_at is not null
    or hold ->> 'until' is not null
    and ($1::timestamptz is null or (hold ->> 'until')::timestamptz <= $1)
)
order by released_at, hold ->> 'until'
"""
NEWEST_OF_WHAT_HOLDS: Final = """
select coalesce(max(position), 0) as position from (
    select max(position) as position from read.routing_rules
    union all select max(position) from read.response_policy
) as changed
"""

STRAY: Final = """
select a.alert_id, a.incident_id, a.triggered_position
from read.alert a join read.incident_board b using (incident_id)
where a.state = 'triggered' and b.merged_at is not null
order by a.triggered_position limit $1
"""


QUIET: Final = """
select alert_id
from read.alert
    join read.integration using (integration_id)
    join read.service using (service_id)
    left join es.alert_news using (alert_id)
    cross join es.intake_watch
where state = 'triggered'
    and alert_handling ->> 'auto_resolve_after' is not null
    and greatest(triggered_at, heard_at, alert_handling_changed_at)
        <= clock_timestamp() - (alert_handling ->> 'auto_resolve_after')::interval
    and since <= clock_timestamp() - $1::interval
    and seen_at >= clock_timestamp() - $2::interval
order by triggered_at limit $3
"""
# Heard of long ago, and over.
FORGETTABLE: Final = """
select alert_id from es.alert_news join read.alert using (alert_id)
where state = 'resolved' and heard_at < $1 limit $2
"""


async def quiet_alerts(
    reader: Reader, limit: int, patience: timedelta, gap: timedelta
) -> tuple[UUID, ...]:
    """Return open alerts of which nothing was heard for as long as their service says.

    None while no API listens, and until one has listened for so long.
    """
    return tuple(one["alert_id"] for one in await reader.fetch(QUIET, patience, gap, limit))


async def forgettable_alerts(reader: Reader, before: datetime, limit: int) -> tuple[UUID, ...]:
    """Return alerts that are over, of which something is still kept from before."""
    return tuple(one["alert_id"] for one in await reader.fetch(FORGETTABLE, before, limit))


async def stray_alerts(reader: Reader, limit: int) -> tuple[StrayAlert, ...]:
    """Return open alerts that still stand with an incident that was merged."""
    return tuple(StrayAlert(**record) for record in await reader.fetch(STRAY, limit))


async def due_alerts(reader: Reader, now: datetime | None) -> list[UUID]:
    """Return held alerts whose time is up, or all that wait for a time, and those let through."""
    return [record["alert_id"] for record in await reader.fetch(DUE, now)]


async def newest_of_what_holds(reader: Reader) -> int:
    """Return where routing rules, or the business hours of a service, were changed last."""
    [record] = await reader.fetch(NEWEST_OF_WHAT_HOLDS)
    position: int = record["position"]
    return position


async def list_alerts(
    reader: Reader, chosen: AlertFilter, cursor: str | None, limit: int
) -> ListPart[AlertRow]:
    """Return at most `limit` alerts, the newest occurrence first.

    An incident's alerts are also those that fire again, or on, in another one: as they were in it.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    wanted = (
        chosen.state,
        chosen.incident_id,
        chosen.integration_id,
        place.position if place else None,
        limit + 1,
        chosen.dedup_key,
        chosen.reason,
    )
    rows = await ALERT.select(reader, PAGE, *wanted)
    if chosen.incident_id is not None:
        earlier = await EARLIER.select(reader, EARLIER_PAGE, *wanted)
        rows = sorted([*rows, *earlier], key=lambda row: -row.triggered_position)
    return part_of(rows, limit, "triggered_position", ALERT.key)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's alerts up to date, and keep what they were in incidents that they left."""
    changes: dict[UUID, list[Recorded[object]]] = {}
    for recorded in batch:
        for alert_id in alerts_of(recorded.event):
            changes.setdefault(alert_id, []).append(recorded)
    if not changes:
        return
    rows = await tx.load(ALERT, changes)
    left = await tx.load(
        EARLIER, {place for events in changes.values() for place in _places(events)}
    )
    changed: dict[Hashable, AlertRow] = {}
    earlier: dict[Hashable, EarlierAlert] = {}
    for alert_id, events in changes.items():
        row = rows.get(alert_id)
        for recorded in events:
            before, row = row, _after(row, recorded)
            if row is None or row is before:
                continue
            changed[alert_id] = row
            if place := _left(before, row, recorded):
                earlier[place.id] = place
            here = _place(row)
            known = earlier.get(here) or left.get(here)
            if known is not None and not known.fires_here_again:
                position = recorded.position
                earlier[here] = replace(known, fires_here_again=True, position=position)
    if changed:
        await tx.store(ALERT, changed.values())
    if earlier:
        await tx.store(EARLIER, earlier.values())


def _after(row: AlertRow | None, recorded: Recorded[object]) -> AlertRow | None:
    if row is not None and recorded.position <= row.position:
        return row
    after = evolve(row, recorded)
    return row if after is None or after is row else replace(after, position=recorded.position)


def _left(
    before: AlertRow | None, after: AlertRow, recorded: Recorded[object]
) -> EarlierAlert | None:
    """Return what the alert was in the incident that it has left by firing (on) in another one."""
    if before is None or before.incident_id in {None, after.incident_id}:
        return None
    return EarlierAlert(**asdict(before) | {"id": _place(before), "position": recorded.position})


def _place(row: AlertRow) -> str:
    return f"{row.incident_id}/{row.alert_id}"


def _places(events: Iterable[Recorded[object]]) -> Iterator[str]:
    for recorded in events:
        if isinstance(recorded.event, AlertTriggered | AlertMoved):
            yield f"{recorded.event.incident_id}/{recorded.event.alert_id}"


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the alert that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "alert")


def alerts_of(event: object) -> tuple[UUID, ...]:
    """Return the alert an event is about, if any."""
    return (
        (event.alert_id,)
        if isinstance(
            event,
            AlertTriggered
            | AlertHeld
            | AlertReleased
            | AlertPassed
            | AlertResolved
            | AlertMoved
            | AlertAmended,
        )
        else ()
    )


def evolve(row: AlertRow | None, recorded: Recorded[object]) -> AlertRow | None:
    """Return the row after the event."""
    match recorded.event:
        case AlertTriggered() as event:
            return AlertRow(
                **same_named(event, AlertRow),
                state=AlertState.TRIGGERED,
                occurrences=_occurrences(row),
                flapping=(row.flapping if row else CALM).opened(event.triggered_at),
                triggered_position=recorded.position,
                **_release_of(row),
            )
        case AlertHeld() as event:
            return _held(row, event, recorded.position)
        case AlertReleased() as event if row is not None:
            return replace(row, released_by=event.released_by, released_at=event.released_at)
        case AlertPassed() as event if row is not None:
            return replace(
                row,
                state=AlertState.PASSED,
                ended_at=event.ended_at,
                resolved_at=event.passed_at,
                ending=event.ending,
            )
        case AlertMoved() as event if row is not None:
            return replace(row, incident_id=event.incident_id)
        case AlertAmended() as event if row is not None:
            return replace(
                row, title=event.title, labels=event.labels, annotations=event.annotations
            )
        case AlertResolved() as event if row is not None:
            return replace(
                row,
                state=AlertState.RESOLVED,
                ended_at=event.ended_at,
                resolved_at=event.resolved_at,
                ending=event.ending,
            )
        case _:
            return row


def _held(row: AlertRow | None, event: AlertHeld, position: int) -> AlertRow:
    labels = event.labels if event.severity is None else {"severity": event.severity} | event.labels
    goes_on = row is not None and row.state is AlertState.HELD
    return AlertRow(
        **same_named(event, AlertRow) | {"incident_id": None, "labels": labels},
        state=AlertState.HELD,
        triggered_at=event.hold.since,
        occurrences=_occurrences(row),
        flapping=row.flapping if row else CALM,
        triggered_position=row.triggered_position if row is not None and goes_on else position,
    )


def _release_of(row: AlertRow | None) -> dict[str, Any]:
    """Return who let through what was held back until now."""
    if row is None or row.state is not AlertState.HELD:
        return {}
    return {"released_by": row.released_by, "released_at": row.released_at}


def _occurrences(row: AlertRow | None) -> int:
    """Return how often it has fired by now; one that was held back fires on."""
    if row is None:
        return 1
    return row.occurrences if row.state is AlertState.HELD else row.occurrences + 1
