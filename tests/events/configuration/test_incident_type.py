"""An incident type's fields can be told apart, and its choices have options."""

from dataclasses import replace
from datetime import UTC, datetime

from events.actor import Actor
from events.configuration.incident_type import (
    DefineIncidentType,
    IncidentTypeDefined,
    IncidentTypeRefused,
)
from events.ids import IncidentTypeId
from events.values.custom_fields import CustomField, FieldKind
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REGION = CustomField(field_id="region", label="Region", kind=FieldKind.SELECT, options=("eu", "us"))

define = DefineIncidentType(
    incident_type_id=IncidentTypeId("data-loss"),
    name="Data loss",
    fields=(REGION,),
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
defined = IncidentTypeDefined(
    incident_type_id=define.incident_type_id,
    name=define.name,
    fields=define.fields,
    defined_by="api_key:root",
    defined_at=NOW,
)


def test_a_type_is_defined_once_and_again_when_it_changes() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then_nothing()
    given(defined).when(replace(define, name="Loss")).then(replace(defined, name="Loss"))


def test_two_fields_by_one_name_are_refused() -> None:
    given().when(replace(define, fields=(REGION, REGION))).refused(IncidentTypeRefused, "region")


def test_a_choice_needs_options_and_nothing_else_has_them() -> None:
    none = replace(REGION, options=())
    given().when(replace(define, fields=(none,))).refused(IncidentTypeRefused, "give some")
    twice = replace(REGION, options=("eu", "eu"))
    given().when(replace(define, fields=(twice,))).refused(IncidentTypeRefused, "twice: eu")
    number = replace(REGION, kind=FieldKind.NUMBER)
    given().when(replace(define, fields=(number,))).refused(IncidentTypeRefused, "is a number")
