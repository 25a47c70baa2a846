"""Notification rules of one responder, set by the person: everything else stays as it is."""

from dataclasses import replace

from fastapi import Response

from events.configuration.responder import RegisterResponder, ResponderNotFound, responder_decider
from events.ids import ResponderId, responder_stream
from events.loading import load
from services.access.people import is_known
from services.access.permissions import Permission
from services.api.http.formats import Name, Strict
from services.api.http.guard import api_router, requires
from services.api.views.notification_rules import NotificationRulesBody, QuietHoursBody, Several
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")


class RulesBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "high": [
                    {"contact_method": 2, "repeats": 2, "every_seconds": 120},
                    {"contact_method": 1, "after_seconds": 60},
                ],
                "low": [{"contact_method": 1}],
                "quiet_hours": None,
            }
        ]
    },
):
    """Notification rules and quiet hours of one responder."""

    high: Several = ()
    low: Several = ()
    quiet_hours: QuietHoursBody | None = None


@router.put(
    "/v1/responders/{responder_id}/notification-rules",
    dependencies=[requires(Permission.PERSON_WRITE)],
    response_model=Receipt,
)
async def set_notification_rules(
    responder_id: Name, body: RulesBody, change: TheConfigurationChange
) -> Response:
    """Set a responder's notification rules and quiet hours, and leave everything else as it is.

    The person may do this, and an admin.
    """
    named = ResponderId(responder_id)
    stream = responder_stream(named)
    responder, version = await load(change.dependencies.log, responder_decider, stream)
    if responder is None or not await is_known(change.dependencies.log, named):
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    command = RegisterResponder(
        responder_id=named,
        name=responder.name,
        contact_methods=responder.contact_methods,
        kind=responder.kind,
        notification_rules=NotificationRulesBody(high=body.high, low=body.low).rules(),
        quiet_hours=body.quiet_hours.quiet_hours() if body.quiet_hours else None,
        actor=change.actor,
        at=change.at,
    )
    if change.expected_version is None:  # nobody else's change is undone by what we read before
        change = replace(change, expected_version=version)
    return await change.receipt(responder_decider, stream, command)
