"""A snoozed incident pages nobody until its time, and then it is paged as if nobody had it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as anything
from hypothesis import strategies as st

from events.errors import DeadlineNotDue, IncidentResolvedAlready
from events.ids import EscalationPolicyId, page_id_for
from events.incident.commands import AcknowledgeIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.due import due
from events.incident.events import IncidentDeclared
from events.incident.pages.answers import Standing, standing_for
from events.incident.pages.events import IncidentPageCancelled, IncidentPageSentNow
from events.incident.pages.rules import page_numbered, wanted_pages
from events.incident.severity.commands import ChangeSeverity
from events.incident.snooze.commands import EndSnooze, SnoozeIncident
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded, SnoozedPage
from events.incident.snooze.rules import SnoozeOutOfRange
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy
from events.values.severity import Severity
from tests.events.incident.story import (
    BEN,
    INC_7,
    NOW,
    acknowledged_by,
    after,
    ana,
    ben,
    declared,
    joined,
    resolved,
    robot,
    timer,
)
from tests.given import given

ON_CALL = PageTarget(escalation_policy_id=EscalationPolicyId("checkout-on-call"))
SNOOZE = SnoozeIncident(until=after(60), actor=ben, at=NOW, reason="The bank opens at ten.")
BEN_HAS_IT = acknowledged_by("responder:ben")
WITH_POLICY = replace(
    declared, severity=Severity.SEV3, policy=CapturedPolicy(number=0, policy=DEFAULT)
)


def snoozed(number: int = 2, minutes: float = 60) -> IncidentSnoozed:
    until = after(minutes)
    return IncidentSnoozed(
        incident_id=INC_7,
        until=until,
        page=SnoozedPage(number=number, target=ON_CALL, not_before=until),
        reason="The bank opens at ten.",
        snoozed_by="responder:ben",
        snoozed_at=NOW,
    )


def ended(reason: str, by: str, at: datetime, *, still_had: bool = False) -> IncidentSnoozeEnded:
    return IncidentSnoozeEnded(
        incident_id=INC_7,
        until=after(60),
        reason=reason,
        still_had=still_had,
        ended_by=by,
        ended_at=at,
    )


def cancelled(reason: str, by: str, at: datetime = NOW, number: int = 2) -> IncidentPageCancelled:
    return IncidentPageCancelled(
        incident_id=INC_7, number=number, reason=reason, cancelled_by=by, cancelled_at=at
    )


def after_all(*events: Any) -> Incident:
    return incident_decider.fold(events)


def paged(incident: Incident) -> list[int]:
    """Return the pages whose people are paged now."""
    return [one.number for one in wanted_pages(incident) if one.wanted and not one.not_before]


def test_whoever_snoozes_has_the_incident_and_nobody_is_paged_meanwhile() -> None:
    given(declared).when(SNOOZE).then(BEN_HAS_IT, joined(BEN, "responder:ben"), snoozed())
    incident = after_all(declared, BEN_HAS_IT, snoozed())
    assert incident.acknowledged_by == "responder:ben"
    assert paged(incident) == []


def test_whoever_has_it_keeps_it_and_somebody_else_who_snoozes_takes_it() -> None:
    given(declared, BEN_HAS_IT, joined(BEN, "responder:ben")).when(SNOOZE).then(snoozed())
    events = given(declared, acknowledged_by("responder:ana")).when(SNOOZE).decide()
    assert events[0] == BEN_HAS_IT


def test_at_its_time_the_page_goes_out_and_nobody_has_the_incident() -> None:
    [end] = [one for one in due(after_all(declared, BEN_HAS_IT, snoozed())) if "snooze" in one.why]
    assert end.at == after(60)
    story = (declared, BEN_HAS_IT, snoozed())
    over = ended("its time has come", "workflow:incident", after(60))
    sent = IncidentPageSentNow(
        incident_id=INC_7,
        number=2,
        reason="the snooze is over",
        sent_now_by="workflow:incident",
        sent_now_at=after(60),
    )
    command = EndSnooze(due_at=after(60), actor=timer, at=after(60))
    given(*story).when(command).then(over, sent)
    awake = after_all(*story, over, sent)
    assert (awake.acknowledged_by, awake.snooze, paged(awake)) == (None, None, [2])
    given(*story, over, sent).when(command).then_nothing()


def test_snoozed_again_the_end_moves_and_the_first_timer_does_nothing() -> None:
    story: tuple[Any, ...] = (declared, BEN_HAS_IT, joined(BEN, "responder:ben"), snoozed())
    again = replace(SNOOZE, until=after(90))
    moved = snoozed(3, 90)
    given(*story).when(again).then(cancelled("snoozed again", "responder:ben"), moved)
    given(*story).when(SNOOZE).then_nothing()
    story = (*story, cancelled("snoozed again", "responder:ben"), moved)
    given(*story).when(EndSnooze(due_at=after(60), actor=timer, at=after(60))).then_nothing()
    assert [
        one.at for one in due(after_all(*story)) if "page" in one.why or "snooze" in one.why
    ] == [after(90)]


def test_whoever_has_it_ends_the_snooze_early_and_goes_on() -> None:
    story = (declared, BEN_HAS_IT, joined(BEN, "responder:ben"), snoozed())
    early = ended("ended early", "responder:ben", NOW, still_had=True)
    given(*story).when(EndSnooze(actor=ben, at=NOW)).then(
        early, cancelled("ended early", "responder:ben")
    )
    awake = after_all(*story, early, cancelled("ended early", "responder:ben"))
    assert (awake.acknowledged_by, awake.snooze, paged(awake)) == ("responder:ben", None, [])


def test_somebody_else_who_ends_the_snooze_has_it_paged_at_once() -> None:
    story = (declared, BEN_HAS_IT, snoozed())
    events = given(*story).when(EndSnooze(actor=ana, at=NOW)).decide()
    awake = after_all(*story, *events)
    assert (awake.acknowledged_by, awake.snooze, paged(awake)) == (None, None, [2])
    given(declared, BEN_HAS_IT).when(EndSnooze(actor=ana, at=NOW)).then_nothing()


def test_a_clock_that_runs_ahead_does_not_end_a_snooze() -> None:
    command = EndSnooze(due_at=after(60), actor=timer, at=after(59))
    given(declared, BEN_HAS_IT, snoozed()).when(command).refused(DeadlineNotDue)


def test_a_resolution_ends_the_snooze_and_its_page() -> None:
    over = after_all(declared, BEN_HAS_IT, snoozed(), resolved)
    assert (over.snooze, due(over), paged(over)) == (None, (), [])
    given(declared, resolved).when(SNOOZE).refused(IncidentResolvedAlready)


def test_whoever_acknowledges_meanwhile_has_it_and_is_awake() -> None:
    story = (declared, BEN_HAS_IT, snoozed())
    taken = after_all(*story, acknowledged_by("responder:ana"))
    assert (taken.acknowledged_by, taken.snooze, paged(taken)) == ("responder:ana", None, [])


def test_an_incident_that_gets_worse_wakes_whoever_snoozed_it() -> None:
    worse = ChangeSeverity(severity=Severity.SEV2, reason="It spreads.", actor=ana, at=NOW)
    story = (WITH_POLICY, BEN_HAS_IT, snoozed())
    awake = after_all(*story, *given(*story).when(worse).decide())
    assert (awake.acknowledged_by, awake.snooze, paged(awake)) == (None, None, [3])
    milder = replace(worse, severity=Severity.SEV4)
    asleep = after_all(*story, *given(*story).when(milder).decide())
    assert asleep.snooze is not None
    himself = after_all(*story, *given(*story).when(replace(worse, actor=ben)).decide())
    assert (himself.acknowledged_by, himself.snooze) == ("responder:ben", None)


def test_the_page_at_the_end_is_the_one_that_the_severity_asks_for_by_then() -> None:
    story: tuple[Any, ...] = (WITH_POLICY, BEN_HAS_IT, joined(BEN, "responder:ben"))
    story = (*story, *given(*story).when(SNOOZE).decide())
    milder = ChangeSeverity(severity=Severity.SEV4, reason="Nobody sees it.", actor=ana, at=NOW)
    story = (*story, *given(*story).when(milder).decide())
    over = given(*story).when(EndSnooze(due_at=after(60), actor=timer, at=after(60))).decide()
    awake = after_all(*story, *over)
    assert (awake.acknowledged_by, paged(awake)) == (None, [])
    assert awake.work_item is not None
    assert awake.work_item.open


def test_a_severity_of_business_hours_waits_for_them_after_the_snooze() -> None:
    friday = replace(SNOOZE, at=after(0), until=datetime(2026, 11, 28, 9, 0, tzinfo=NOW.tzinfo))
    story: tuple[Any, ...] = (WITH_POLICY, BEN_HAS_IT, joined(BEN, "responder:ben"))
    [event] = given(*story).when(friday).decide()
    assert isinstance(event, IncidentSnoozed)
    assert event.page is not None
    assert event.page.not_before == datetime(2026, 11, 30, 9, 0, tzinfo=NOW.tzinfo)  # Monday
    story = (*story, event)
    end = EndSnooze(due_at=friday.until, actor=timer, at=friday.until)
    waiting = after_all(*story, *given(*story).when(end).decide())
    assert (waiting.acknowledged_by, paged(waiting)) == (None, [])
    assert [one.at for one in due(waiting) if "page" in one.why] == [event.page.not_before]


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=59), timedelta(days=8)])
def test_a_snooze_lasts_a_minute_at_least_and_seven_days_at_most(length: timedelta) -> None:
    given(declared).when(replace(SNOOZE, until=NOW + length)).refused(SnoozeOutOfRange, "choose")


def test_an_answer_to_the_page_at_the_end_counts_though_the_end_is_not_noted_yet() -> None:
    story = (declared, BEN_HAS_IT, snoozed())
    page_id = page_id_for(INC_7, 2)
    answer = AcknowledgeIncident(actor=ben, at=after(61), page_id=page_id)
    taken = given(*story).when(answer).decide()
    assert [type(one).__name__ for one in taken] == ["IncidentAcknowledged", "ResponderJoined"]
    incident = after_all(*story)
    assert standing_for(BEN, incident, page_numbered(incident, 2)) == (Standing.ASKED, None)


@pytest.mark.parametrize("begun", [declared, replace(WITH_POLICY, severity=Severity.SEV1)])
@anything(
    steps=st.lists(st.sampled_from(["snooze", "later", "end", "ack", "robot", "due"]), max_size=8)
)
def test_however_it_is_snoozed_somebody_has_it_or_is_paged_for_it(
    begun: IncidentDeclared, steps: list[str]
) -> None:
    incident, now = after_all(begun), NOW
    for step in steps:
        now += timedelta(minutes=7)
        timers = [one for one in due(incident) if "snooze" in one.why or "page" in one.why]
        while timers and timers[0].at <= now:
            events = incident_decider.decide(replace(timers[0].command, at=now), incident)
            incident = incident_decider.fold(events, incident)
            timers = [one for one in due(incident) if "snooze" in one.why or "page" in one.why]
        commands: dict[str, IncidentCommand] = {
            "snooze": SnoozeIncident(until=now + timedelta(minutes=10), actor=ben, at=now),
            "later": SnoozeIncident(until=now + timedelta(minutes=30), actor=ana, at=now),
            "end": EndSnooze(actor=ben, at=now),
            "robot": EndSnooze(actor=robot, at=now),
            "ack": AcknowledgeIncident(actor=ana, at=now),
            "due": EndSnooze(due_at=NOW, actor=timer, at=now),
        }
        events = incident_decider.decide(commands[step], incident)
        incident = incident_decider.fold(events, incident)
        asleep = incident.snooze is not None
        responses = [one for one in incident.pages if one.purpose is Purpose.RESPONSE]
        running = [one for one in responses if one.wanted and not one.not_before]
        assert (incident.acknowledged_by is not None) != bool(running)
        assert len(running) <= 1
        waiting = [one for one in wanted_pages(incident) if one.wanted and one.not_before]
        assert len(waiting) == asleep
