"""Contact verifications: a code goes over one contact method, and comes back from its person."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID, uuid4, uuid5

from fastapi import Path, Request
from pydantic import Field

from activities.delivery.message import Message, Section, Urgency
from events.configuration.responder import ContactMethod, ResponderNotFound, responder_decider
from events.contact_verification.commands import (
    ConfirmContactVerification,
    RequestContactVerification,
)
from events.contact_verification.decide import (
    GOOD_FOR,
    ContactMethodNotFound,
    VerificationCodeWrong,
    contact_verification_decider,
)
from events.contact_verification.events import ContactVerificationMistaken
from events.contact_verification.standing import given_up_at
from events.delivery.commands import RecordFailed, RecordSent
from events.handle import handle
from events.ids import (
    DeliveryId,
    ResponderId,
    contact_verification_stream,
    responder_stream,
)
from events.loading import load
from events.log.codec import Codec, codec_for
from events.log.store import Log
from services.access.people import is_known
from services.access.permissions import Permission
from services.access.verification_codes import VerificationCodes
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.http.headway import made_headway
from services.api.http.text_forms import TextForm
from services.api.resources.configuration.page_tests import ANSWER_SECONDS, TriedMethod, tried
from services.api.views.contact_methods import Channel
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt, receipt_of
from services.channels import channels
from services.request_refusals import Invalid, RequestInvalid

router = api_router("configuration")

VERIFICATION: Final = "/v1/responders/{responder_id}/contact-methods/{number}/verification"

type Counted = Annotated[int, Path(ge=1, le=10, description="The first contact method is 1.")]


_RESPONDER: Final[Codec[object]] = codec_for(responder_decider.event_types)


class VerificationSent(View):
    """A code on its way, or why the provider did not take it. The code is in no answer."""

    responder_id: str
    contact_method: int
    channel: Channel
    taken: bool  # whether the provider took the message; that it arrived, the code shows
    fault: str | None = None  # by name and code, if it was not taken
    expires_at: datetime


class CodeBody(Strict, json_schema_extra={"examples": [{"code": "041 973"}]}):
    """The code that came."""

    code: Annotated[
        str,
        Field(max_length=12),
        TextForm(r"^[0-9]{3} ?[0-9]{3}$", "Write the six digits that came over it."),
    ]


@router.post(VERIFICATION, dependencies=[requires(Permission.PERSON_WRITE)])
async def send_verification_code(
    request: Request,
    responder_id: Name,
    number: Counted,
    change: TheConfigurationChange,
) -> VerificationSent:
    """Send a code over a contact method: it is good for ten minutes, and for five tries.

    The person may ask for it, and an admin. A repeat under the same key sends nothing again, unless
    nobody knows yet what became of the first message.
    """
    named = ResponderId(responder_id)
    _refuse_dry_run(change)
    method = await _method(change.dependencies.log, named, number)
    codes = VerificationCodes(change.dependencies.settings.link_key)
    request_id = change.identity.command_id
    code = codes.code(request_id)
    command = RequestContactVerification(
        responder_id=named,
        contact_method=number,
        channel=method.channel,
        address=method.address,
        request_id=request_id,
        code_digest=codes.digest(request_id, code),
        actor=change.actor,
        at=change.at,
    )
    stream = contact_verification_stream(named)
    handled = await change.make(contact_verification_decider, stream, command)
    if handled.duplicate and not await _is_pending(change, stream):
        answer = TriedMethod(channel=method.channel, taken=True, seconds=0)
    else:
        made_headway(request, ANSWER_SECONDS)
        answer = await _sent(change, stream, method, code)
    return VerificationSent(
        responder_id=responder_id,
        contact_method=number,
        channel=method.channel,
        taken=answer.taken,
        fault=answer.fault,
        expires_at=change.at + GOOD_FOR,
    )


async def _is_pending(change: HttpConfigurationChange, stream: str) -> bool:
    state, _ = await load(change.dependencies.log, contact_verification_decider, stream)
    return _delivery_id(change) in state.ledger.pending


def _delivery_id(change: HttpConfigurationChange) -> DeliveryId:
    return DeliveryId(uuid5(change.identity.command_id, "verification"))


async def _sent(
    change: HttpConfigurationChange, stream: str, method: ContactMethod, code: str
) -> TriedMethod:
    """Send the code, once, and record what became of the message."""
    delivery_id = _delivery_id(change)
    provider = channels(change.dependencies.settings).get(method.channel)
    answer = await tried(provider, _message(delivery_id, code, change.at), method)
    at = change.dependencies.clock()
    outcome: RecordSent | RecordFailed
    if answer.fault is None:
        outcome = RecordSent(
            delivery_id=delivery_id, attempts=1, provider_id=answer.provider_id, at=at
        )
    else:
        outcome = RecordFailed(delivery_id=delivery_id, attempts=1, error=answer.fault, at=at)
    await _record(change, stream, outcome)
    return answer


@router.post(f"{VERIFICATION}/confirmation", dependencies=[requires(Permission.PERSON_WRITE)])
async def confirm_verification(
    responder_id: Name,
    number: Counted,
    body: CodeBody,
    change: TheConfigurationChange,
) -> Receipt:
    """Enter the code that came over a contact method, which is verified from then on.

    It is so until its address is changed. A code is good no more once its method was changed or
    removed, also if it comes back. A wrong code costs one of five tries.
    """
    named = ResponderId(responder_id)
    _refuse_dry_run(change)
    log = change.dependencies.log
    method = await _method(log, named, number)
    codes = VerificationCodes(change.dependencies.settings.link_key)
    stream = contact_verification_stream(named)
    state, _ = await load(log, contact_verification_decider, stream)
    open_ = state.open.get(number)
    request_id = open_.request_id if open_ else None
    stored = await log.opened(await log.read_stream(responder_stream(named)))
    history = [_RESPONDER.decode(one) for one in stored]
    command = ConfirmContactVerification(
        responder_id=named,
        contact_method=number,
        channel=method.channel,
        address=method.address,
        request_id=request_id,
        code_digest=codes.digest(request_id or uuid4(), body.code.replace(" ", "")),
        given_up_at=given_up_at((one.event for one in history), method.channel, method.address),
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(contact_verification_decider, stream, command)
    for recorded in handled.events:
        if isinstance(recorded.event, ContactVerificationMistaken):
            left = recorded.event.tries_left
            raise VerificationCodeWrong(
                f"That is not the code: {left} tries are left."
                if left
                else "That is not the code, and no try is left: ask for a new one.",
                tries_left=left,
            )
    return receipt_of(change.done(handled))


def _refuse_dry_run(change: HttpConfigurationChange) -> None:
    if change.dry_run:
        reason = "A code is sent and entered, or it is not: leave it out."
        raise RequestInvalid(Invalid(field="header.Tocsin-Dry-Run", reason=reason))


async def _method(log: Log, named: ResponderId, number: int) -> ContactMethod:
    responder, _ = await load(log, responder_decider, responder_stream(named))
    if responder is None or not await is_known(log, named):
        raise ResponderNotFound(f"No such responder: {named}.")
    if number > len(responder.contact_methods):
        there = len(responder.contact_methods)
        raise ContactMethodNotFound(f"{named} has {there} contact methods, and no number {number}.")
    return responder.contact_methods[number - 1]


async def _record(
    change: HttpConfigurationChange, stream: str, outcome: RecordSent | RecordFailed
) -> None:
    command_id: UUID = uuid5(change.identity.command_id, "outcome")
    await handle(
        change.dependencies.log,
        contact_verification_decider,
        stream,
        outcome,
        command_id=command_id,
        request_digest=sha256(command_id.bytes).digest(),
        metadata=change.metadata,
    )


def _message(delivery_id: DeliveryId, code: str, at: datetime) -> Message:
    minutes = int(GOOD_FOR.total_seconds()) // 60
    return Message(
        delivery_id=delivery_id,
        event="contact.verification",
        at=at,
        urgency=Urgency.NORMAL,
        headline=f"Your Tocsin code is {code[:3]} {code[3:]}",
        reference="CODE",
        badge="CODE",
        title="Can you be paged this way?",
        sections=(
            Section(
                text=f"Enter the code {code[:3]} {code[3:]} where it was asked for, within "
                f"{minutes} minutes. If you did not ask for it, you need not do anything."
            ),
        ),
        footer="Sent because somebody verifies how you can be paged.",
    )
