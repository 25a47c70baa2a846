"""Noise: what alerts opened, what people did about it, and whom it woke."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.alert.events import AlertResolved, AlertTriggered
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
from projections.engine.rows import Batch, Moment, Row, Rows, Table, fold, same_named
from projections.practice.acts import Act, act_of

NAME: Final = "noise"
VERSION: Final = 4  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

NO_ZONE: Final = "UTC"  # by whose clock it is night for people of whom no zone is known


class SayingRule(Struct, frozen=True, kw_only=True):
    """A routing rule that had a say in an alert."""

    routing_rules_id: str
    rule: str


class AlertTurn(Row, frozen=True, kw_only=True):
    """An alert opened, or was over: a row for each, for a flapping one does it all night."""

    incident_id: UUID
    alert_id: UUID
    opened: bool  # False: it was over
    at: Moment
    integration_id: str = ""
    dedup_key: str = ""
    title: str = ""
    rules: tuple[SayingRule, ...] = ()


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
    indexes={
        "declared": "(declared_at) where mode = 'real'",
    },
)
TURNS = Table(
    "noise_turn",
    "position",
    AlertTurn,
    indexes={
        "incident": "(incident_id) where opened",
        "alert": "(alert_id, position)",
        "opened": "(at) where opened",
    },
)
PAGES = Table(
    "noise_page",
    "position",
    PageMessage,
    indexes={
        "incident": "(incident_id)",
    },
)
PEOPLE = Table("noise_person", "responder_id", PersonRow)
TABLES: Final = (NOISE, TURNS, PAGES, PEOPLE)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's incidents up to date, and add what alerts and messages did."""
    await fold(NOISE, tx, batch, incidents_of, evolve)
    turns = [turn for recorded in batch if (turn := turn_of(recorded)) is not None]
    if turns:
        await tx.store(TURNS, turns)
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


def turn_of(recorded: Recorded[object]) -> AlertTurn | None:
    """Return what an alert did, if the event is about that."""
    match recorded.event:
        case AlertTriggered() as event:
            return AlertTurn(
                **same_named(event, AlertTurn),
                position=recorded.position,
                opened=True,
                at=event.triggered_at,
                rules=tuple(SayingRule(**same_named(one, SayingRule)) for one in event.applied),
            )
        case AlertResolved() as event:
            return AlertTurn(
                position=recorded.position,
                incident_id=event.incident_id,
                alert_id=event.alert_id,
                opened=False,
                at=event.resolved_at,
            )
        case _:
            return None


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
