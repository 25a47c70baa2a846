"""A rule gives an incident its type and fields, and whatever does not fit never loses a page."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.actor import Actor
from events.ids import IncidentId, IncidentTypeId
from events.incident.commands import DeclareIncident
from events.incident.decide import incident_decider
from events.incident.fields.events import IncidentTyped
from events.routing.decision import decided
from events.routing.refusals import RoutingRulesRefused
from events.routing.rule import Outcome
from events.routing.typed import FieldText, TypedAs, typed_incident
from events.values.custom_fields import CustomField, FieldKind, IncidentType, Needed
from tests.events.routing.test_routing import DISK, define, listed, rule
from tests.given import given

OUTAGE = IncidentTypeId("outage")
REGION = CustomField(field_id="region", label="Region", kind=FieldKind.SELECT, options=("eu", "us"))
HOST = CustomField(field_id="host", label="Host", kind=FieldKind.TEXT)


def outage(*fields: CustomField) -> IncidentType:
    return IncidentType(incident_type_id=OUTAGE, name="Outage", fields=fields)


def wanted(**fields: str) -> TypedAs:
    said = tuple(FieldText(field_id=name, texts=(text,)) for name, text in fields.items())
    return TypedAs(rule="disks", owner="organisation", incident_type_id=OUTAGE, fields=said)


def test_fields_say_what_the_alert_says() -> None:
    texts = (FieldText(field_id="host", texts=("{labels.host} of {labels.env}",)),)
    one = rule("disks", outcome=Outcome(incident_type_id=OUTAGE, fields=texts))
    made = decided([listed(one)], DISK).typed_as
    assert made is not None
    assert made == wanted(host="db-1 of production")
    typed = typed_incident(made, outage(HOST))
    assert (typed.fields, typed.warnings) == ({"host": ("db-1 of production",)}, ())


@pytest.mark.parametrize(
    ("said", "found", "left", "warning"),
    [
        (wanted(region="eu"), None, {}, "There is no incident type outage"),
        (wanted(host="db-1", region="eu"), outage(HOST), {"host": ("db-1",)}, "no such field"),
        (wanted(region="mars"), outage(REGION), {}, "choose one of eu, us"),
    ],
    ids=["type is gone", "field is gone", "not an option"],
)
def test_what_is_gone_is_left_out_and_said(
    said: TypedAs, found: IncidentType | None, left: dict[str, tuple[str, ...]], warning: str
) -> None:
    typed = typed_incident(said, found)
    assert (typed.fields, typed.incident_type) == (left, found)
    [one] = typed.warnings
    assert warning in one
    assert "routing rule disks (organisation)" in one


def test_fields_without_their_type_are_refused() -> None:
    one = rule("r", outcome=Outcome(fields=(FieldText(field_id="host", texts=("x",)),)))
    given().when(
        type(define)(
            routing_rules_id=define.routing_rules_id, rules=(one,), actor=define.actor, at=define.at
        )
    ).refused(RoutingRulesRefused, "name it")


FIELDS = st.builds(
    CustomField,
    field_id=st.sampled_from(["region", "host", "cost"]),
    label=st.just("Label"),
    kind=st.sampled_from(FieldKind),
    options=st.just(("eu", "us")),
    needed=st.sampled_from(Needed),
)
TYPES = st.lists(FIELDS, max_size=3, unique_by=lambda one: one.field_id).map(
    lambda fields: outage(*fields)
)
TEXTS = st.lists(
    st.sampled_from(["eu", "us", "12", "2026-11-23", "", " ", "x" * 3_000]), max_size=3
)
SAID = st.dictionaries(st.sampled_from(["region", "host", "cost", "gone"]), TEXTS.map(tuple))


@any_of(SAID, st.none() | TYPES)
def test_whatever_a_rule_says_of_whatever_type_the_incident_is_declared(
    said: dict[str, tuple[str, ...]], found: IncidentType | None
) -> None:
    fields = tuple(FieldText(field_id=name, texts=texts) for name, texts in said.items())
    typed = typed_incident(
        TypedAs(rule="r", owner="organisation", incident_type_id=OUTAGE, fields=fields), found
    )
    at = datetime(2026, 11, 23, tzinfo=UTC)
    command = DeclareIncident(
        incident_id=IncidentId(UUID(int=1)),
        title="Disk full",
        summary="",
        service_id=None,
        severity=None,
        escalation_policy_id=None,
        deadlines=(),
        actor=Actor(principal="integration:x"),
        at=at,
        incident_type=typed.incident_type,
        fields=typed.fields,
    )
    events = incident_decider.decide(command, incident_decider.initial)
    named = any(isinstance(one, IncidentTyped) for one in events)
    assert named or typed.warnings
