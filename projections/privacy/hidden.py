"""Incident visibility: the private incidents that a reader must not see, as of the newest event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.ids import IncidentId, ResponderId, incident_stream
from projections.engine.catching_up import ConnectionPool, reached, wait_for
from projections.engine.rows import Reader
from projections.privacy.members import NAME, PRIVATE

# The position up to which a projection must have read before its word on privacy counts.
NEWEST: Final = """
select coalesce(max(position), 0) from es.event
where type in ('incident.privacy_changed', 'incident.member_removed')
"""
TRACES: Final = """
select exists (select from es.event where stream = $1 and version = 1) as declared,
    exists (select from es.event where stream = $1
        and type in ('incident.privacy_changed', 'incident.member_removed')) as private
"""
HIDDEN: Final = """
select incident_id from read.private_incident
where private and not coalesce(members ? $1, false)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What the log has of an incident: whether it is there, and anything about its privacy."""

    declared: bool
    ever_private: bool


class PrivacyUnknown(Exception):
    """The projection has not read the newest change of privacy, and did not in the time given."""


async def hidden_from(
    database: ConnectionPool, person: ResponderId | None, seconds: float
) -> frozenset[UUID]:
    """Return the private incidents that this person, or a caller without a person, must not see.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    if not await ever_private(database, seconds):
        return frozenset()
    async with database.connection() as reader:
        return frozenset(row[0] for row in await reader.fetch(HIDDEN, person))


async def members_of_private_incidents(
    database: ConnectionPool, seconds: float
) -> Mapping[UUID, frozenset[ResponderId]]:
    """Return who knows of each private incident.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    if not await ever_private(database, seconds):
        return {}
    async with database.connection() as reader:
        rows = await PRIVATE.select(reader, "where private")
    return {row.incident_id: frozenset(row.members) for row in rows}


async def ever_private(database: ConnectionPool, seconds: float) -> bool:
    """Say whether any incident ever was private, once the projection knows of all that were.

    Raises: PrivacyUnknown, LogUnavailable.
    """
    async with database.connection() as reader:
        newest: int = await reader.fetchval(NEWEST)
        if newest == 0:
            return False
        if await reached(reader, [NAME]) >= newest:
            return True
    if not await wait_for(database, [NAME], newest, seconds):
        raise PrivacyUnknown
    return True


async def traces_of(reader: Reader, incident_id: IncidentId) -> Traces:
    """Return what the log has of an incident, without reading its stream."""
    row = await reader.fetchrow(TRACES, incident_stream(incident_id))
    assert row is not None  # noqa: S101  an expression has one row
    return Traces(declared=row["declared"], ever_private=row["private"])


async def is_member(reader: Reader, incident_id: IncidentId, person: ResponderId) -> bool:
    """Say whether the projection counts somebody among those who know of the incident."""
    row = (await PRIVATE.load(reader, [incident_id])).get(incident_id)
    return row is not None and person in row.members
