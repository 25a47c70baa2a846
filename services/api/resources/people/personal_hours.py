"""Personal hours of one responder: by which clock what they carry is work, off or sleep."""

from fastapi import Response

from events.configuration.responder import (
    DefineResponderHours,
    ResponderNotFound,
    responder_decider,
)
from events.ids import ResponderId, responder_stream
from services.access.people import is_forgotten
from services.access.permissions import Permission
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.views.notification_rules import PersonalHoursBody
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")


@router.put(
    "/v1/responders/{responder_id}/hours",
    dependencies=[requires(Permission.PERSON_WRITE)],
    response_model=Receipt,
)
async def define_responder_hours(
    responder_id: Name, body: PersonalHoursBody, change: TheConfigurationChange
) -> Response:
    """Say in which zone a person lives, and when they work and sleep; nobody is paged otherwise.

    The load of on call is measured by it. The person may do this, and an admin.
    """
    named = ResponderId(responder_id)
    if await is_forgotten(change.dependencies.log, named):
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    command = DefineResponderHours(
        responder_id=named, hours=body.hours(), actor=change.actor, at=change.at
    )
    return await change.receipt(responder_decider, responder_stream(named), command)
