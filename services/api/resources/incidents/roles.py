"""Hand-over of a role: at once, without waiting for a yes. Every other command is in the table."""

from typing import Annotated

from fastapi import Path, Response

from events.ids import ResponderId
from events.incident.roles.commands import ROLE_NAME, WHICH_ROLE, HandOverRole
from events.references import references
from services.api.http.formats import Name, Strict, Text
from services.api.http.guard import api_router
from services.api.http.text_forms import TextForm
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.named import require_named

router = api_router("roles")

type RoleName = Annotated[
    str, Path(description=WHICH_ROLE.text), TextForm(ROLE_NAME.pattern, ROLE_NAME.ask)
]


class Handover(
    Strict,
    json_schema_extra={
        "examples": [{"to_responder_id": "grace", "reason": "I have no connection."}]
    },
):
    """Hand-over to a responder at once, and the reason why nobody waits for their acceptance."""

    to_responder_id: Name
    reason: Text


@router.post(f"{INCIDENT}/roles/{{role}}/handover", **COMMAND)
async def hand_over_role(commands: TheCommands, role: RoleName, body: Handover) -> Response:
    """Hand a role over at once, without waiting for a yes."""
    command = HandOverRole(
        role=role,
        to_responder_id=ResponderId(body.to_responder_id),
        actor=commands.actor,
        at=commands.at,
        reason=body.reason,
        force=True,
    )
    await require_named(commands.dependencies.log, references(command, commands.stream))
    return await commands.give(command)
