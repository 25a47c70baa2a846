"""An incident that is reassigned is nobody's, and those it is given to are paged for it."""

from dataclasses import replace
from typing import Any

from events.errors import IncidentResolvedAlready, NobodyToPage, ReasonRequired
from events.ids import EscalationPolicyId
from events.incident.decide import incident_decider
from events.incident.pages.events import IncidentPageCancelled, IncidentPageRequested
from events.incident.pages.rules import wanted_pages
from events.incident.reassignment.commands import ReassignIncident
from events.incident.reassignment.events import IncidentReassigned
from events.incident.reassignment.rules import ReassignedToOneself
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    acknowledged_by,
    ana,
    declared,
    resolved,
)
from tests.events.incident.test_snooze import snoozed
from tests.given import given

ON_CALL = EscalationPolicyId("checkout-on-call")
NETWORK = EscalationPolicyId("network-on-call")
TO_BEN = ReassignIncident(
    responder_ids=(BEN,), escalation_policy_id=None, reason="He knows it.", actor=ana, at=NOW
)
REASSIGNED = IncidentReassigned(
    incident_id=INC_7,
    responder_ids=(BEN,),
    escalation_policy_id=None,
    previously="responder:ana",
    reason="He knows it.",
    reassigned_by="responder:ana",
    reassigned_at=NOW,
)
PAGE = IncidentPageRequested(
    incident_id=INC_7,
    number=2,
    purpose=Purpose.RESPONSE,
    about="reassigned:1",
    ask="Reassigned: He knows it.",
    target=PageTarget(escalation_policy_id=ON_CALL, levels_at_once=0, responder_ids=(BEN,)),
    not_before=None,
    requested_by="responder:ana",
    requested_at=NOW,
)
ANA_HAS_IT = acknowledged_by("responder:ana")


def after_all(*events: Any) -> Incident:
    return incident_decider.fold(events)


def paged(incident: Incident) -> list[int]:
    return [one.number for one in wanted_pages(incident) if one.wanted and not one.not_before]


def test_whoever_had_it_has_it_no_longer_and_those_named_are_paged() -> None:
    given(declared, ANA_HAS_IT).when(TO_BEN).then(REASSIGNED, PAGE)
    given_away = after_all(declared, ANA_HAS_IT, REASSIGNED, PAGE)
    assert (given_away.acknowledged_by, paged(given_away)) == (None, [2])


def test_whoever_was_being_paged_for_it_is_paged_no_more() -> None:
    cancelled = IncidentPageCancelled(
        incident_id=INC_7,
        number=1,
        reason="reassigned to others",
        cancelled_by="responder:ana",
        cancelled_at=NOW,
    )
    given(declared).when(TO_BEN).then(replace(REASSIGNED, previously=None), cancelled, PAGE)


def test_another_escalation_policy_is_the_incidents_from_then_on() -> None:
    command = replace(TO_BEN, responder_ids=(), escalation_policy_id=NETWORK)
    events = given(declared, ANA_HAS_IT).when(command).decide()
    incident = after_all(declared, ANA_HAS_IT, *events)
    assert incident.escalation_policy_id == NETWORK
    assert incident.pages[-1].target == PageTarget(escalation_policy_id=NETWORK)


def test_a_snooze_ends_with_the_reassignment() -> None:
    story = (declared, ANA_HAS_IT, snoozed())
    incident = after_all(*story, *given(*story).when(TO_BEN).decide())
    assert (incident.snooze, paged(incident)) == (None, [3])


def test_nobody_reassigns_to_themselves_to_nobody_or_without_a_reason() -> None:
    given(declared).when(replace(TO_BEN, responder_ids=(CEM, ANA))).refused(
        ReassignedToOneself, "acknowledge"
    )
    given(declared).when(replace(TO_BEN, responder_ids=())).refused(NobodyToPage)
    given(declared).when(replace(TO_BEN, reason=" ")).refused(ReasonRequired)
    given(declared, resolved).when(TO_BEN).refused(IncidentResolvedAlready)


def test_given_to_the_one_who_has_it_it_stays_as_it_is() -> None:
    given(declared, acknowledged_by("responder:ben")).when(TO_BEN).then_nothing()
