"""An acknowledgement lasts while somebody gives a sign of life, and then others are paged."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as anything
from hypothesis import strategies as st

from events.decider import members_of
from events.errors import DeadlineNotDue
from events.ids import page_id_for
from events.incident.acknowledgement.commands import LapseAcknowledgement
from events.incident.acknowledgement.events import (
    IncidentAcknowledgementLapsed,
    IncidentAcknowledgementRenewed,
)
from events.incident.acknowledgement.state import active_after
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.due import due
from events.incident.events import IncidentEvent
from events.incident.links.commands import AddLink
from events.incident.pages.answers import times_asked
from events.incident.pages.events import IncidentPageRequested
from events.incident.pages.rules import wanted_pages
from events.incident.severity.events import IncidentSeverityChanged
from events.incident.state import Incident
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy
from events.values.links import Link, LinkKind
from events.values.severity import Severity
from tests.events.example import example
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
    mitigated,
    resolved,
    robot,
    timer,
)
from tests.events.incident.test_snooze import snoozed
from tests.given import given

POLICY = CapturedPolicy(number=0, policy=DEFAULT)
SEV2 = replace(declared, severity=Severity.SEV2, policy=POLICY)
BEN_HAS_IT = acknowledged_by("responder:ben")
TAKEN = (SEV2, BEN_HAS_IT, joined(BEN, "responder:ben"))


def after_all(*events: Any) -> Incident:
    return incident_decider.fold(events)


def lapses(*events: Any) -> list[datetime]:
    return [one.at for one in due(after_all(*events)) if "lapsed" in one.why]


def lapse(at: float, due_at: float | None = None) -> LapseAcknowledgement:
    return LapseAcknowledgement(
        due_at=after(at if due_at is None else due_at), actor=timer, at=after(at)
    )


def test_without_a_sign_of_life_nobody_has_it_and_it_is_paged_afresh() -> None:
    assert lapses(*TAKEN) == [after(30)]
    lapsed, page = given(*TAKEN).when(lapse(30)).decide()
    assert lapsed == IncidentAcknowledgementLapsed(
        incident_id=INC_7, holder="responder:ben", silent_since=NOW, lapsed_at=after(30)
    )
    assert isinstance(page, IncidentPageRequested)
    assert (page.purpose, page.ask) == (
        Purpose.RESPONSE,
        "No sign of life from ben since 09:00 UTC",
    )
    incident = after_all(*TAKEN, lapsed, page)
    assert incident.acknowledged_by is None
    assert [one.number for one in wanted_pages(incident) if one.wanted] == [2]
    assert times_asked(incident) == times_asked(after_all(*TAKEN)) + 1  # links count anew


def test_a_person_who_does_anything_puts_it_off_and_the_timer_before_does_nothing() -> None:
    runbook = Link(kind=LinkKind.RUNBOOK, title="Checkout", url="https://runbooks.example")
    [added] = given(*TAKEN).when(AddLink(link=runbook, actor=ana, at=after(20))).decide()
    assert lapses(*TAKEN, added) == [after(50)]
    given(*TAKEN, added).when(lapse(30)).then_nothing()


def test_what_an_alert_does_is_no_sign_of_life() -> None:
    changed = IncidentSeverityChanged(
        incident_id=INC_7,
        severity=Severity.SEV1,
        previous_severity=Severity.SEV2,
        reason="It says so",
        changed_by=robot.name,
        changed_at=after(20),
    )
    assert lapses(*TAKEN, changed) == [after(30)]


def test_whoever_acknowledges_again_still_has_it_but_a_second_press_says_nothing_new() -> None:
    again = AcknowledgeIncident(actor=ben, at=after(29))
    renewed = IncidentAcknowledgementRenewed(
        incident_id=INC_7, renewed_by="responder:ben", renewed_at=after(29)
    )
    given(*TAKEN).when(again).then(renewed)
    given(*TAKEN, renewed).when(replace(again, at=after(29.5))).then_nothing()
    assert lapses(*TAKEN, renewed) == [after(59)]
    link = replace(again, page_id=page_id_for(INC_7, 1))
    given(*TAKEN).when(link).then(renewed)
    given(*TAKEN).when(replace(link, actor=ana)).then_nothing()  # the first answer stays


def test_a_clock_that_runs_ahead_takes_it_from_nobody() -> None:
    given(*TAKEN).when(lapse(29, due_at=30)).refused(DeadlineNotDue)


@pytest.mark.parametrize(
    "story",
    [
        (declared, BEN_HAS_IT),  # from before there were policies
        (SEV2,),  # nobody has it: its page runs
        (replace(SEV2, severity=Severity.SEV3), BEN_HAS_IT),
        (replace(SEV2, severity=None), BEN_HAS_IT),
        (replace(SEV2, escalation_policy_id=None), BEN_HAS_IT),  # nobody can be paged
        (*TAKEN, mitigated),
        (*TAKEN, resolved),
        (*TAKEN, snoozed()),
    ],
)
def test_where_nobody_would_be_helped_by_a_page_it_lasts(story: tuple[Any, ...]) -> None:
    assert lapses(*story) == []
    given(*story).when(lapse(30)).then_nothing()


@pytest.mark.parametrize("event_type", members_of(IncidentEvent))
def test_of_every_event_it_is_known_whether_a_person_did_it_and_when(event_type: type) -> None:
    event: Any = example(event_type)
    found = active_after(None, event)
    assert found is None or found in {
        getattr(event, name) for name in event.__slots__ if name.endswith("_at")
    }


@anything(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["ack", "ben", "robot"])), max_size=8)
)
def test_it_lapses_exactly_half_an_hour_after_the_last_sign_of_life(
    steps: list[tuple[int, str]],
) -> None:
    incident, now, last = after_all(*TAKEN), NOW, NOW
    for minutes, who in steps:
        now += timedelta(minutes=minutes)
        for one in [one for one in due(incident) if "lapsed" in one.why and one.at <= now]:
            assert one.at == last + timedelta(minutes=30)
            events = incident_decider.decide(one.command, incident)
            incident = incident_decider.fold(events, incident)
        actor = {"ack": ana, "ben": ben, "robot": robot}[who]
        command = AcknowledgeIncident(actor=actor, at=now)
        events = incident_decider.decide(command, incident)
        incident = incident_decider.fold(events, incident)
        last = max(last, incident.active_at or last)
