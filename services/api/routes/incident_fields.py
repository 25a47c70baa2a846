"""What people fill into the fields of an incident."""

from fastapi import Response

from events.incident.field_events import SetFields
from services.api.field_bodies import Values, values_in
from services.api.guard import api_router
from services.api.orders import TheOrder
from services.api.routes.incident_commands import COMMAND, INCIDENT
from services.api.wire import Strict

router = api_router("incident fields")


class FieldsBody(Strict):
    """What fields say from now on."""

    fields: Values


@router.post(f"{INCIDENT}/fields", **COMMAND)
async def set_fields(order: TheOrder, body: FieldsBody) -> Response:
    """Fill fields in, change them, or empty them; all of them, or none if one is not allowed."""
    command = SetFields(values=values_in(body.fields), actor=order.actor, at=order.at)
    return await order.give(command)
