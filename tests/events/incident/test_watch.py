"""Empty roles are asked for, then paged for; status updates are reminded of, then escalated."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from events.errors import DeadlineNotDue
from events.ids import ResponderId
from events.incident.decide import incident_decider
from events.incident.due import Due, due_roles, due_updates
from events.incident.events import IncidentEvent
from events.incident.pages.events import IncidentPageCancelled, IncidentPageRequested
from events.incident.roles.events import Role
from events.incident.state import Incident
from events.incident.status_updates.commands import (
    MissStatusUpdate,
    PublishStatusUpdate,
    RemindOfUpdate,
)
from events.incident.status_updates.events import (
    StatusUpdateMissed,
    StatusUpdatePublished,
    StatusUpdateReminded,
)
from events.incident.watch.commands import NoticeUnfilledRoles
from events.incident.watch.events import RoleUnfilled
from events.response_policy.policy import DEFAULT, CapturedPolicy
from events.values.severity import Severity
from tests.events.incident.story import (
    ANA,
    BEN,
    acknowledged_by,
    after,
    ana,
    assign,
    assigned,
    declared,
    joined,
    resolved,
    timer,
)
from tests.given import given

POLICY = CapturedPolicy(number=1, policy=DEFAULT)
sev2 = replace(declared, severity=Severity.SEV2, policy=POLICY)  # a commander in 5, news in 30
sev1 = replace(declared, severity=Severity.SEV1, policy=POLICY)  # four roles in 5, news in 15
taken = (acknowledged_by("responder:ana"), joined(ANA, "responder:ana"))


def incident_of(*events: Any) -> Incident:
    return incident_decider.fold(events)


def roles_due(*events: Any) -> list[datetime]:
    return [one.at for one in due_roles(incident_of(*events), timer)]


def updates_due(*events: Any) -> list[Due]:
    return list(due_updates(incident_of(*events), timer))


def notice(minutes: float) -> NoticeUnfilledRoles:
    return NoticeUnfilledRoles(due_at=after(minutes), actor=timer, at=after(minutes))


def decided(command: Any, *events: Any) -> list[IncidentEvent]:
    return incident_decider.decide(command, incident_of(*events))


def requested(events: list[IncidentEvent]) -> IncidentPageRequested:
    [page] = [one for one in events if isinstance(one, IncidentPageRequested)]
    return page


def test_while_nobody_is_there_the_page_does_the_asking() -> None:
    assert roles_due(sev2) == []
    assert updates_due(sev2) == []


def test_a_role_nobody_fills_is_asked_for_and_then_everybody_on_call_is_paged() -> None:
    assert roles_due(sev2, *taken) == [after(5)]
    first = decided(notice(5), sev2, *taken)
    assert isinstance(first[0], RoleUnfilled)
    assert requested(first).target.responder_ids == (ANA,)
    assert "Nobody is incident commander of INC-7" in requested(first).ask

    assert roles_due(sev2, *taken, *first) == [after(10)]
    second = decided(notice(10), sev2, *taken, *first)
    assert isinstance(second[0], RoleUnfilled)
    assert second[0].notice == 2
    assert requested(second).target.escalation_policy_id == "checkout-on-call"
    assert [one.number for one in second if isinstance(one, IncidentPageCancelled)] == [2]
    assert roles_due(sev2, *taken, *first, *second) == []


def test_all_roles_that_are_due_are_asked_for_in_one_page() -> None:
    events = decided(notice(5), sev1, *taken)
    found = {one.role for one in events if isinstance(one, RoleUnfilled)}
    assert found == set(Role)
    assert requested(events).about == "roles_unfilled:1"


def test_whoever_fills_the_last_of_them_ends_the_asking() -> None:
    asked = decided(notice(5), sev2, *taken)
    filled = decided(assign(Role.COMMANDER, ANA), sev2, *taken, *asked)
    assert [one for one in filled if isinstance(one, IncidentPageCancelled)]
    four = decided(notice(5), sev1, *taken)
    one_of_them = decided(assign(Role.COMMANDER, ANA), sev1, *taken, *four)
    assert not [one for one in one_of_them if isinstance(one, IncidentPageCancelled)]


def test_a_role_is_not_missed_before_its_time_nor_after_it_is_filled() -> None:
    early = NoticeUnfilledRoles(due_at=after(5), actor=timer, at=after(4))
    given(sev2, *taken).when(early).refused(DeadlineNotDue)
    given(sev2, *taken, assigned(Role.COMMANDER, ANA)).when(notice(5)).then_nothing()
    given(sev2, *taken, resolved).when(notice(5)).then_nothing()


def publish(minutes: float, promise: datetime | None = None) -> PublishStatusUpdate:
    return PublishStatusUpdate(
        impact="Payments fail",
        current_actions="Rolling back",
        next_update_at=promise,
        actor=ana,
        at=after(minutes),
    )


def test_each_update_promises_the_next_one_as_the_policy_asks() -> None:
    [published] = decided(publish(10), sev2, *taken)
    assert isinstance(published, StatusUpdatePublished)
    assert published.next_update_at == after(40)
    [promised] = decided(publish(10, after(20)), sev2, *taken)
    assert isinstance(promised, StatusUpdatePublished)
    assert promised.next_update_at == after(20)
    [last] = decided(publish(10), sev2, *taken, resolved)
    assert isinstance(last, StatusUpdatePublished)
    assert last.next_update_at is None


def test_the_writer_is_reminded_and_the_commander_told_when_it_did_not_come() -> None:
    roles = (
        assigned(Role.COMMANDER, ANA),
        joined(BEN, "responder:ana"),
        assigned(Role.COMMUNICATIONS, BEN),
    )
    road: list[Any] = [sev2, *taken, *roles]
    [reminder, end] = updates_due(*road)
    assert (reminder.at, end.at) == (after(25), after(30))

    remind = RemindOfUpdate(due_at=after(30), actor=timer, at=after(25))
    reminded = decided(remind, *road)
    assert isinstance(reminded[0], StatusUpdateReminded)
    assert requested(reminded).target.responder_ids == (BEN,)
    given(*road, *reminded).when(remind).then_nothing()
    assert [one.at for one in updates_due(*road, *reminded)] == [after(30)]

    miss = MissStatusUpdate(due_at=after(30), actor=timer, at=after(30))
    missed = decided(miss, *road, *reminded)
    assert isinstance(missed[0], StatusUpdateMissed)
    assert requested(missed).target.responder_ids == (ANA,)
    assert incident_of(*road, *reminded, *missed).watch.overdue
    assert updates_due(*road, *reminded, *missed) == []

    late = decided(publish(33), *road, *reminded, *missed)
    assert [one for one in late if isinstance(one, IncidentPageCancelled)]
    assert not incident_of(*road, *reminded, *missed, *late).watch.overdue
    assert updates_due(*road, *reminded, *missed, *late)[-1].at == after(63)


def test_an_update_that_came_in_time_is_neither_reminded_of_nor_missed() -> None:
    [published] = decided(publish(20), sev2, *taken)
    road = (sev2, *taken, published)
    given(*road).when(MissStatusUpdate(due_at=after(30), actor=timer, at=after(30))).then_nothing()
    assert updates_due(*road, resolved) == []


def test_a_reminder_of_a_short_promise_comes_after_two_thirds_of_it() -> None:
    [published] = decided(publish(0, after(3)), sev2, *taken)
    [reminder, _] = updates_due(sev2, *taken, published)
    assert reminder.at == after(2)


def test_without_a_communications_lead_the_commander_is_reminded_or_whoever_is_there() -> None:
    remind = RemindOfUpdate(due_at=after(30), actor=timer, at=after(25))
    commanded = decided(remind, sev2, *taken, assigned(Role.COMMANDER, ANA))
    assert requested(commanded).target.responder_ids == (ANA,)
    two = (sev2, *taken, joined(BEN, "responder:ana"))
    assert requested(decided(remind, *two)).target.responder_ids == (ResponderId("ana"), BEN)
