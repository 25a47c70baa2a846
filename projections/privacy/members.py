"""Members of private incidents: one row for each incident that ever was private."""

from collections.abc import Collection, Hashable
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.ids import ResponderId
from events.incident.privacy.events import IncidentMemberRemoved, IncidentPrivacyChanged
from events.incident.privacy.state import let_in_by
from events.log.recorded import Recorded
from events.page.events import PageLevelReached
from projections.engine.keys import incident_key, incident_of
from projections.engine.rows import Batch, Row, Rows, Table, fold

NAME: Final = "privacy"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = True  # an event of a type it does not know stops it: it could hide something


class PrivacyRow(Row, frozen=True, kw_only=True):
    """Whether an incident is private now, and who knows of it then."""

    incident_id: UUID
    private: bool
    members: tuple[ResponderId, ...]  # by name
    removed: tuple[ResponderId, ...] = ()  # by name: being paged does not let them in again


PRIVATE = Table("private_incident", "incident_id", PrivacyRow)
TABLES: Final = (PRIVATE,)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's private incidents up to date."""
    await fold(PRIVATE, tx, batch, incidents_of, evolve)


key_of = incident_key  # quarantined when an event cannot be applied


def incidents_of(event: object) -> tuple[UUID, ...]:
    """Return the incident whose members an event may change."""
    matters = isinstance(event, IncidentPrivacyChanged | IncidentMemberRemoved | PageLevelReached)
    incident_id = incident_of(event) if matters or let_in_by(event) else None
    return () if incident_id is None else (incident_id,)


def evolve(row: PrivacyRow | None, recorded: Recorded[object], _key: Hashable) -> PrivacyRow | None:
    """Return who knows of the incident after the event; None while it was never private."""
    event = recorded.event
    if isinstance(event, IncidentPrivacyChanged):
        return PrivacyRow(
            incident_id=event.incident_id,
            private=event.private,
            members=tuple(sorted(event.members)),
            removed=removed_after(row.removed if row else (), event),
        )
    if row is None:
        return None
    removed = removed_after(row.removed, event)
    members = members_after(row.members, event, private=row.private, removed=removed)
    return replace(row, members=members, removed=removed)


def removed_after(removed: tuple[ResponderId, ...], event: object) -> tuple[ResponderId, ...]:
    """Return who was removed and not let in again; that everybody may know of it lets nobody in."""
    if isinstance(event, IncidentMemberRemoved):
        return tuple(sorted({*removed, event.responder_id}))
    if isinstance(event, IncidentPrivacyChanged):
        return tuple(person for person in removed if person not in event.members)
    person = let_in_by(event)
    return tuple(other for other in removed if other != person) if person in removed else removed


def members_after(
    members: tuple[ResponderId, ...],
    event: object,
    *,
    private: bool,
    removed: tuple[ResponderId, ...],
) -> tuple[ResponderId, ...]:
    """Return who knows of an incident after the event; the rest is how it stands after it."""
    if not private:
        return ()
    if isinstance(event, IncidentPrivacyChanged):
        return tuple(sorted(event.members))
    if isinstance(event, IncidentMemberRemoved):
        return tuple(person for person in members if person != event.responder_id)
    joined = {*joining(event)} - {*members, *removed}
    return tuple(sorted({*members, *joined})) if joined else members


def joining(event: object) -> Collection[ResponderId]:
    """Return whom an event lets in: also who is paged for it has to see it."""
    if isinstance(event, PageLevelReached):
        return [delivery.responder_id for delivery in event.deliveries]
    person = let_in_by(event)
    return () if person is None else (person,)
