"""Personal fields in a payload: sealed one by one, and opened only where they were sealed."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from events.configuration.responder import ContactMethod, ResponderRegistered, responder_decider
from events.log.canonical import canonical
from events.log.codec import Codec, codec_for, plain_fields
from events.log.privacy.keyring import SealBroken
from events.log.privacy.sealing import PersonalFields
from events.values.personal import ERASED, Personal
from tests.events.example import example

NAME = "responder.registered"
EVENT_ID = UUID(int=5)
fields = PersonalFields(responder_decider.event_types)
codec: Codec[Any] = codec_for(responder_decider.event_types)
ADA: ResponderRegistered = example(ResponderRegistered)  # every text in it is "text"
CLEAR = codec.encode(ADA).payload
KEYS = {"text": AESGCM(bytes(32))}


def test_name_address_and_secret_are_sealed_and_nothing_else() -> None:
    sealed = json.loads(fields.sealed(NAME, EVENT_ID, CLEAR, KEYS))
    [method] = sealed["contact_methods"]
    for box in (sealed["name"], method["address"], method["secret"]):
        assert box.keys() == {"sealed", "subject"}
        assert box["subject"] == "text"
    clear = json.loads(CLEAR)
    assert {k: v for k, v in sealed.items() if k not in {"name", "contact_methods"}} == {
        k: v for k, v in clear.items() if k not in {"name", "contact_methods"}
    }
    assert method["channel"] == clear["contact_methods"][0]["channel"]


storable = st.text(st.characters(codec="utf-8"))


@given(
    st.builds(
        ResponderRegistered,
        responder_id=storable,
        name=storable,
        registered_at=st.just(ADA.registered_at),
        registered_by=storable,
        contact_methods=st.lists(
            st.builds(ContactMethod, address=storable, secret=st.none() | storable), max_size=3
        ).map(tuple),
    )
)
def test_every_registration_comes_back_as_it_was(event: ResponderRegistered) -> None:
    keys = {str(event.responder_id): AESGCM(bytes(32))}
    clear = canonical(plain_fields(event))
    sealed = fields.sealed(NAME, EVENT_ID, clear, keys)
    assert sealed == canonical(json.loads(sealed))
    assert fields.opened(NAME, EVENT_ID, sealed, keys) == clear
    assert codec.read(NAME, 1, clear) == event


def test_what_is_sealed_is_not_sealed_again() -> None:
    sealed = fields.sealed(NAME, EVENT_ID, CLEAR, KEYS)
    assert fields.sealed(NAME, EVENT_ID, sealed, KEYS) == sealed


def test_without_the_key_every_personal_field_says_erased() -> None:
    sealed = fields.sealed(NAME, EVENT_ID, CLEAR, KEYS)
    event = codec.read(NAME, 1, fields.opened(NAME, EVENT_ID, sealed, {"text": None}))
    assert isinstance(event, ResponderRegistered)
    assert event.name == ERASED
    assert [(one.address, one.secret) for one in event.contact_methods] == [(ERASED, ERASED)]


def test_an_event_from_before_there_were_keys_is_read_and_can_be_erased_from_view() -> None:
    assert fields.opened(NAME, EVENT_ID, CLEAR, {}) == CLEAR
    assert fields.in_clear(NAME, CLEAR)
    erased = json.loads(fields.opened(NAME, EVENT_ID, CLEAR, {"text": None}))
    assert erased["name"] == ERASED
    assert not fields.in_clear(NAME, fields.sealed(NAME, EVENT_ID, CLEAR, KEYS))


def test_a_sealed_field_opens_in_no_other_event_and_no_other_field() -> None:
    sealed = fields.sealed(NAME, EVENT_ID, CLEAR, KEYS)
    with pytest.raises(SealBroken):
        fields.opened(NAME, UUID(int=6), sealed, KEYS)
    moved = json.loads(sealed)
    moved["name"] = moved["contact_methods"][0]["address"]
    with pytest.raises(SealBroken):
        fields.opened(NAME, EVENT_ID, canonical(moved), KEYS)


def test_a_sealed_field_cannot_be_given_to_somebody_else() -> None:
    given_away = json.loads(fields.sealed(NAME, EVENT_ID, CLEAR, KEYS))
    given_away["name"]["subject"] = "ben"
    with pytest.raises(SealBroken):
        fields.opened(NAME, EVENT_ID, canonical(given_away), KEYS | {"ben": KEYS["text"]})


def test_a_missing_key_is_not_taken_for_a_destroyed_one() -> None:
    with pytest.raises(KeyError):
        fields.opened(NAME, EVENT_ID, fields.sealed(NAME, EVENT_ID, CLEAR, KEYS), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeTold:
    person_id: str
    age: Annotated[int, Personal("person_id")]
    type: Literal["age.told"] = "age.told"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTold:
    name: Annotated[str, Personal("person_id")]
    type: Literal["name.told"] = "name.told"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsTold:
    person_id: str
    name: Annotated[str, Personal("person_id")]
    labels: dict[str, str]
    type: Literal["labels.told"] = "labels.told"


@pytest.mark.parametrize(
    ("event", "words"),
    [(AgeTold, "only text"), (NameTold, "no plain field"), (LabelsTold, "free keys")],
)
def test_a_mark_that_could_not_be_kept_is_found_when_the_process_starts(
    event: type, words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        PersonalFields((event,))


def test_what_the_first_release_sealed_still_opens() -> None:
    shipped = (
        b'{"contact_methods":[{"address":{"sealed":"Yt6167my0EW8OnNH6PpQIEoa1QC1T2201TZYARRrG8Y=",'
        b'"subject":"text"},"channel":"text","secret":{"sealed":'
        b'"Z11aBV9vGJ7xgK5WNVYDuCUhR7PrWzD8nPmIYp7HDu4=","subject":"text"}}],"name":{"sealed":'
        b'"m129HRfRgRlhB3zWFBNcMQsJ9eucHivT/tqP/xXSqM4=","subject":"text"},'
        b'"registered_at":"2026-03-02T12:00:00.000000Z","registered_by":"text",'
        b'"responder_id":"text"}'
    )
    since = {"kind", "notification_rules", "quiet_hours"}
    known_then = {name: value for name, value in json.loads(CLEAR).items() if name not in since}
    assert fields.opened(NAME, EVENT_ID, shipped, KEYS) == canonical(known_then)
