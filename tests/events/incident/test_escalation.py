"""Escalating by hand pages the next level, once, whoever has the incident."""

from dataclasses import replace
from typing import Any

from events.errors import IncidentResolvedAlready, NobodyToPage
from events.ids import EscalationPolicyId
from events.incident.decide import incident_decider
from events.incident.escalation.commands import EscalateIncident, LevelSeen
from events.incident.escalation.rules import EscalatedAlready
from events.incident.pages.events import IncidentPageCancelled, IncidentPageRequested
from events.incident.pages.rules import wanted_pages
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from tests.events.incident.story import (
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
SEEN = LevelSeen(page=1, round=1, level=1, next_policy_id=ON_CALL, next_level=2)
ESCALATE = EscalateIncident(
    page=1, round=1, level=1, now=SEEN, reason="Ada is stuck.", actor=ana, at=NOW
)
PAGE = IncidentPageRequested(
    incident_id=INC_7,
    number=2,
    purpose=Purpose.RESPONSE,
    about="escalated:1",
    ask="Escalated: Ada is stuck.",
    target=PageTarget(escalation_policy_id=ON_CALL, from_level=2),
    not_before=None,
    requested_by="responder:ana",
    requested_at=NOW,
)
ADA_HAS_IT = acknowledged_by("responder:ada")


def wanted(*events: Any) -> list[int]:
    return [one.number for one in wanted_pages(incident_decider.fold(events)) if one.wanted]


def test_the_next_level_is_asked_and_whoever_had_the_incident_has_it_no_longer() -> None:
    given(declared, ADA_HAS_IT).when(ESCALATE).then(PAGE)
    escalated = incident_decider.fold([declared, ADA_HAS_IT, PAGE])
    assert (escalated.acknowledged_by, wanted(declared, ADA_HAS_IT, PAGE)) == (None, [2])


def test_the_page_that_runs_ends_and_goes_on_at_the_next_level() -> None:
    cancelled = IncidentPageCancelled(
        incident_id=INC_7,
        number=1,
        reason="escalated by hand",
        cancelled_by="responder:ana",
        cancelled_at=NOW,
    )
    given(declared).when(ESCALATE).then(cancelled, PAGE)
    assert wanted(declared, cancelled, PAGE) == [2]


def test_a_second_click_changes_nothing_and_says_so() -> None:
    given(declared, ADA_HAS_IT, PAGE).when(ESCALATE).refused(EscalatedAlready, "page 2")
    there = replace(SEEN, page=2, next_level=3)
    given(declared, ADA_HAS_IT, PAGE).when(replace(ESCALATE, now=there)).refused(EscalatedAlready)
    moved_on = replace(SEEN, level=2, next_level=3)
    given(declared).when(replace(ESCALATE, now=moved_on)).refused(EscalatedAlready, "level 2")


def test_a_snooze_ends_with_the_escalation() -> None:
    story = (declared, ADA_HAS_IT, snoozed())
    events = given(*story).when(ESCALATE).decide()
    everything: list[Any] = [*story, *events]
    incident = incident_decider.fold(everything)
    assert (incident.snooze, wanted(*story, *events)) == (None, [3])


def test_from_the_last_level_or_from_nobody_there_is_nowhere_to_escalate_to() -> None:
    last = replace(SEEN, next_policy_id=None)
    given(declared).when(replace(ESCALATE, now=last)).refused(NobodyToPage, "last")
    given(declared).when(replace(ESCALATE, now=None)).refused(NobodyToPage, "reassign")
    nobody = replace(declared, escalation_policy_id=None)
    given(nobody).when(ESCALATE).refused(NobodyToPage)
    given(declared, resolved).when(ESCALATE).refused(IncidentResolvedAlready)
