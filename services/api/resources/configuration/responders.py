"""Responders: who can be paged, and how each of them is reached."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field

from activities.delivery.faults import DeliveryRefused
from activities.delivery.provider import Provider
from events.configuration.responder import (
    RegisterResponder,
    ResponderKind,
    ResponderNotFound,
    responder_decider,
)
from events.ids import ResponderId, contact_verification_stream, responder_stream
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from services.access.permissions import Permission, is_unbound
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.contact_warnings import (
    warnings_about,
    warnings_of_contacts,
)
from services.api.resources.configuration.reach import warnings_of_responder
from services.api.views.configuration import ResponderDetail, ResponderList, ResponderView
from services.api.views.contact_methods import Contact
from services.api.views.notification_rules import NotificationRulesBody, QuietHoursBody
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.channels import channels
from services.request_refusals import Invalid, RequestInvalid

router = api_router("configuration")

NEVER_CALLED: Final = {
    "address_invalid": "Write https; only an installation that pages private networks takes http.",
    "address_blocked": "Nothing is sent to this address: it is private, link-local or for many.",
    "channel_not_configured": "Nobody has set this channel up yet: see its settings in the docs.",
    "port_blocked": "Nothing is sent to this port: use 443, 80, or one from 1024 to 65535.",
}


class ResponderBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Grace",
                "contact_methods": [
                    {"channel": "email", "address": "grace@example.org"},
                    {"channel": "push", "address": "https://ntfy.sh/grace-7f3a"},
                ],
                "notification_rules": {
                    "high": [
                        {"contact_method": 2, "repeats": 2, "every_seconds": 120},
                        {"contact_method": 1, "after_seconds": 60},
                    ],
                    "low": [{"contact_method": 1}],
                },
                "quiet_hours": {
                    "begins": "22:00:00",
                    "ends": "07:00:00",
                    "zone": "Europe/Berlin",
                },
            }
        ]
    },
):
    """Responder to set. With an empty list of contact methods nobody can page them."""

    name: Line
    contact_methods: Annotated[tuple[Contact, ...], Field(max_length=10, strict=False)]
    notification_rules: NotificationRulesBody = NotificationRulesBody()
    quiet_hours: QuietHoursBody | None = None
    kind: Annotated[
        Choice[ResponderKind],
        Field(
            description="A channel is a chat room or a webhook: told, and never asked to answer."
        ),
    ] = ResponderKind.PERSON


@router.get("/v1/responders", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_responders(
    reads: TheReads, caller: TheCaller, query: Annotated[ReadQuery, Query()]
) -> ResponderList:
    """List the responders, by id; addresses only to whom they belong, and to admins."""
    async with reads.of(query, configuration.NAME) as connection:
        rows = await every(configuration.RESPONDER, connection)
    views = map(ResponderView.model_validate, rows)
    return ResponderList(responders=[one.seen_by(caller) for one in views])


@router.get("/v1/responders/{responder_id}", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_responder(
    response: Response,
    reads: TheReads,
    caller: TheCaller,
    responder_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> ResponderDetail:
    """Show a responder, and what is missing to reach them; its ETag is what If-Match takes."""
    named = ResponderId(responder_id)
    stream, beside = responder_stream(named), [contact_verification_stream(named)]
    async with reads.of(query, configuration.NAME, stream=stream, beside=beside) as connection:
        row = await one(configuration.RESPONDER, connection, responder_id)
    if row is None:
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    methods = [(one.channel, one.address) for one in row.contact_methods]
    verified = [one.verified_at is not None for one in row.contact_methods]
    person = row.kind is ResponderKind.PERSON
    return ResponderDetail(
        **dict(ResponderView.model_validate(row).seen_by(caller)),
        warnings=warnings_about(responder_id, methods, verified) if person else [],
    )


@router.put(
    "/v1/responders/{responder_id}",
    dependencies=[requires(Permission.PERSON_WRITE)],
    response_model=Receipt,
)
async def register_responder(
    responder_id: Name, body: ResponderBody, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Add a responder, or replace what is known: name, contact methods, secrets and rules.

    A person may do this for themselves, but for being a person; an admin for everybody.
    """
    if not is_unbound(caller.permissions) and body.kind is not ResponderKind.PERSON:
        reason = "You are a person: an admin sets up a chat room or a webhook."
        raise RequestInvalid(Invalid(field="body.kind", reason=reason))
    await to_thread(require_reachable, body, channels(change.dependencies.settings))
    command = RegisterResponder(
        responder_id=ResponderId(responder_id),
        name=body.name,
        contact_methods=tuple(one.contact_method() for one in body.contact_methods),
        notification_rules=body.notification_rules.rules(),
        quiet_hours=body.quiet_hours.quiet_hours() if body.quiet_hours else None,
        kind=body.kind,
        actor=change.actor,
        at=change.at,
    )
    stream = responder_stream(command.responder_id)
    warnings = warnings_of_responder(responder_id, len(body.contact_methods))
    return await change.receipt(
        responder_decider, stream, command, warnings + await _missing(change, command)
    )


async def _missing(change: HttpConfigurationChange, command: RegisterResponder) -> list[str]:
    if command.kind is not ResponderKind.PERSON:
        return []
    log, methods = change.dependencies.log, command.contact_methods
    return await warnings_of_contacts(log, command.responder_id, methods)


def require_reachable(body: ResponderBody, providers: Mapping[str, Provider]) -> None:
    """Refuse an address that nothing would ever be sent to.

    Raises: RequestInvalid.
    """
    wrong: list[Invalid] = []
    for number, contact in enumerate(body.contact_methods):
        try:
            method = contact.contact_method()
            providers[method.channel].require_reachable(method)
        except DeliveryRefused as refused:
            field = f"body.contact_methods.{number}.address"
            wrong.append(Invalid(field=field, reason=NEVER_CALLED[refused.code]))
    if wrong:
        raise RequestInvalid(*wrong)
