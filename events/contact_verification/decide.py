"""Contact verification rules: ten minutes, five tries, and no flood of codes to one person."""

from datetime import timedelta
from hmac import compare_digest
from typing import Final, assert_never
from uuid import uuid5

from events.aggregate import Aggregate
from events.contact_verification.commands import (
    ConfirmContactVerification,
    ContactVerificationCommand,
    RequestContactVerification,
)
from events.contact_verification.events import (
    CONTACT_VERIFICATION_EVENTS,
    ContactVerificationConfirmed,
    ContactVerificationEvent,
    ContactVerificationMistaken,
    ContactVerificationRequested,
)
from events.contact_verification.state import (
    AN_HOUR,
    INITIAL,
    ContactVerification,
    OpenRequest,
    evolve,
)
from events.decider import Decider
from events.delivery.commands import RecordDelayed, RecordFailed, RecordSent, RecordSuppressed
from events.delivery.events import IntendedDelivery
from events.delivery.ledger import record
from events.errors import Conflict, Gone, NotFound, Unprocessable
from events.ids import DeliveryId, ResponderId

GOOD_FOR: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(seconds=30)  # between two codes to one person
MOST_IN_AN_HOUR: Final = 10  # to one person


class TooManyCodes(Conflict):
    """No further code is sent to this person now."""


class ContactMethodNotFound(NotFound):
    """The responder has no contact method of that number."""


class VerificationCodeWrong(Unprocessable):
    """The code is not the one that was sent."""


class VerificationCodeGone(Gone):
    """There is no code that could be entered any more."""


def decide(
    command: ContactVerificationCommand, state: ContactVerification
) -> list[ContactVerificationEvent]:
    """Return the facts this command leads to."""
    match command:
        case RequestContactVerification():
            return request(command, state)
        case ConfirmContactVerification():
            return confirm(command, state)
        case RecordSent() | RecordDelayed() | RecordFailed() | RecordSuppressed():
            return [*record(command, state.ledger)]
        case _:
            assert_never(command)


def request(
    command: RequestContactVerification, state: ContactVerification
) -> list[ContactVerificationEvent]:
    """Send a code, which takes the place of the one before.

    Raises: TooManyCodes.
    """
    recent = [at for at in state.requested if at > command.at - AN_HOUR]
    if any(at > command.at - PAUSE for at in recent):
        raise TooManyCodes(
            f"{command.responder_id} was sent a code less than {PAUSE.seconds} seconds ago: enter "
            "that one, or wait a moment."
        )
    if len(recent) >= MOST_IN_AN_HOUR:
        raise TooManyCodes(
            f"{command.responder_id} was sent {len(recent)} codes in the last hour: wait for the "
            "hour to pass."
        )
    number = command.contact_method
    delivery = IntendedDelivery(
        delivery_id=DeliveryId(uuid5(command.request_id, "verification")),
        responder_id=command.responder_id,
        channel=command.channel,
        address=number - 1,
    )
    return [
        ContactVerificationRequested(
            responder_id=command.responder_id,
            contact_method=number,
            channel=command.channel,
            address=command.address,
            request_id=command.request_id,
            code_digest=command.code_digest,
            delivery=delivery,
            expires_at=command.at + GOOD_FOR,
            requested_by=command.actor.name,
            requested_at=command.at,
        )
    ]


def confirm(
    command: ConfirmContactVerification, state: ContactVerification
) -> list[ContactVerificationEvent]:
    """Take a code; a wrong one is counted, so that nobody can try them all.

    Raises: VerificationCodeGone.
    """
    open_ = _still_open(command, state)
    if compare_digest(open_.code_digest, command.code_digest):
        return [
            ContactVerificationConfirmed(
                responder_id=command.responder_id,
                contact_method=command.contact_method,
                channel=open_.channel,
                address=open_.address,
                request_id=open_.request_id,
                confirmed_by=command.actor.name,
                confirmed_at=command.at,
            )
        ]
    return [
        ContactVerificationMistaken(
            responder_id=command.responder_id,
            contact_method=command.contact_method,
            request_id=open_.request_id,
            tries_left=open_.tries_left - 1,
            mistaken_by=command.actor.name,
            mistaken_at=command.at,
        )
    ]


def _still_open(command: ConfirmContactVerification, state: ContactVerification) -> OpenRequest:
    number = command.contact_method
    open_ = state.open.get(number)
    if open_ is None or open_.request_id != command.request_id:
        raise VerificationCodeGone(
            f"No code waits for contact method {number} of {command.responder_id}: ask for one."
        )
    was_gone = command.given_up_at is not None and command.given_up_at >= open_.requested_at
    if was_gone or (open_.channel, open_.address) != (command.channel, command.address):
        raise VerificationCodeGone(
            f"Contact method {number} of {command.responder_id} has changed since the code was "
            "sent: ask for a new one."
        )
    if command.at >= open_.expires_at:
        minutes = GOOD_FOR // timedelta(minutes=1)
        raise VerificationCodeGone(
            f"The code was good for {minutes} minutes, which are over: ask for a new one."
        )
    if open_.tries_left <= 0:
        raise VerificationCodeGone("The code was mistaken too often: ask for a new one.")
    return open_


contact_verification_decider: Decider[
    ContactVerificationCommand, ContactVerification, ContactVerificationEvent
] = Decider(initial=INITIAL, decide=decide, evolve=evolve, event_types=CONTACT_VERIFICATION_EVENTS)

AGGREGATE = Aggregate(
    noun="contact_verification",
    id=ResponderId,
    decider=contact_verification_decider,
    commands=ContactVerificationCommand,
)
