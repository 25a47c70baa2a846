"""Meeting invitees: whoever had a part in it and may know of it, shown before it is scheduled."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from activities.delivery.provider import supports
from activities.follow_up.matter import Matter, matter_of
from activities.follow_up.people import managers_of
from events.change.decide import change_decider
from events.configuration.team import team_decider
from events.delivery.events import MEETING_INVITATION
from events.handle import known
from events.ids import (
    ChangeId,
    IncidentId,
    ResponderId,
    ServiceId,
    TeamId,
    change_stream,
    service_stream,
    team_stream,
)
from events.loading import load
from events.log.codec import codec_for
from events.log.store import Log
from events.service.decide import service_decider
from projections.configuration.tables import RESPONDER, ResponderRow
from projections.practice.postmortem_document import PostmortemDocument
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.dependencies import HttpDependencies
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.reading import document_of

router = api_router("postmortem")

INVITEES: Final = "/v1/incidents/{incident_id}/postmortem/meeting/invitees"
READ: Final = [requires(Permission.INCIDENT_READ)]
NO_MAIL: Final = "{who} has no e-mail address: no invitation reaches them."
MAY_NOT_KNOW: Final = "{who} may not know of this incident: no invitation goes to them."


class Part(StrEnum):
    """Why somebody is invited unless people are named."""

    RESPONDER = "responder"
    ROLE = "role"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    TEAM = "team"  # of a service in the factors
    OWNER = "owner"  # of an action item


class MeetingInviteeView(View):
    """Person who is invited to the meeting unless others are named."""

    responder_id: str
    parts: Annotated[list[Part], Field(description="Why.")]
    has_email: Annotated[bool, Field(description="False: no invitation reaches them.")]


class MeetingInviteeList(View):
    """People who are invited unless others are named."""

    invitees: list[MeetingInviteeView]


@router.get(INVITEES, dependencies=READ)
async def list_meeting_invitees(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> MeetingInviteeList:
    """List who is invited to the meeting about a postmortem unless others are named.

    Whoever worked on the incident or had a role, the author, the reviewers, the teams of the
    services in the factors and the owners of action items, as far as they may know of it.
    """
    document = await document_of(dependencies, reads, query, incident_id)
    found = await default_invitees(dependencies, document)
    rows = await _people(dependencies, found)
    return MeetingInviteeList(
        invitees=[
            MeetingInviteeView(
                responder_id=who, parts=list(found[who]), has_email=_has_email(rows[who])
            )
            for who in sorted(found)
            if who in rows
        ]
    )


async def default_invitees(
    dependencies: HttpDependencies, document: PostmortemDocument
) -> Mapping[ResponderId, Collection[Part]]:
    """Return who has something to say or to do, and may know of the incident, with why.

    Raises: LogUnavailable.
    """
    log = dependencies.log
    matter = await matter_of(log, IncidentId(document.detail.board.incident_id))
    found: defaultdict[ResponderId, dict[Part, None]] = defaultdict(dict)
    for who, part in (*_named(document), *[one async for one in _of_teams(log, document)]):
        if matter.concerns(who):
            found[who][part] = None
    return found


async def hints_on(
    dependencies: HttpDependencies, document: PostmortemDocument, invited: Iterable[ResponderId]
) -> list[str]:
    """Return who of the invited is told nothing, and why.

    Raises: LogUnavailable.
    """
    invited = sorted(set(invited))
    matter = await matter_of(dependencies.log, IncidentId(document.detail.board.incident_id))
    rows = await _people(dependencies, invited)
    return [hint for who in invited for hint in _hints(who, rows.get(who), matter)]


def _hints(who: ResponderId, row: ResponderRow | None, matter: Matter) -> Iterator[str]:
    if not matter.concerns(who):
        yield MAY_NOT_KNOW.format(who=who)
    elif row is not None and not _has_email(row):
        yield NO_MAIL.format(who=who)


def _named(document: PostmortemDocument) -> Iterator[tuple[ResponderId, Part]]:
    known = document.known
    for responder in document.detail.row.responders:
        yield ResponderId(responder.responder_id), Part.RESPONDER
    for holder in document.detail.board.roles.values():
        yield ResponderId(holder), Part.ROLE
    if known.author_id is not None:
        yield known.author_id, Part.AUTHOR
    for reviewer in known.reviewer_ids:
        yield reviewer, Part.REVIEWER
    for item in document.action_items:
        if item.owner:
            yield ResponderId(item.owner), Part.OWNER


async def _of_teams(
    log: Log, document: PostmortemDocument
) -> AsyncIterator[tuple[ResponderId, Part]]:
    for team_id in {await _team_of(log, service) for service in await _services(log, document)}:
        team = None
        if team_id is not None:
            team, _ = await load(log, team_decider, team_stream(team_id))
        for member in team.members if team else ():
            yield member.responder_id, Part.TEAM
    for item in document.action_items:
        if item.team and not item.owner:  # those who answer for it until somebody takes it
            for manager in await managers_of(log, TeamId(item.team)):
                yield manager, Part.OWNER


async def _services(log: Log, document: PostmortemDocument) -> set[ServiceId]:
    """Return the services in the factors: of the change that one names, else the incident's."""
    own = document.detail.board.service_id
    factors = [one.factor for _, one in document.factors]
    found = {ServiceId(own)} if own and any(not one.change_id for one in factors) else set()
    for change_id in {one.change_id for one in factors if one.change_id}:
        stored = await log.read_stream(change_stream(ChangeId(UUID(change_id))))
        reported = known(codec_for(change_decider.event_types), stored)
        found |= {one.event.service_id for one in reported}
    return found


async def _team_of(log: Log, service_id: ServiceId) -> TeamId | None:
    service, _ = await load(log, service_decider, service_stream(service_id))
    return service.team_id


async def _people(
    dependencies: HttpDependencies, people: Iterable[ResponderId]
) -> Mapping[str, ResponderRow]:
    async with dependencies.database.connection() as connection:
        rows = await RESPONDER.load(connection, sorted(people))
    return {str(who): row for who, row in rows.items()}


def _has_email(row: ResponderRow) -> bool:
    return any(supports(one.channel, MEETING_INVITATION) for one in row.contact_methods)
