"""A responder is known by the newest registration, and their addresses stay out of log lines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    ResponderRegistered,
    responder_decider,
)
from events.ids import ResponderId
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
mail = ContactMethod(channel="email", address="ana@example.com")
hook = ContactMethod(
    channel="webhook", address="https://hooks.example.com/ana", secret="whsec_c2VjcmV0"
)
register = RegisterResponder(
    responder_id=ResponderId("ana"),
    name="Ana",
    contact_methods=(mail,),
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
registered = ResponderRegistered(
    responder_id=ResponderId("ana"),
    name="Ana",
    contact_methods=(mail,),
    registered_by="api_key:root",
    registered_at=NOW,
)


def test_a_responder_is_registered() -> None:
    given().when(register).then(registered)


def test_registering_the_same_again_changes_nothing() -> None:
    given(registered).when(replace(register, at=NOW + timedelta(days=1))).then_nothing()


def test_new_contact_methods_replace_the_old_ones() -> None:
    moved = replace(registered, contact_methods=(hook,))
    given(registered).when(replace(register, contact_methods=(hook,))).then(moved)
    state = responder_decider.fold([registered, moved])
    assert state is not None
    assert state.contact_methods == (hook,)


def test_neither_address_nor_secret_shows_when_a_responder_is_printed() -> None:
    command = replace(register, contact_methods=(mail, hook))
    event = replace(registered, contact_methods=(mail, hook))
    for printed in (repr(command), repr(event), repr(responder_decider.fold([event]))):
        assert "example.com" not in printed
        assert "whsec" not in printed
