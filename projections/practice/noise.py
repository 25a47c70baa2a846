"""Noise: declined incidents and what they cost, by service, monitor or alert."""

from collections.abc import Hashable
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from pydantic import TypeAdapter

from events.alert.events import AlertTriggered
from events.delivery.events import DeliverySent
from events.ids import ServiceId
from events.incident.events import IncidentDeclared, IncidentDeclined
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged
from events.log.recorded import Recorded
from projections.engine.keys import incident_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold, same_named

NAME: Final = "noise"
VERSION: Final = 3  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class NoiseBy(StrEnum):
    """What the incidents are counted by."""

    SERVICE = "service"
    INTEGRATION = "integration"
    ALERT = "alert"


class Caller(Row, frozen=True, kw_only=True):
    """An alert that called for the incident: a row of its own, for a storm brings thousands."""

    id: str  # incident and alert
    incident_id: UUID
    alert_id: UUID
    integration_id: str
    title: str  # as it called last


class NoiseRow(Row, frozen=True, kw_only=True):
    """What counts of one incident; drills, past incidents and private ones are not counted."""

    incident_id: UUID
    mode: Mode | None = None  # None until its declaration is read: a page may come before it
    service_id: ServiceId | None = None
    declared_at: Moment | None = None
    private: bool = False
    category: DeclineCategory | None = None  # None: it was an incident, or is not over
    pages: int = 0  # messages that people got


class Noise(Struct, frozen=True, kw_only=True):
    """The noise of one service, monitor or alert."""

    key: str | None  # None: incidents without one
    title: str | None  # of the alert, as it called last
    incidents: int
    declined: int
    categories: dict[DeclineCategory, int]
    pages: int
    wasted_pages: int  # for incidents that were none

    @property
    def share(self) -> float:
        """Return the part of the incidents that were none."""
        return self.declined / self.incidents


NOISE = Table(
    "noise",
    "incident_id",
    NoiseRow,
    indexes={
        "declared": "(declared_at) where mode = 'real'",
    },
)
CALLERS = Table(
    "noise_caller",
    "id",
    Caller,
    indexes={
        "incident": "(incident_id)",
    },
)
TABLES: Final = (NOISE, CALLERS)
CATEGORIES: TypeAdapter[dict[DeclineCategory, int]] = TypeAdapter(dict[DeclineCategory, int])

COUNTED: Final = """
select n.incident_id, n.service_id, n.declared_at, n.category, n.pages
from read.noise n
where n.mode = 'real' and not n.private and ($1::timestamptz is null or n.declared_at >= $1)
    and ($2::timestamptz is null or n.declared_at < $2)
    and n.incident_id <> all ($4::uuid[])
"""
SOURCES: Final = {
    NoiseBy.SERVICE: "select c.*, c.service_id as key, null::text as title from counted c",
    NoiseBy.INTEGRATION: """
        select distinct on (c.incident_id, one.integration_id)
            c.*, one.integration_id as key, null::text as title
        from counted c join read.noise_caller one using (incident_id)
    """,
    NoiseBy.ALERT: """
        select c.*, one.alert_id::text as key, one.title
        from counted c join read.noise_caller one using (incident_id)
    """,
}
LOUDEST: Final = """
with counted as ({counted}), source as ({source}),
by_category as (
    select key, category, count(*) as number from source where category is not null
    group by key, category
),
categories as (
    select key, jsonb_object_agg(category, number) as counts from by_category group by key
)
select s.key, (array_agg(s.title order by s.declared_at desc))[1] as title,
    count(*) as incidents, count(s.category) as declined,
    coalesce((select counts from categories g where g.key is not distinct from s.key), '{{}}')::text
        as categories,
    sum(s.pages) as pages,
    coalesce(sum(s.pages) filter (where s.category is not null), 0) as wasted_pages
from source s group by s.key
order by declined desc, wasted_pages desc, s.key limit $3
"""


async def loudest(
    reader: Reader,
    by: NoiseBy,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    hidden: frozenset[UUID] = frozenset(),
) -> tuple[Noise, ...]:
    """Return those with the most declined incidents first, of incidents declared in the time.

    What is hidden from the reader is not counted.
    """
    sql = LOUDEST.format(counted=COUNTED, source=SOURCES[by])
    return tuple(
        Noise(
            key=record["key"],
            title=record["title"],
            incidents=record["incidents"],
            declined=record["declined"],
            categories=CATEGORIES.validate_json(record["categories"]),
            pages=int(record["pages"]),
            wasted_pages=int(record["wasted_pages"]),
        )
        for record in await reader.fetch(sql, since, until, limit, sorted(hidden))
    )


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents up to date."""
    await fold(NOISE, tx, batch, incidents_of, evolve)
    await fold(CALLERS, tx, batch, callers_of, evolve_caller)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident an event counts for, if any."""
    match event:
        case IncidentDeclared() | IncidentDeclined() | IncidentMerged() | IncidentPrivacyChanged():
            return (event.incident_id,)
        case DeliverySent(kind="page", incident_id=UUID() as incident_id):
            return (incident_id,)
        case _:
            return ()


def evolve(row: NoiseRow | None, recorded: Recorded[object], key: Hashable) -> NoiseRow:
    """Return the row after the event."""
    row = row or NoiseRow(incident_id=UUID(str(key)))
    match recorded.event:
        case IncidentDeclared() as event:
            return replace(row, **same_named(event, NoiseRow))
        case IncidentDeclined() as event:
            return replace(row, category=event.category)
        case IncidentPrivacyChanged() as event:
            return replace(row, private=event.private)
        case IncidentMerged():
            return replace(row, category=DeclineCategory.DUPLICATE)
        case DeliverySent():
            return replace(row, pages=row.pages + 1)
        case _:
            return row


def callers_of(event: object) -> tuple[str, ...]:
    """Return the key of the alert in the incident that it calls for."""
    return (f"{event.incident_id}/{event.alert_id}",) if isinstance(event, AlertTriggered) else ()


def evolve_caller(row: Caller | None, recorded: Recorded[object], key: Hashable) -> Caller | None:
    """Return the alert as it called last."""
    match recorded.event:
        case AlertTriggered() as event:
            return Caller(id=str(key), **same_named(event, Caller))
        case _:
            return row
