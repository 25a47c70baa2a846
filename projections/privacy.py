"""Who knows of which private incident: one row for each incident that ever was private."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.ids import ResponderId
from events.incident.membership import let_in_by
from events.incident.privacy import (
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from events.log.recorded import Recorded
from events.page.events import PageLevelReached
from projections.keys import incident_key, incident_of
from projections.rows import Batch, Rows, Table, fold, replaced

NAME: Final = "privacy"
VERSION: Final = 1  # raise it to rebuild from position 0
TABLES: Final = ("private_incident",)
COMPLETE: Final = True  # an event of a type it does not know stops it: it could hide something


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRow:
    """Whether an incident is private now, and who knows of it then."""

    incident_id: UUID
    private: bool
    members: tuple[ResponderId, ...]  # by name
    position: int = 0


PRIVATE = Table("private_incident", "incident_id", PrivacyRow)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's private incidents up to date."""
    await fold(PRIVATE, tx, batch, incidents_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the incident that is parked when the event cannot be applied."""
    return incident_key(recorded)


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose members an event may change."""
    told = isinstance(event, IncidentPrivacyChanged | IncidentMemberRemoved | PageLevelReached)
    incident_id = incident_of(event) if told or let_in_by(event) else None
    return () if incident_id is None else (incident_id,)


def evolve(row: PrivacyRow | None, recorded: Recorded[object], _key: Hashable) -> PrivacyRow | None:
    """Return who knows of the incident after the event; None while it was never private."""
    event = recorded.event
    if isinstance(event, IncidentPrivacyChanged):
        return PrivacyRow(
            incident_id=event.incident_id,
            private=event.private,
            members=tuple(sorted(event.members)),
        )
    if row is None:
        return None
    return replaced(row, members=members_after(row.members, recorded, private=row.private))


def members_after(
    members: tuple[ResponderId, ...], recorded: Recorded[object], *, private: bool
) -> tuple[ResponderId, ...]:
    """Return who knows of an incident after the event; `private` is how it stands after it."""
    event = recorded.event
    if not private:
        return ()
    if isinstance(event, IncidentPrivacyChanged):
        return tuple(sorted(event.members))
    if isinstance(event, IncidentMemberRemoved):
        return tuple(one for one in members if one != event.responder_id)
    joined = set(joining(event)) - set(members)
    return tuple(sorted({*members, *joined})) if joined else members


def joining(event: object) -> Collection[ResponderId]:
    """Return whom an event lets in: also who is paged for it has to see it."""
    if isinstance(event, PageLevelReached):
        return [one.responder_id for one in event.deliveries]
    person = let_in_by(event)
    return () if person is None else (person,)
