"""A code proves a contact method: once, within ten minutes, in five tries, and not by guessing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from events.actor import Actor
from events.configuration.responder import ContactMethod, ResponderRegistered
from events.contact_verification.commands import (
    ConfirmContactVerification,
    RequestContactVerification,
)
from events.contact_verification.decide import (
    GOOD_FOR,
    TooManyCodes,
    VerificationCodeGone,
    contact_verification_decider,
)
from events.contact_verification.events import (
    ContactVerificationConfirmed,
    ContactVerificationMistaken,
    ContactVerificationRequested,
)
from events.contact_verification.standing import verified_by
from events.delivery.commands import RecordSent
from events.delivery.events import DeliverySent, IntendedDelivery
from events.ids import DeliveryId, ResponderId
from tests.given import given as given_to

given = partial(given_to, by=contact_verification_decider)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADA = ResponderId("ada")
ada = Actor(principal="api_key:ada", responder_id=ADA)
FIRST = UUID(int=1)
DELIVERY = DeliveryId(uuid5(FIRST, "verification"))
request = RequestContactVerification(
    responder_id=ADA,
    contact_method=1,
    channel="email",
    address="ada@example.com",
    request_id=FIRST,
    code_digest="right",
    actor=ada,
    at=NOON,
)
requested = ContactVerificationRequested(
    responder_id=ADA,
    contact_method=1,
    channel="email",
    address="ada@example.com",
    request_id=FIRST,
    code_digest="right",
    delivery=IntendedDelivery(delivery_id=DELIVERY, responder_id=ADA, channel="email", address=0),
    expires_at=NOON + GOOD_FOR,
    requested_by="responder:ada",
    requested_at=NOON,
)
confirm = ConfirmContactVerification(
    responder_id=ADA,
    contact_method=1,
    channel="email",
    address="ada@example.com",
    request_id=FIRST,
    code_digest="right",
    actor=ada,
    at=NOON + timedelta(minutes=1),
)
confirmed = ContactVerificationConfirmed(
    responder_id=ADA,
    contact_method=1,
    channel="email",
    address="ada@example.com",
    request_id=FIRST,
    confirmed_by="responder:ada",
    confirmed_at=confirm.at,
)
wrong = replace(confirm, code_digest="wrong")


def mistaken(left: int) -> ContactVerificationMistaken:
    return ContactVerificationMistaken(
        responder_id=ADA,
        contact_method=1,
        request_id=FIRST,
        tries_left=left,
        mistaken_by="responder:ada",
        mistaken_at=confirm.at,
    )


def test_the_code_that_was_sent_verifies_the_contact_method_once() -> None:
    given().when(request).then(requested)
    given(requested).when(confirm).then(confirmed)
    given(requested, confirmed).when(confirm).refused(VerificationCodeGone, "ask for one")


def test_a_wrong_code_is_counted_until_no_try_is_left() -> None:
    given(requested).when(wrong).then(mistaken(4))
    given(requested, mistaken(4)).when(confirm).then(confirmed)
    tried: list[Any] = [mistaken(left) for left in (4, 3, 2, 1, 0)]
    given(requested, *tried).when(confirm).refused(VerificationCodeGone, "too often")


def test_a_code_is_good_for_ten_minutes() -> None:
    late = replace(confirm, at=NOON + GOOD_FOR)
    given(requested).when(late).refused(VerificationCodeGone, "10 minutes")
    in_time = replace(confirm, at=NOON + GOOD_FOR - timedelta(seconds=1))
    given(requested).when(in_time).then(replace(confirmed, confirmed_at=in_time.at))


def test_a_code_does_not_verify_an_address_it_was_not_sent_to() -> None:
    elsewhere = replace(confirm, address="eve@example.com")
    given(requested).when(elsewhere).refused(VerificationCodeGone, "has changed")
    given(requested).when(replace(confirm, contact_method=2)).refused(
        VerificationCodeGone, "contact method 2"
    )


def test_a_new_code_takes_the_place_of_the_one_before() -> None:
    again = replace(requested, request_id=UUID(int=2), code_digest="newer")
    given(requested, again).when(confirm).refused(VerificationCodeGone, "ask for one")


def test_nobody_is_flooded_with_codes() -> None:
    soon = replace(request, request_id=UUID(int=2), at=NOON + timedelta(seconds=29))
    given(requested).when(soon).refused(TooManyCodes, "less than 30 seconds ago")
    ten = [
        replace(requested, request_id=UUID(int=n), requested_at=NOON + timedelta(minutes=n))
        for n in range(10)
    ]
    eleventh = replace(request, at=NOON + timedelta(minutes=30))
    given(*ten).when(eleventh).refused(TooManyCodes, "10 codes in the last hour")
    later = replace(request, at=NOON + timedelta(minutes=61))
    assert contact_verification_decider.decide(later, contact_verification_decider.fold(ten))


def test_what_became_of_the_message_stands_in_the_ledger() -> None:
    sent = RecordSent(delivery_id=DELIVERY, attempts=1, provider_id="m-1", at=NOON)
    given(requested).when(sent).then(
        DeliverySent(
            kind="verification_code",
            about=str(FIRST),
            incident_id=None,
            delivery_id=DELIVERY,
            responder_id=ADA,
            channel="email",
            attempts=1,
            provider_id="m-1",
            sent_at=NOON,
        )
    )


def test_an_address_that_changes_is_not_verified_any_more_also_if_it_comes_back() -> None:
    def registered(address: str) -> ResponderRegistered:
        return ResponderRegistered(
            responder_id=ADA,
            name="Ada",
            contact_methods=(ContactMethod(channel="email", address=address),),
            registered_by="api_key:demo",
            registered_at=NOON,
        )

    home, away = registered("ada@example.com"), registered("ada@example.net")
    way = ("email", "ada@example.com")
    assert way in verified_by([home, requested, confirmed])
    assert way in verified_by([home, confirmed, replace(home, name="Ada L.")])
    assert way not in verified_by([home, confirmed, away])
    assert way not in verified_by([home, confirmed, away, home])
