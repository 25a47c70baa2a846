"""Contact methods of one responder, changed one at a time: secrets of the others stay."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace

from fastapi import Response

from activities.delivery.faults import DeliveryRefused
from activities.delivery.provider import Provider
from events.configuration.notification_rules import NotificationRule, NotificationRules
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    Responder,
    ResponderNotFound,
    responder_decider,
)
from events.contact_verification.decide import ContactMethodNotFound
from events.ids import ResponderId, responder_stream
from events.loading import load
from services.access.people import is_known
from services.access.permissions import Permission
from services.api.http.formats import Name, Strict
from services.api.http.guard import api_router, requires
from services.api.resources.configuration.contact_verifications import Counted
from services.api.resources.configuration.contact_warnings import warnings_of_contacts
from services.api.resources.configuration.responders import NEVER_CALLED
from services.api.views.contact_methods import Contact
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.channels import channels
from services.request_refusals import Invalid, RequestInvalid

router = api_router("configuration")

METHODS = "/v1/responders/{responder_id}/contact-methods"
WRITE = [requires(Permission.PERSON_WRITE)]


class AddedMethodBody(
    Strict,
    json_schema_extra={
        "examples": [{"contact_method": {"channel": "email", "address": "grace@example.org"}}]
    },
):
    """A further way to reach somebody, behind those that there are."""

    contact_method: Contact


@router.post(METHODS, dependencies=WRITE, response_model=Receipt)
async def add_contact_method(
    responder_id: Name, body: AddedMethodBody, change: TheConfigurationChange
) -> Response:
    """Add a way to reach a responder, behind those there are; everything else stays as it is."""
    method = body.contact_method.contact_method()
    provider = channels(change.dependencies.settings)[method.channel]
    await to_thread(_require_reachable, provider, method)
    responder, change = await _known(responder_id, change)
    command = _registered(responder, change)
    methods = (*responder.contact_methods, method)
    return await _receipt(replace(command, contact_methods=methods), change)


@router.put(f"{METHODS}/{{number}}", dependencies=WRITE, response_model=Receipt)
async def replace_contact_method(
    responder_id: Name, number: Counted, body: AddedMethodBody, change: TheConfigurationChange
) -> Response:
    """Put another way to reach a responder in the place of one; rules that use it stay."""
    method = body.contact_method.contact_method()
    provider = channels(change.dependencies.settings)[method.channel]
    await to_thread(_require_reachable, provider, method)
    responder, change = await _known(responder_id, change)
    methods = list(responder.contact_methods)
    _require_there(responder_id, methods, number)
    methods[number - 1] = method
    command = replace(_registered(responder, change), contact_methods=tuple(methods))
    return await _receipt(command, change)


@router.delete(f"{METHODS}/{{number}}", dependencies=WRITE, response_model=Receipt)
async def remove_contact_method(
    responder_id: Name, number: Counted, change: TheConfigurationChange
) -> Response:
    """Remove a way to reach a responder, with the notification rules that use it."""
    responder, change = await _known(responder_id, change)
    methods = list(responder.contact_methods)
    _require_there(responder_id, methods, number)
    del methods[number - 1]
    rules = responder.notification_rules
    command = replace(
        _registered(responder, change),
        contact_methods=tuple(methods),
        notification_rules=NotificationRules(
            high=_without(rules.high, number), low=_without(rules.low, number)
        ),
    )
    return await _receipt(command, change)


async def _known(
    responder_id: str, change: HttpConfigurationChange
) -> tuple[Responder, HttpConfigurationChange]:
    """Return the responder, and the change so that nobody else's is undone by what was read."""
    named = ResponderId(responder_id)
    log = change.dependencies.log
    responder, version = await load(log, responder_decider, responder_stream(named))
    if responder is None or not await is_known(log, named):
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    if change.expected_version is None:
        change = replace(change, expected_version=version)
    return responder, change


def _registered(responder: Responder, change: HttpConfigurationChange) -> RegisterResponder:
    return RegisterResponder(
        responder_id=responder.responder_id,
        name=responder.name,
        contact_methods=responder.contact_methods,
        kind=responder.kind,
        notification_rules=responder.notification_rules,
        quiet_hours=responder.quiet_hours,
        actor=change.actor,
        at=change.at,
    )


async def _receipt(command: RegisterResponder, change: HttpConfigurationChange) -> Response:
    methods = command.contact_methods
    log = change.dependencies.log
    warnings = await warnings_of_contacts(log, command.responder_id, methods)
    stream = responder_stream(command.responder_id)
    return await change.receipt(responder_decider, stream, command, warnings)


def _without(rules: tuple[NotificationRule, ...], number: int) -> tuple[NotificationRule, ...]:
    """Return the rules without a contact method; those behind it move up."""
    return tuple(
        replace(one, contact_method=one.contact_method - (one.contact_method > number))
        for one in rules
        if one.contact_method != number
    )


def _require_there(responder_id: str, methods: Sequence[ContactMethod], number: int) -> None:
    if number > len(methods):
        there = f"{responder_id} has {len(methods)} contact methods"
        raise ContactMethodNotFound(f"{there}, and no number {number}.")


def _require_reachable(provider: Provider, method: ContactMethod) -> None:
    try:
        provider.require_reachable(method)
    except DeliveryRefused as refused:
        reason = NEVER_CALLED[refused.code]
        raise RequestInvalid(
            Invalid(field="body.contact_method.address", reason=reason)
        ) from refused
