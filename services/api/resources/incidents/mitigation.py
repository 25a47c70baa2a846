"""Mitigation actions: begun, and ended with an outcome."""

from typing import Annotated, Final

from fastapi import Query, Response

from events.incident.mitigation.commands import StartMitigationAction
from events.incident.mitigation.events import MitigationKind
from services.access.incident_reads import detail_of
from services.access.permissions import Permission
from services.api.http.formats import Choice, Strict, Text
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.checklist import MitigationActionList, MitigationActionView
from services.api.writing.command_routes import COMMAND
from services.api.writing.commands import TheCommands

router = api_router("mitigation actions")

ACTIONS: Final = "/v1/incidents/{incident_id}/mitigation-actions"


class ActionBody(
    Strict,
    json_schema_extra={
        "examples": [{"kind": "rollback", "description": "Back to release 411 in eu-west-1."}]
    },
):
    """Mitigation action that begins now."""

    kind: Choice[MitigationKind]
    description: Text


@router.get(ACTIONS, dependencies=[requires(Permission.INCIDENT_READ)])
async def list_mitigation_actions(
    reads: TheReads, incident_id: TheIncident, query: Annotated[ReadQuery, Query()]
) -> MitigationActionList:
    """List what was tried, in the order it began."""
    detail = await detail_of(reads, query, incident_id)
    actions = detail.row.mitigation_actions
    return MitigationActionList(
        mitigation_actions=[MitigationActionView.model_validate(one) for one in actions]
    )


@router.post(ACTIONS, **COMMAND)
async def start_mitigation_action(commands: TheCommands, body: ActionBody) -> Response:
    """Record that something is being done; the checklist's option is ticked by it."""
    command = StartMitigationAction(
        action=body.kind, description=body.description, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)
