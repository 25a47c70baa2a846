"""Noise: what alerts opened, what people did about it, and whom it woke."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.alert.events import AlertResolved, AlertTriggered
from events.alert.flapping import CALM, Flapping
from events.backtest.totals import night_of
from events.configuration.responder import ResponderRegistered
from events.delivery.events import PAGE, DeliverySent
from events.ids import ServiceId
from events.incident.events import IncidentDeclared, IncidentDeclined
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged
from events.log.recorded import Recorded
from projections.engine.keys import incident_key
from projections.engine.rows import (
    INCIDENTS_STREAMS,
    OWN_STREAM,
    Batch,
    Moment,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)
from projections.practice.acts import Act, act_of

NAME: Final = "noise"
VERSION: Final = 5  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

NO_ZONE: Final = "UTC"  # by whose clock it is night for people of whom no zone is known


class SayingRule(Struct, frozen=True, kw_only=True):
    """A routing rule that had a say in an alert."""

    routing_rules_id: str
    rule: str


class Opening(Row, frozen=True, kw_only=True):
    """An alert opened: a row for each time, for a flapping one does it all night."""

    opened_position: int
    incident_id: UUID
    alert_id: UUID
    at: Moment
    over_at: Moment | None = None
    flaps: bool = False  # with those before it, it was often enough
    integration_id: str
    dedup_key: str
    title: str
    rules: tuple[SayingRule, ...] = ()


class LastOpening(Row, frozen=True, kw_only=True):
    """Which opening of an alert is its newest."""

    alert_id: UUID
    opened_position: int
    flapping: Flapping


class PageMessage(Row, frozen=True, kw_only=True):
    """One message of a page that somebody got by itself."""

    incident_id: UUID
    responder_id: str
    sent_at: Moment
    zone: str | None  # of their quiet hours, as they were then
    night: str | None  # the evening of the night it came in; None: by day


class PersonRow(Row, frozen=True, kw_only=True):
    """By which clock it is night for somebody."""

    responder_id: str
    zone: str | None = None


class NoiseRow(Row, frozen=True, kw_only=True):
    """What counts of one incident; drills, past incidents and private ones are not counted."""

    incident_id: UUID
    mode: Mode | None = None  # None until its declaration is read: a page may come before it
    service_id: ServiceId | None = None
    declared_at: Moment | None = None
    private: bool = False
    category: DeclineCategory | None = None  # None: it was an incident, or is not over
    acknowledged_at: Moment | None = None  # by a person, first
    worked_at: Moment | None = None  # when a person first did more than to acknowledge or end it
    settled_at: Moment | None = None  # when a person first ended it
    pages: int = 0  # messages that people got; one that told of several incidents, of its own


NOISE = Table(
    "noise",
    "incident_id",
    NoiseRow,
    INCIDENTS_STREAMS,
    indexes={
        "declared": "(declared_at) where mode = 'real'",
    },
)
OPENED = Table(
    "noise_opening",
    "opened_position",
    Opening,
    OWN_STREAM,
    indexes={
        "incident": "(incident_id)",
        "alert": "(alert_id, at)",
        "at": "(at)",
    },
)
LAST = Table("noise_alert", "alert_id", LastOpening)
PAGES = Table(
    "noise_page",
    "position",
    PageMessage,
    indexes={
        "incident": "(incident_id)",
    },
)
PEOPLE = Table("noise_person", "responder_id", PersonRow)
TABLES: Final = (NOISE, OPENED, LAST, PAGES, PEOPLE)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents up to date, and add what alerts and messages did."""
    await fold(NOISE, tx, batch, incidents_of, evolve)
    await _project_openings(batch, tx)
    pages = await _pages(batch, tx)
    if pages:
        await tx.store(PAGES, pages)
    await fold(PEOPLE, tx, batch, people_of, evolve_person)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident an event counts for, if any."""
    match event:
        case IncidentDeclared() | IncidentDeclined() | IncidentMerged() | IncidentPrivacyChanged():
            return (event.incident_id,)
        case DeliverySent(kind="page", incident_id=UUID() as incident_id, bundled_with=None):
            return (incident_id,)
        case _:
            act = act_of(event)
            return () if act is None else (act.incident_id,)


def evolve(row: NoiseRow | None, recorded: Recorded[object], key: Hashable) -> NoiseRow:
    """Return the row after the event."""
    row = row or NoiseRow(incident_id=UUID(str(key)))
    match recorded.event:
        case IncidentDeclared() as event:
            row = replace(row, **same_named(event, NoiseRow))
        case IncidentDeclined() as event:
            row = replace(row, category=event.category)
        case IncidentPrivacyChanged() as event:
            row = replace(row, private=event.private)
        case IncidentMerged():
            row = replace(row, category=DeclineCategory.DUPLICATE)
        case DeliverySent():
            row = replace(row, pages=row.pages + 1)
        case _:
            pass
    act = act_of(recorded.event)
    return row if act is None else _after(row, act)


def _after(row: NoiseRow, act: Act) -> NoiseRow:
    name = f"{act.kind}_at"
    before = getattr(row, name)
    return replace(row, **{name: act.at if before is None else min(before, act.at)})


async def _project_openings(batch: Batch, tx: Rows) -> None:
    """Add the openings of alerts, and say of each when it was over."""
    alerts = {alert_id for one in batch if (alert_id := _alert_of(one.event)) is not None}
    if not alerts:
        return
    newest = await tx.load(LAST, alerts)
    openings = await tx.load(OPENED, {row.opened_position for row in newest.values()})
    changed: dict[Hashable, Opening] = {}
    for recorded in batch:
        alert_id = _alert_of(recorded.event)
        last = newest.get(alert_id)
        if alert_id is None or (last is not None and recorded.position <= last.position):
            continue
        before = openings.get(last.opened_position) if last is not None else None
        opening = _opening_after(before, last, recorded)
        if opening is not None:
            openings[opening.opened_position] = changed[opening.opened_position] = opening
            newest[alert_id] = _last_after(last, opening)
    if changed:
        await tx.store(OPENED, changed.values())
        await tx.store(LAST, [newest[one] for one in {each.alert_id for each in changed.values()}])


def _alert_of(event: object) -> UUID | None:
    return event.alert_id if isinstance(event, AlertTriggered | AlertResolved) else None


def _opening_after(
    before: Opening | None, last: LastOpening | None, recorded: Recorded[object]
) -> Opening | None:
    """Return the opening that the event makes, or ends; None: it changes none."""
    match recorded.event:
        case AlertTriggered() as event:
            flapping = (last.flapping if last else CALM).opened(event.triggered_at)
            return Opening(
                **same_named(event, Opening),
                position=recorded.position,
                opened_position=recorded.position,
                at=event.triggered_at,
                flaps=flapping.since is not None,
                rules=tuple(SayingRule(**same_named(one, SayingRule)) for one in event.applied),
            )
        case AlertResolved() as event if before is not None and before.over_at is None:
            return replace(before, over_at=event.resolved_at, position=recorded.position)
        case _:
            return None


def _last_after(last: LastOpening | None, opening: Opening) -> LastOpening:
    if last is not None and last.opened_position == opening.opened_position:
        return replace(last, position=opening.position)
    return LastOpening(
        position=opening.position,
        alert_id=opening.alert_id,
        opened_position=opening.opened_position,
        flapping=(last.flapping if last else CALM).opened(opening.at),
    )


async def _pages(batch: Batch, tx: Rows) -> list[PageMessage]:
    """Return the messages of the batch, each with the night it came in where it went to."""
    sent = {
        recorded.event.responder_id
        for recorded in batch
        if isinstance(recorded.event, DeliverySent) and recorded.event.kind == PAGE
    }
    if not sent:
        return []
    people = await tx.load(PEOPLE, sent)
    zones = {key: row.zone for key, row in people.items() if isinstance(row, PersonRow)}
    pages = []
    for recorded in batch:
        match recorded.event:
            case ResponderRegistered() as event:
                zones[event.responder_id] = _zone(event)
            case DeliverySent(kind="page", incident_id=UUID(), bundled_with=None) as event:
                zone = zones.get(event.responder_id)
                night = night_of(event.sent_at, zone or NO_ZONE)
                page = PageMessage(
                    **same_named(event, PageMessage),
                    position=recorded.position,
                    zone=zone,
                    night=None if night is None else night.isoformat(),
                )
                pages.append(page)
            case _:
                pass
    return pages


def people_of(event: object) -> tuple[str, ...]:
    """Return whose clock an event tells of, if any."""
    return (event.responder_id,) if isinstance(event, ResponderRegistered) else ()


def evolve_person(
    row: PersonRow | None, recorded: Recorded[object], key: Hashable
) -> PersonRow | None:
    """Return by which clock it is night for somebody after the event."""
    match recorded.event:
        case ResponderRegistered() as event:
            return PersonRow(responder_id=str(key), zone=_zone(event))
        case _:
            return row


def _zone(event: ResponderRegistered) -> str | None:
    return event.quiet_hours.zone if event.quiet_hours else None
