"""What each severity pages for, at once or later, and what raising and lowering it change, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.actor import Actor
from events.errors import ReasonRequired, WorkItemNotFound
from events.ids import EscalationPolicyId, ResponderId
from events.incident.commands import DeclareIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.due import due
from events.incident.modes import Mode
from events.incident.pages.commands import AcceptPage, DeclinePage, RequestPage
from events.incident.pages.rules import wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.phases import Phase
from events.incident.severity.commands import ChangeSeverity
from events.incident.work_item.commands import CompleteWorkItem, ReassignWorkItem
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy, MatrixCell
from events.values.severity import Impact, Scope, Severity
from tests.events.incident.story import (
    ANA,
    BEN,
    acknowledged_by,
    admin,
    ana,
    declare,
    in_phase,
    joined,
    reopen,
    resolve,
    triage,
)
from tests.given import given

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMMANDERS = EscalationPolicyId("commanders")
CHANNEL = ResponderId("everybody-channel")
POLICY = CapturedPolicy(
    number=1,
    policy=replace(
        DEFAULT, commander_on_call=COMMANDERS, everybody=(CHANNEL,), work_item_owner=BEN
    ),
)


def declaring(severity: Severity | None, at: datetime = NIGHT, **changes: Any) -> DeclareIncident:
    return replace(declare, severity=severity, policy=POLICY, at=at, **changes)


def lived(*commands: IncidentCommand) -> list[Any]:
    """Return everything that follows from the commands."""
    told: list[Any] = []
    for command in commands:
        told += incident_decider.decide(command, incident_decider.fold(told))
    return told


def changing(severity: Severity, at: datetime = NIGHT) -> ChangeSeverity:
    return ChangeSeverity(severity=severity, reason="It spreads.", actor=admin, at=at)


def wanted(events: list[Any]) -> list[RequestedPage]:
    return [page for page in wanted_pages(incident_decider.fold(events)) if page.wanted]


def types(events: list[Any]) -> list[str]:
    return [event.type for event in events]


def test_sev1_pages_primary_and_secondary_at_once_with_everybody_and_the_commander() -> None:
    first, commander = wanted(lived(declaring(Severity.SEV1)))
    assert first.purpose is Purpose.RESPONSE
    assert first.target.levels_at_once == 2
    assert first.target.responder_ids == (CHANNEL,)
    assert first.target.acknowledge_within == timedelta(minutes=5)
    assert first.not_before is None
    assert commander.purpose is Purpose.REMINDER
    assert commander.target.escalation_policy_id == COMMANDERS
    assert "command" in commander.ask


@pytest.mark.parametrize("severity", [Severity.SEV2, None])
def test_sev2_and_an_unknown_severity_page_the_team_on_call_at_once(
    severity: Severity | None,
) -> None:
    [page] = wanted(lived(declaring(severity)))
    assert page.target.levels_at_once == 1
    assert page.target.responder_ids == ()
    assert page.not_before is None


def test_sev3_at_night_waits_for_business_hours_and_says_until_when() -> None:
    events = lived(declaring(Severity.SEV3))
    [page] = wanted(events)
    assert page.not_before == MORNING
    [following] = [one for one in due(incident_decider.fold(events)) if "page" in one.why]
    assert following.at == MORNING


def test_sev3_in_business_hours_pages_at_once() -> None:
    [page] = wanted(lived(declaring(Severity.SEV3, NOON)))
    assert page.not_before is None


def test_sev4_pages_nobody_and_has_a_work_item_with_owner_and_due_date() -> None:
    events = lived(declaring(Severity.SEV4))
    assert types(events) == ["incident.declared", "work_item.opened"]
    assert wanted(events) == []
    assert events[1].owner == BEN
    assert events[1].due_at == NIGHT + timedelta(days=7)


def test_an_incident_from_before_there_were_policies_pages_as_it_did() -> None:
    [page] = wanted(lived(replace(declare, severity=Severity.SEV4)))
    assert page.not_before is None
    assert types(lived(declare, changing(Severity.SEV1))) == [
        "incident.declared",
        "incident.severity_changed",
    ]


def test_raised_from_sev3_to_sev1_at_night_it_pages_everybody_now() -> None:
    events = lived(declaring(Severity.SEV3), changing(Severity.SEV1))
    pages = wanted(events)
    assert [page.not_before for page in pages] == [None, None]
    assert pages[0].target.levels_at_once == 2
    assert sorted(types(events)[-3:]) == [
        "incident.page_cancelled",
        "incident.page_requested",
        "incident.page_requested",
    ]


def test_raised_to_sev1_while_the_primary_is_paged_it_pages_the_others_beside_it() -> None:
    pages = wanted(lived(declaring(Severity.SEV2), changing(Severity.SEV1)))
    assert [page.about for page in pages] == ["declared", "severity:SEV1", "commander_on_call"]
    assert pages[0].target.levels_at_once == 1  # its link still answers


def test_raised_to_sev1_after_somebody_took_it_whoever_is_in_is_not_paged_again() -> None:
    events = lived(declaring(Severity.SEV2))
    events += [acknowledged_by("responder:ana"), joined(ANA, "responder:ana")]
    before = len(events)
    events += incident_decider.decide(changing(Severity.SEV1), incident_decider.fold(events))
    assert incident_decider.fold(events).acknowledged_by == "responder:ana"
    everybody, commander = wanted(events)
    assert everybody.purpose is Purpose.REMINDER
    assert everybody.target.but == (ANA,)
    assert commander.about == "commander_on_call"
    assert len(events) == before + 3


def test_raising_it_twice_pages_once() -> None:
    events = lived(
        declaring(Severity.SEV2),
        changing(Severity.SEV1),
        changing(Severity.SEV2),
        changing(Severity.SEV1),
    )
    wide = [
        page
        for page in wanted_pages(incident_decider.fold(events))
        if page.target.levels_at_once == 2
    ]
    assert len(wide) == 1


def test_lowered_to_sev4_what_runs_and_what_waits_is_cancelled() -> None:
    for severity in (Severity.SEV1, Severity.SEV2, Severity.SEV3):
        events = lived(declaring(severity), changing(Severity.SEV4))
        assert wanted(events) == []
        assert types(events)[-1] == "work_item.opened"


def test_raised_from_sev4_the_work_item_is_retracted_and_people_are_paged() -> None:
    events = lived(declaring(Severity.SEV4), changing(Severity.SEV2))
    [page] = wanted(events)
    assert page.not_before is None
    item = incident_decider.fold(events).work_item
    assert item is not None
    assert not item.open


def test_lowered_to_sev3_at_night_nobody_is_kept_awake() -> None:
    events = lived(declaring(Severity.SEV1), changing(Severity.SEV3))
    [page] = wanted(events)
    assert page.not_before == MORNING


def test_lowered_to_sev2_whoever_is_paged_stays_paged_and_the_commander_is_not_needed() -> None:
    events = lived(declaring(Severity.SEV1), changing(Severity.SEV2))
    [page] = wanted(events)
    assert page.about == "declared"


def test_a_severity_corrected_after_the_resolution_pages_nobody() -> None:
    road: list[Any] = lived(declaring(Severity.SEV4))
    road += list(in_phase(Phase.RESOLUTION))[1:]
    road += incident_decider.decide(resolve(), incident_decider.fold(road))
    after = incident_decider.decide(changing(Severity.SEV1), incident_decider.fold(road))
    assert types(after) == ["incident.commander_overridden", "incident.severity_changed"]


def test_a_sev3_reopened_at_night_waits_for_business_hours_again() -> None:
    road: list[Any] = lived(declaring(Severity.SEV3, NOON))
    road += list(in_phase(Phase.RESOLUTION))[1:]
    road += incident_decider.decide(resolve(), incident_decider.fold(road))
    road += incident_decider.decide(
        replace(reopen(Phase.RESPONSE), at=NIGHT), incident_decider.fold(road)
    )
    [page] = wanted(road)
    assert page.about == "reopened:1"
    assert page.not_before == MORNING


def test_triage_uses_the_matrix_of_the_policy() -> None:
    matrix = tuple(
        MatrixCell(impact=cell.impact, scope=cell.scope, severity=Severity.SEV4)
        for cell in DEFAULT.matrix
    )
    mild = replace(POLICY, policy=replace(POLICY.policy, matrix=matrix))
    events = lived(
        replace(declaring(None), policy=mild), triage(Impact.COMPLETE_LOSS, Scope.WIDESPREAD)
    )
    assert incident_decider.fold(events).severity is Severity.SEV4
    assert types(events)[-1] == "work_item.opened"


def test_a_drill_wakes_nobody_outside_of_the_team() -> None:
    [page] = wanted(lived(declaring(Severity.SEV1, mode=Mode.DRILL)))
    assert page.target.responder_ids == ()


def test_a_private_incident_pages_nobody_who_may_not_know_of_it() -> None:
    [page] = wanted(lived(declaring(Severity.SEV1, private=True)))
    assert page.target.responder_ids == ()
    assert page.target.levels_at_once == 2


def test_a_work_item_is_given_to_somebody_and_done() -> None:
    story = lived(declaring(Severity.SEV4))
    give = ReassignWorkItem(owner=ANA, due_at=None, actor=ana, at=NIGHT)
    given_, done = lived_on(story, give), CompleteWorkItem(summary="Fixed", actor=ana, at=NIGHT)
    assert types(given_) == ["work_item.reassigned"]
    given(*story, *given_).when(give).then_nothing()
    completed = lived_on([*story, *given_], done)
    assert types(completed) == ["work_item.completed"]
    given(*story, *given_, *completed).when(done).then_nothing()
    given(*story, *given_, *completed).when(replace(give, owner=BEN)).refused(WorkItemNotFound)
    given(*story).when(replace(done, summary="")).refused(ReasonRequired)
    given(*lived(declaring(Severity.SEV2))).when(done).refused(WorkItemNotFound, "people are paged")


def lived_on(story: list[Any], command: IncidentCommand) -> list[Any]:
    return incident_decider.decide(command, incident_decider.fold(story))


def test_a_page_that_runs_with_low_urgency_is_sent_anew_when_the_severity_makes_it_high() -> None:
    """It may wait for somebody's morning, and nobody was telephoned."""
    quiet = lived(declaring(Severity.SEV3, NOON))
    (before,) = wanted(quiet)
    raised = [
        *quiet,
        *incident_decider.decide(changing(Severity.SEV2, NOON), incident_decider.fold(quiet)),
    ]
    (after,) = wanted(raised)
    assert after.number > before.number
    assert after.not_before is None
    lowered = lived(declaring(Severity.SEV2, NOON), changing(Severity.SEV3, NOON))
    assert len(wanted(lowered)) == 1  # who was telephoned need not be told again


def test_so_it_is_without_a_response_policy() -> None:
    quiet = replace(declaring(Severity.SEV4), policy=None)
    (before,) = wanted(lived(quiet))
    (after,) = wanted(lived(quiet, changing(Severity.SEV1)))
    assert after.number > before.number
    assert after.target == before.target
    assert wanted(lived(quiet, changing(Severity.SEV3))) == [before]
    loud = replace(quiet, severity=None)
    assert [page.number for page in wanted(lived(loud, changing(Severity.SEV1)))] == [1]


HELP = RequestPage(
    ask="Look at the database", target=PageTarget(responder_ids=(BEN,)), actor=ana, at=NOON
)


@pytest.mark.parametrize("policy", [POLICY, None])
@pytest.mark.parametrize("since", [[acknowledged_by("responder:ana")], []])
def test_a_reminder_that_runs_with_low_urgency_is_sent_anew_when_the_severity_makes_it_high(
    policy: CapturedPolicy | None, since: list[Any]
) -> None:
    quiet = lived(replace(declaring(Severity.SEV3, NOON), policy=policy), HELP)
    quiet += since
    (before,) = reminders(quiet)
    raised = [*quiet, *lived_on(quiet, changing(Severity.SEV2, NOON))]
    (after,) = reminders(raised)
    assert after == replace(before, number=after.number)  # whoever asked is told of a refusal
    assert after.number > before.number
    again = [*raised, *lived_on(raised, changing(Severity.SEV1, NOON))]
    assert after in reminders(again)  # it is loud already
    lowered = [*raised, *lived_on(raised, changing(Severity.SEV3, NOON))]
    assert reminders(lowered) == [after]


def test_who_declined_is_not_asked_anew_and_an_answered_reminder_stays_answered() -> None:
    both = replace(HELP, target=PageTarget(escalation_policy_id=COMMANDERS))
    quiet = lived(replace(declare, severity=Severity.SEV3, policy=None), both, HELP)
    of_policy, of_ben = reminders(quiet)
    quiet += lived_on(quiet, DeclinePage(number=of_policy.number, actor=ana, at=NOON))
    ben = Actor(principal="responder:ben", responder_id=BEN)
    quiet += lived_on(quiet, AcceptPage(number=of_ben.number, actor=ben, at=NOON))
    raised = [*quiet, *lived_on(quiet, changing(Severity.SEV1, NOON))]
    asked = [page for page in reminders(raised) if page.about == of_policy.about]
    assert [page.target.but for page in asked] == [(ANA,)]
    assert of_ben.number not in {page.number for page in reminders(raised)}


def reminders(events: list[Any]) -> list[RequestedPage]:
    return [page for page in wanted(events) if page.purpose is Purpose.REMINDER]
