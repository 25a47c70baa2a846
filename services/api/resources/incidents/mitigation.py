"""What is tried to stop an incident's impact: begun, and ended with an outcome."""

from functools import partial
from typing import Annotated, Final

from fastapi import Path, Query, Response

from events.incident.mitigation.commands import EndMitigationAction, StartMitigationAction
from events.incident.mitigation.events import MitigationKind, MitigationOutcome
from projections.incidents import detail as incident_detail
from services.access.incident_names import no_incident
from services.access.permissions import Permission
from services.api.http.formats import Choice, Strict, Text, TextIfAny
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.incidents.commands import COMMAND
from services.api.views.checklist import MitigationActionList, MitigationActionView
from services.api.views.incidents import detail_of
from services.api.writing.commands import TheCommands

router = api_router("incident mitigation")

ACTIONS: Final = "/v1/incidents/{incident_id}/mitigation-actions"


class ActionBody(Strict):
    """Something that is being done against the impact."""

    kind: Choice[MitigationKind]
    description: Text


class OutcomeBody(Strict):
    """What came of it."""

    outcome: Choice[MitigationOutcome]
    comment: TextIfAny = ""


@router.get(ACTIONS, dependencies=[requires(Permission.INCIDENT_READ)])
async def list_actions(
    reads: TheReads, incident_id: TheIncident, query: Annotated[ReadQuery, Query()]
) -> MitigationActionList:
    """List what was tried, in the order it began."""
    look = partial(detail_of, incident_id)
    detail = await reads.find(query, look, incident_detail.NAME, incident_id=incident_id)
    if detail is None:
        raise no_incident(incident_id)
    actions = detail.row.mitigation_actions
    return MitigationActionList(
        mitigation_actions=[MitigationActionView.model_validate(one) for one in actions]
    )


@router.post(ACTIONS, **COMMAND)
async def start_action(commands: TheCommands, body: ActionBody) -> Response:
    """Record that something is being done; the checklist's option is ticked by it."""
    command = StartMitigationAction(
        action=body.kind, description=body.description, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{ACTIONS}/{{number}}/outcome", **COMMAND)
async def end_action(
    commands: TheCommands,
    number: Annotated[int, Path(ge=1, le=100_000, description="Counted from 1.")],
    body: OutcomeBody,
) -> Response:
    """Say what came of an action; one that worked or failed may be reverted later."""
    command = EndMitigationAction(
        number=number,
        outcome=body.outcome,
        comment=body.comment,
        actor=commands.actor,
        at=commands.at,
    )
    return await commands.give(command)
