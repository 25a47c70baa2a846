"""Alerts that join: nobody has the incident, it is worse, or it was mitigated; else nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.actor import Actor
from events.errors import IncidentEnded, IncidentResolvedAlready
from events.incident.alerts.commands import JoinAlerts
from events.incident.commands import AcknowledgeIncident, MitigateIncident
from events.incident.decide import incident_decider
from events.incident.pages.rules import wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.roles.events import Role
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.names import Timestamp
from events.incident.work_item.commands import CompleteWorkItem
from events.page.purpose import Purpose
from events.values.severity import Impact, Scope, Severity, is_worse, worst_of
from tests.events.incident.story import (
    ANA,
    acknowledged_by,
    ana,
    assign,
    declare,
    declared,
    decline,
    resolved,
    robot,
    triage,
)
from tests.events.incident.test_severity_response import NIGHT, declaring, lived, types
from tests.given import given


def joining(severity: Severity | None = None, **changes: Any) -> JoinAlerts:
    command = JoinAlerts(
        words="Alert DiskFull",
        severity=severity,
        news=True,
        unanswered=(),
        actor=robot,
        at=NIGHT,
    )
    return replace(command, **changes)


def wanted(events: list[Any]) -> list[RequestedPage]:
    return [page for page in wanted_pages(incident_decider.fold(events)) if page.wanted]


def after_joining(*commands: Any, join: JoinAlerts) -> tuple[list[str], list[RequestedPage]]:
    """Return what joining led to, and the pages that are wanted after it."""
    before = lived(*commands)
    events = incident_decider.decide(join, incident_decider.fold(before))
    return types(events), wanted([*before, *events])


take = AcknowledgeIncident(actor=ana, at=NIGHT)
mitigate = MitigateIncident(summary="Failed over.", actor=ana, at=NIGHT)


@pytest.mark.parametrize("severity", [Severity.SEV2, Severity.SEV3, None])
def test_an_alert_no_worse_than_an_incident_that_people_are_paged_for_changes_nothing(
    severity: Severity | None,
) -> None:
    told, _ = after_joining(declaring(Severity.SEV2), join=joining(severity))
    assert told == []


def test_an_alert_that_joins_an_incident_somebody_has_pages_nobody() -> None:
    told, _ = after_joining(declaring(Severity.SEV2), take, join=joining(Severity.SEV2))
    assert told == []


def test_a_sev1_that_joins_a_work_item_raises_it_and_pages_all_hands() -> None:
    told, pages = after_joining(declaring(Severity.SEV4), join=joining(Severity.SEV1))
    assert told[:2] == ["incident.severity_changed", "work_item.retracted"]
    assert [page.purpose for page in pages] == [Purpose.RESPONSE, Purpose.REMINDER]
    assert pages[0].target.levels_at_once == 2
    assert "DiskFull" in pages[0].ask


def test_a_sev2_that_joins_an_incident_which_waits_for_monday_pages_now() -> None:
    _, [page] = after_joining(declaring(Severity.SEV3), join=joining(Severity.SEV2))
    assert page.not_before is None


@pytest.mark.parametrize("severity", [Severity.SEV3, Severity.SEV4])
def test_an_alert_of_unknown_severity_pages_now_for_what_only_monitors_called_harmless(
    severity: Severity,
) -> None:
    told, [page] = after_joining(declaring(severity), join=joining(None))
    assert (page.not_before, "incident.severity_changed" in told) == (None, False)


def test_an_alert_of_unknown_severity_leaves_a_persons_judgement_alone() -> None:
    harmless = replace(triage(Impact.INCONVENIENCE, Scope.MINIMAL), at=NIGHT)
    told, pages = after_joining(declaring(None), harmless, join=joining(None))
    assert (told, pages) == ([], [])


@pytest.mark.parametrize("news", [True, False], ids=["just now", "still"])
def test_an_alert_that_fires_pages_again_when_nobody_has_answered(*, news: bool) -> None:
    join = joining(None, news=news, unanswered=(1,))
    told, [page] = after_joining(declaring(None), join=join)
    assert told == ["incident.page_cancelled", "incident.page_requested"]
    assert (page.purpose, page.about) == (Purpose.RESPONSE, "alert:1")


def test_a_work_item_that_is_done_is_opened_again_by_the_next_alert() -> None:
    done = CompleteWorkItem(summary="Cleaned up.", actor=ana, at=NIGHT)
    told, _ = after_joining(declaring(Severity.SEV4), done, join=joining(Severity.SEV4))
    assert told == ["work_item.opened"]


def test_an_open_work_item_is_enough_for_one_more_alert_of_its_kind() -> None:
    told, _ = after_joining(declaring(Severity.SEV4), join=joining(Severity.SEV4))
    assert told == []


def test_an_alert_after_the_mitigation_reminds_whoever_has_it_once() -> None:
    story = [declaring(Severity.SEV2), take, mitigate]
    told, [page] = after_joining(*story, join=joining())
    assert (told, page.purpose) == (["incident.page_requested"], Purpose.REMINDER)
    assert page.target.responder_ids == (ANA,)
    again, _ = after_joining(*story, joining(), join=joining())
    assert again == []


def test_an_alert_that_fires_still_reminds_nobody() -> None:
    story = [declaring(Severity.SEV2), take, mitigate]
    told, _ = after_joining(*story, join=joining(Severity.SEV1, news=False))
    assert told == []


def test_a_worse_alert_is_brought_to_the_commander_who_has_judged_before() -> None:
    story = [
        declaring(None),
        take,
        replace(assign(Role.COMMANDER, ANA, ana), at=NIGHT),
        replace(triage(Impact.DEGRADED, Scope.LIMITED), at=NIGHT),
    ]
    told, [page] = after_joining(*story, join=joining(Severity.SEV1))
    assert told == ["incident.page_requested"]
    assert page.target.responder_ids == (ANA,)
    assert "SEV1" in page.ask


def test_an_incident_from_before_there_were_policies_is_paged_again_too() -> None:
    given(declared).when(joining(unanswered=())).then_nothing()
    told, [page] = after_joining(declare, join=joining(unanswered=(1,)))
    assert told == ["incident.page_cancelled", "incident.page_requested"]
    assert page.target.escalation_policy_id == declare.escalation_policy_id


def test_where_nobody_can_be_paged_nothing_is_cancelled() -> None:
    nobody = replace(declare, escalation_policy_id=None)
    told, _ = after_joining(nobody, join=joining(unanswered=(1,)))
    assert told == []


def test_what_is_over_takes_no_alerts() -> None:
    given(declared, acknowledged_by("responder:ana"), resolved).when(joining()).refused(
        IncidentResolvedAlready
    )
    over = lived(declaring(None), replace(decline("No."), at=NIGHT))
    given(*over).when(joining()).refused(IncidentEnded)


def test_a_severity_that_nobody_knows_is_worse_than_one_that_pages_nobody_tonight() -> None:
    assert worst_of([Severity.SEV4, None, Severity.SEV3]) is None
    assert worst_of([None, Severity.SEV2]) is Severity.SEV2
    assert worst_of([]) is None
    assert not is_worse(None, Severity.SEV2)


def retelling(**changes: Any) -> JoinAlerts:
    told = {"title": "Checkout is down", "summary": "Alerts firing: 2."}
    return joining(**{**told, **changes})


def test_a_summary_follows_its_alerts_until_somebody_has_the_incident() -> None:
    told, _ = after_joining(declaring(None), join=retelling())
    assert told == ["incident.described"]
    after = incident_decider.fold(lived(declaring(None), retelling()))
    assert (after.title, after.description.summary) == (declare.title, "Alerts firing: 2.")
    assert after_joining(declaring(None), take, join=retelling())[0] == []


def test_an_incident_that_is_raised_is_named_after_the_alert_that_raised_it() -> None:
    title = "Payments are down"
    raised = retelling(title=title, severity=Severity.SEV1)
    after = incident_decider.fold(lived(declaring(Severity.SEV3), raised))
    assert (after.severity, after.title) == (Severity.SEV1, title)


def test_what_a_person_declared_keeps_the_persons_words() -> None:
    by_hand = declaring(None, actor=ana)
    assert after_joining(by_hand, join=retelling(began_at=NIGHT - timedelta(hours=1)))[0] == []


def test_an_alert_that_began_before_moves_the_beginning_unless_a_person_told_it() -> None:
    earlier = retelling(summary=None, began_at=NIGHT - timedelta(minutes=20))
    after = incident_decider.fold(lived(declaring(None, began_at=NIGHT), earlier))
    assert after.timestamps.began == NIGHT - timedelta(minutes=20)
    later = retelling(summary=None, began_at=NIGHT)
    assert after_joining(declaring(None, began_at=NIGHT), join=later)[0] == []
    by_hand = CorrectTimestamp(
        timestamp=Timestamp.BEGAN,
        happened_at=NIGHT - timedelta(minutes=5),
        reason="The graph says so.",
        actor=ana,
        at=NIGHT,
    )
    assert after_joining(declaring(None, began_at=NIGHT), by_hand, join=earlier)[0] == []


def test_whom_the_service_names_by_now_is_paged_for_what_began_when_it_named_nobody() -> None:
    nobody = declaring(None, escalation_policy_id=None)
    join = joining(escalation_policy_id=declare.escalation_policy_id)
    _, [page] = after_joining(nobody, join=join)
    assert page.target.escalation_policy_id == declare.escalation_policy_id


by_monitor = AcknowledgeIncident(actor=Actor(principal="integration:pagerduty"), at=NIGHT)


@pytest.mark.parametrize("severity", [Severity.SEV1, Severity.SEV2, Severity.SEV4, None])
def test_an_alert_that_comes_to_an_incident_which_only_a_monitor_has_pages_people(
    severity: Severity | None,
) -> None:
    _, pages = after_joining(declaring(Severity.SEV2), by_monitor, join=joining(severity))
    assert Purpose.RESPONSE in {page.purpose for page in pages}


def test_an_alert_that_fires_still_leaves_an_incident_to_the_monitor_that_has_it() -> None:
    told, pages = after_joining(
        declaring(Severity.SEV2), by_monitor, join=joining(Severity.SEV2, news=False)
    )
    assert (told, pages) == ([], [])


def test_what_a_person_took_over_from_a_monitor_is_that_persons() -> None:
    told, _ = after_joining(declaring(Severity.SEV2), by_monitor, take, join=joining(Severity.SEV2))
    assert told == []
