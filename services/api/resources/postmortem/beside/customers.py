"""Public text: what customers shall read of an incident, written for them in three parts."""

from typing import Annotated, Final

from fastapi import Response
from pydantic import StringConstraints

from events.ids import IncidentId, ServiceId, incident_stream, service_stream
from events.incident.decide import incident_decider
from events.incident.modes import Mode
from events.loading import load
from events.log.store import Log
from events.postmortem.commands import WritePublicText
from events.postmortem.document.publishing import Audience, PublicText
from events.postmortem.public_text import LONGEST
from events.public_post.decide import AGGREGATE as PUBLIC_POST
from events.public_post.decide import public_post_decider
from events.service.decide import service_decider
from services.access.permissions import Permission
from services.api.http.formats import Strict, plain_text
from services.api.http.guard import api_router, requires
from services.api.resources.postmortem.sections import ReadRevision, TheSectionChange
from services.api.writing.receipts import Receipt

router = api_router("postmortem")

PATH: Final = "/v1/incidents/{incident_id}/postmortem/public-text"

Part = Annotated[str, StringConstraints(max_length=LONGEST), plain_text]


class PublicTextBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "summary": "On 23 November some card payments failed for 35 minutes.",
                "what_happened": "A release could not reach one of our databases.",
                "what_we_do": "Releases go to one server first from now on.",
            }
        ]
    },
):
    """What everybody in the world may read; plain text, blank lines part paragraphs."""

    summary: Part
    what_happened: Part
    what_we_do: Part


@router.put(PATH, dependencies=[requires(Permission.INCIDENT_COMMAND)], response_model=Receipt)
async def write_public_text(
    postmortem: TheSectionChange, based_on: ReadRevision, body: PublicTextBody
) -> Response:
    """Write what customers shall read; they do once an edition is published for `public`."""
    change = postmortem.change
    text = PublicText(
        summary=body.summary, what_happened=body.what_happened, what_we_do=body.what_we_do
    )
    return await postmortem.receipt(
        WritePublicText(based_on=based_on, text=text, actor=change.actor, at=change.at)
    )


async def audience_of(log: Log, incident_id: IncidentId) -> Audience:
    """Return who may be told of an incident, by the log's own word.

    Raises: LogUnavailable.
    """
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    posts, _ = await load(log, public_post_decider, PUBLIC_POST.stream(incident_id))
    team = False
    if incident.service_id is not None:
        stream = service_stream(ServiceId(incident.service_id))
        team = (await load(log, service_decider, stream))[0].team_id is not None
    return Audience(
        private=incident.privacy.private,
        drill=incident.mode is Mode.DRILL,
        team=team,
        customers=posts.newest is not None,
    )
