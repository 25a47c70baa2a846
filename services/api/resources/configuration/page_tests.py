"""Page tests: one message over each of a responder's contact methods, and what came of each."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final
from uuid import uuid4, uuid5

from fastapi import Query, Request
from pydantic import Field

from activities.delivery.faults import DeliveryFault
from activities.delivery.message import Message
from activities.delivery.provider import Provider
from activities.page.text import PageText
from events.configuration.responder import (
    ContactMethod,
    Responder,
    ResponderNotFound,
    responder_decider,
)
from events.contact_verification.decide import ContactMethodNotFound
from events.ids import DeliveryId, IncidentId, PageId, ResponderId, responder_stream
from events.loading import load
from events.page.plan import Step
from services.access.people import is_known
from services.access.permissions import Permission
from services.api.dependencies import Dependencies, Deps
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.headway import made_headway
from services.api.views.contact_methods import Channel
from services.api.writing.idempotency import TheIdentity
from services.channels import channels
from services.commanding.identity import Identity

ANSWER_SECONDS: Final = 10.0  # a provider that takes longer would be no help at night either
REFERENCE: Final = "TEST"

router = api_router("configuration")


class PageTestQuery(Strict):
    """Which contact methods are tried."""

    contact_method: Annotated[
        int | None, Field(ge=1, le=10, strict=False, description="Only this one; the first is 1.")
    ] = None


class TriedMethod(View):
    """A contact method, and the result of the test message sent over it."""

    channel: Channel
    taken: bool  # whether the provider took the message; that it arrived, only the person sees
    provider_id: str | None = None
    fault: str | None = None  # by name and code, if it was not taken
    seconds: float


class PageTest(View):
    """Result of a page test. Without a contact method there is nothing in it."""

    responder_id: str
    methods: list[TriedMethod]


@router.post(
    "/v1/responders/{responder_id}/page-tests",
    dependencies=[requires(Permission.PERSON_WRITE)],
)
async def send_page_test(
    request: Request,
    responder_id: Name,
    dependencies: Deps,
    identity: TheIdentity,
    query: Annotated[PageTestQuery, Query()],
) -> PageTest:
    """Send a responder one message over each contact method, and say what each provider answers.

    Or over one of them only.

    Nobody has to acknowledge it, and no incident is opened. A repeat under the same key sends the
    same messages, by whose ids receivers drop repeats.
    """
    named = ResponderId(responder_id)
    responder, _ = await load(dependencies.log, responder_decider, responder_stream(named))
    if responder is None or not await is_known(dependencies.log, named):
        raise ResponderNotFound(f"No such responder: {responder_id}.")
    there = len(responder.contact_methods)
    if query.contact_method is not None and query.contact_method > there:
        what = f"{named} has {there} contact methods, and no number {query.contact_method}."
        raise ContactMethodNotFound(what)
    made_headway(request, ANSWER_SECONDS)  # a provider that hangs is an answer too
    providers, message = channels(dependencies.settings), _message(dependencies, named, responder)
    trials = (
        tried(providers.get(method.channel), replace(message, delivery_id=delivery), method)
        for delivery, method in _numbered(identity, responder, query.contact_method)
    )
    return PageTest(responder_id=responder_id, methods=list(await asyncio.gather(*trials)))


def _numbered(
    identity: Identity, responder: Responder, only: int | None
) -> Iterator[tuple[DeliveryId, ContactMethod]]:
    for number, method in enumerate(responder.contact_methods):
        if only is None or number + 1 == only:
            yield DeliveryId(uuid5(identity.command_id, str(number))), method


async def tried(provider: Provider | None, message: Message, method: ContactMethod) -> TriedMethod:
    """Send a message once, and return what its provider answers, in time."""
    begin = time.monotonic()
    provider_id, fault = None, None
    try:
        if provider is None:
            fault = "DeliveryRefused: channel_not_configured"
        else:
            async with asyncio.timeout(ANSWER_SECONDS):
                provider_id = await provider.send(message, method)
    except DeliveryFault as delivery_fault:
        fault = f"{type(delivery_fault).__name__}: {delivery_fault.code}"
    except TimeoutError:
        fault = f"OutcomeUnknown: no answer within {ANSWER_SECONDS:.0f} s"
    return TriedMethod(
        channel=method.channel,
        taken=fault is None,
        provider_id=provider_id,
        fault=fault,
        seconds=round(time.monotonic() - begin, 3),
    )


def _message(dependencies: Dependencies, to: ResponderId, responder: Responder) -> Message:
    site = dependencies.settings.public_url.rstrip("/")
    text = PageText(
        delivery_id=DeliveryId(uuid4()),
        page_id=PageId(uuid4()),
        incident_id=IncidentId(uuid4()),
        reference=REFERENCE,
        severity=None,
        title="Test page, nothing has happened",
        ask="",
        summary="Somebody tries whether you can be paged this way. You need not do anything.",
        responder_id=to,
        responder_name=responder.name,
        step=Step(round=1, level=1),
        paged_at=dependencies.clock(),
        next_step="This is a test: nobody else is paged.",
        incident_url=site,
        incident_page=site,
        ack_url=f"{site}/",
        possible_repeat=False,
        drill=True,
    )
    return replace(text.message, actions=())  # there is nothing to answer
