"""What an incident's fields take, and when they must have a value."""

from dataclasses import replace

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from events.errors import FieldInvalid, FieldsMissing, FieldUnknown, IncidentEnded
from events.ids import IncidentTypeId
from events.incident.decide import incident_decider
from events.incident.fields.commands import SetFields, SetIncidentType
from events.incident.fields.events import IncidentFieldsChanged, IncidentTyped
from events.incident.fields.state import CustomFields, fields_after
from events.values.custom_fields import (
    CustomField,
    FieldKind,
    FieldValue,
    IncidentType,
    Needed,
    fault_in,
)
from tests.events.incident.story import (
    INC_7,
    NOW,
    ana,
    ana_commands,
    closed,
    declare,
    declared,
    resolve,
    resolved,
)
from tests.given import given

CUSTOMER = CustomField(
    field_id="customer", label="Customer", kind=FieldKind.TEXT, needed=Needed.DECLARATION
)
REGION = CustomField(
    field_id="region", label="Region", kind=FieldKind.MULTI_SELECT, options=("eu", "us")
)
ROWS = CustomField(
    field_id="rows", label="Rows lost", kind=FieldKind.NUMBER, needed=Needed.RESOLUTION
)
LOSS = IncidentType(
    incident_type_id=IncidentTypeId("data-loss"),
    name="Data loss",
    fields=(CUSTOMER, REGION, ROWS),
)

typed = IncidentTyped(
    incident_id=INC_7,
    incident_type_id=LOSS.incident_type_id,
    name=LOSS.name,
    fields=LOSS.fields,
    typed_by="responder:ana",
    typed_at=NOW,
)


def filled(field: CustomField, *texts: str) -> IncidentFieldsChanged:
    value = FieldValue(field_id=field.field_id, label=field.label, texts=texts)
    return IncidentFieldsChanged(
        incident_id=INC_7, values=(value,), changed_by="responder:ana", changed_at=NOW
    )


def fill(field_id: str, *texts: str) -> SetFields:
    return SetFields(values={field_id: texts}, actor=ana, at=NOW)


acme = filled(CUSTOMER, "ACME")


def test_a_declaration_of_a_type_carries_its_fields_and_what_is_known() -> None:
    of_a_type = replace(declare, incident_type=LOSS, fields={"customer": ("ACME",)}, actor=ana)
    events = incident_decider.decide(of_a_type, incident_decider.initial)
    assert typed in events
    assert acme in events


def test_what_must_be_known_at_the_declaration_is_asked_for_by_name() -> None:
    given().when(replace(declare, incident_type=LOSS)).refused(FieldsMissing, "Customer (customer)")


def test_an_incident_without_a_type_has_no_fields() -> None:
    given().when(replace(declare, fields={"customer": ("ACME",)})).refused(
        FieldUnknown, "it has no fields"
    )
    given(declared).when(fill("customer", "ACME")).refused(FieldUnknown, "No such field: customer")


def test_a_field_is_set_once_and_only_what_changes_is_told() -> None:
    given(declared, typed, acme).when(fill("region", "eu", "us")).then(filled(REGION, "eu", "us"))
    given(declared, typed, acme).when(fill("customer", "ACME")).then_nothing()
    both = SetFields(values={"customer": ("ACME",), "rows": ("7",)}, actor=ana, at=NOW)
    given(declared, typed, acme).when(both).then(filled(ROWS, "7"))


def test_one_wrong_value_changes_nothing_and_is_named() -> None:
    both = SetFields(values={"rows": ("7",), "region": ("mars",)}, actor=ana, at=NOW)
    given(declared, typed, acme).when(both).refused(FieldInvalid, "Region (region)")
    given(declared, typed, acme).when(fill("rows", "many")).refused(FieldInvalid, "in digits")
    given(declared, typed, acme).when(fill("planet", "x")).refused(FieldUnknown, "customer, region")


def test_what_must_be_known_at_the_resolution_holds_it_up_until_then() -> None:
    before = (declared, *ana_commands, typed, acme)
    given(*before).when(resolve()).refused(FieldsMissing, "Rows lost (rows)")
    known = incident_decider.fold((*before, filled(ROWS, "7")))
    assert incident_decider.decide(resolve(), known)


def test_a_field_that_must_have_a_value_is_not_emptied() -> None:
    there = (declared, typed, acme, filled(ROWS, "7"))
    given(*there).when(fill("customer")).refused(FieldsMissing, "keep a value")
    given(*there).when(fill("rows")).then(filled(ROWS))
    given(*there, resolved).when(fill("rows")).refused(FieldsMissing, "keep a value")


def test_what_is_closed_keeps_its_fields() -> None:
    given(declared, typed, acme, closed).when(fill("rows", "7")).refused(IncidentEnded)


def type_as(incident_type: IncidentType, **values: str) -> SetIncidentType:
    return SetIncidentType(
        incident_type=incident_type,
        values={field_id: (text,) for field_id, text in values.items()},
        actor=ana,
        at=NOW,
    )


def test_an_incident_that_an_alert_opened_is_given_a_type_later() -> None:
    given(declared).when(type_as(LOSS)).refused(FieldsMissing, "Data loss also needs Customer")
    given(declared).when(type_as(LOSS, customer="ACME")).then(typed, acme)
    given(declared, typed, acme).when(type_as(LOSS, customer="ACME")).then_nothing()
    given(declared, typed, acme).when(type_as(LOSS, rows="7")).then(filled(ROWS, "7"))


def test_another_type_keeps_what_its_fields_take_and_nothing_else() -> None:
    planet = CustomField(field_id="planet", label="Planet", kind=FieldKind.TEXT)
    region = replace(REGION, options=("us", "apac"))
    fraud = IncidentType(
        incident_type_id=IncidentTypeId("fraud"), name="Fraud", fields=(planet, region, CUSTOMER)
    )
    retyped = replace(
        typed, incident_type_id=fraud.incident_type_id, name="Fraud", fields=fraud.fields
    )
    before = (declared, typed, acme, filled(REGION, "eu"))
    given(*before).when(type_as(fraud)).then(retyped, acme)
    given(*before).when(type_as(fraud, rows="7")).refused(FieldUnknown, "planet, region, customer")
    both = replace(acme, values=(acme.values[0], filled(planet, "Mars").values[0]))
    given(*before).when(type_as(fraud, planet="Mars")).then(retyped, both)


def test_a_type_that_was_changed_since_brings_its_new_fields() -> None:
    wider = replace(LOSS, fields=(*LOSS.fields, replace(REGION, field_id="zone", label="Zone")))
    given(declared, typed, acme).when(type_as(wider)).then(
        replace(typed, fields=wider.fields), acme
    )


def test_what_is_resolved_is_only_given_a_type_with_all_it_needs() -> None:
    given(declared, resolved).when(type_as(LOSS, customer="ACME")).refused(
        FieldsMissing, "Rows lost (rows)"
    )
    given(declared, closed).when(type_as(LOSS, customer="ACME")).refused(IncidentEnded)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (FieldKind.TEXT, "anything", "  "),
        (FieldKind.NUMBER, "-0.5", "1e3"),
        (FieldKind.NUMBER, "9007199254740993", "٣"),
        (FieldKind.DATE, "2024-02-29", "2023-02-29"),
        (FieldKind.DATE, "2026-11-23", "20261123"),
        (FieldKind.LINK, "https://example.com/x", "javascript:alert(1)"),
        (FieldKind.SELECT, "eu", "mars"),
        (FieldKind.MULTI_SELECT, "eu", "mars"),
    ],
)
def test_a_value_is_what_its_field_takes(kind: FieldKind, good: str, bad: str) -> None:
    options = ("eu", "us") if kind.chooses else ()
    field = CustomField(field_id="one", label="One", kind=kind, options=options)
    assert fault_in(field, (good,)) is None
    assert fault_in(field, (bad,))
    assert fault_in(field, (good, good))
    assert fault_in(field, ()) is None


@whatever(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.lists(st.text(), max_size=2))))
def test_fields_say_what_they_were_given_last(story: list[tuple[str, list[str]]]) -> None:
    custom, last = CustomFields(), dict[str, tuple[str, ...]]()
    for field_id, texts in story:
        one = CustomField(field_id=field_id, label=field_id, kind=FieldKind.MULTI_SELECT)
        custom = fields_after(custom, filled(one, *texts))
        last[field_id] = tuple(texts)
    assert {one.field_id: one.texts for one in custom.values} == {
        field_id: texts for field_id, texts in last.items() if texts
    }
