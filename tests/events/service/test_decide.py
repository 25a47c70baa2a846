"""A service follows its newest definition; the practice's deadlines hold where it names none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.errors import LinkRefused, ServiceNotFound
from events.ids import EscalationPolicyId, ServiceId, TeamId
from events.incident.phases import DEFAULT_DEADLINES, Phase, PhaseDeadline
from events.service.commands import ChangeServiceLinks, DefineService
from events.service.decide import service_decider
from events.service.events import ServiceDefined, ServiceLinksChanged
from events.values.links import Link, LinkKind
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
quick = (PhaseDeadline(phase=Phase.TRIAGE, within=timedelta(minutes=2)),)

define = DefineService(
    service_id=ServiceId("checkout"),
    name="Checkout",
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    deadlines=DEFAULT_DEADLINES,
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
defined = ServiceDefined(
    service_id=ServiceId("checkout"),
    name="Checkout",
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    deadlines=DEFAULT_DEADLINES,
    defined_by="api_key:root",
    defined_at=NOW,
)


def test_a_service_is_defined() -> None:
    given().when(define).then(defined)


def test_defining_the_same_service_again_changes_nothing() -> None:
    given(defined).when(replace(define, at=NOW + timedelta(days=1))).then_nothing()


def test_a_service_follows_its_newest_definition() -> None:
    changed = replace(defined, deadlines=quick, escalation_policy_id=None)
    given(defined).when(replace(define, deadlines=quick, escalation_policy_id=None)).then(changed)
    service = service_decider.fold([defined, changed])
    assert service.deadlines == quick
    assert service.escalation_policy_id is None


def test_a_service_belongs_to_a_team_until_it_is_defined_without_one() -> None:
    owned = replace(defined, team_id=TeamId("shop"))
    given(defined).when(replace(define, team_id=TeamId("shop"))).then(owned)
    given(owned).when(define).then(defined)


def test_by_default_the_response_begins_within_five_minutes() -> None:
    [deadline] = service_decider.initial.deadlines
    assert (deadline.phase, deadline.within) == (Phase.RESPONSE, timedelta(minutes=5))


def test_links_are_replaced_and_outlive_a_new_definition() -> None:
    link = Link(kind=LinkKind.RUNBOOK, title="Restart", url="https://wiki.example.com/restart")
    change = ChangeServiceLinks(
        service_id=define.service_id, links=(link,), actor=define.actor, at=NOW
    )
    changed = ServiceLinksChanged(
        service_id=define.service_id, links=(link,), changed_by="api_key:root", changed_at=NOW
    )
    given(defined).when(change).then(changed)
    given(defined, changed).when(change).then_nothing()
    given().when(change).refused(ServiceNotFound, "checkout")
    given(defined).when(replace(change, links=(link, link))).refused(LinkRefused, "once")
    assert service_decider.fold([defined, changed, replace(defined, name="Shop")]).links == (link,)
