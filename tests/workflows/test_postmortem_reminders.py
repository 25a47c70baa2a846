"""The author of a postmortem is reminded in their hours, once, whatever happens to the workflow."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.delivery.faults import ContactLimited
from activities.delivery.kind import Unwanted, Wanted
from activities.follow_up.planning import ReminderPlanning
from activities.follow_up.wanted import Reminders
from activities.payloads import DeliveryInput, ReminderPlanInput
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import DefineResponderHours, responder_decider
from events.delivery.events import REMINDER
from events.follow_up.commands import GiveReminder
from events.follow_up.decide import follow_up_decider
from events.follow_up.events import ReminderGiven
from events.ids import ResponderId, follow_up_stream, incident_stream, responder_stream
from events.incident.commands import MitigateIncident, ReopenIncident, ResolveIncident
from events.incident.decide import incident_decider
from events.incident.phases import Phase
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from events.incident.severity.commands import ChangeSeverity
from events.postmortem.commands import (
    ChangeAuthor,
    PublishPostmortem,
    StartPostmortem,
    WaivePostmortem,
    WriteSection,
)
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.document.publishing import Visibility
from events.postmortem.document.sections import Section
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.meeting.commands import CallMeetingOff, ScheduleMeeting
from events.values.severity import Severity
from services.projector.standing.follow_ups import FollowUps
from tests.harness import ADMIN, now
from tests.workflows.test_follow_up import (
    DAY,
    GRACE,
    MAY,
    Chores,
    at_any_time,
    chores,
    given,
    usual,
)
from tests.workflows.test_histories import record, replayer
from workflows.follow_up import FollowUpWorkflow

__all__ = ["chores"]

pytestmark = pytest.mark.stack

HOUR = timedelta(hours=1)


async def incident(chores: Chores, *commands: Any) -> None:
    for command in commands:
        await chores.harness.store(incident_decider, incident_stream(chores.incident_id), command)


async def postmortem(chores: Chores, *commands: Any) -> None:
    for command in commands:
        stream = AGGREGATE.stream(chores.incident_id)
        await chores.harness.store(postmortem_decider, stream, command)


async def begun(chores: Chores, resolved_at: datetime, severity: Severity = Severity.SEV1) -> None:
    """Have the incident resolved then, May its commander, and its postmortem with Grace."""
    who: Any = {"actor": ADMIN, "at": resolved_at}
    await incident(
        chores,
        ChangeSeverity(severity=severity, reason="Judged", **who),
        AssignRole(role=Role.COMMANDER, responder_id=MAY, **who),
        MitigateIncident(summary="Rolled back", **who),
        ResolveIncident(summary="Rolled back", **who),
    )
    start = StartPostmortem(
        incident_id=chores.incident_id, author_id=GRACE, terms=DEFAULT_TERMS, **who
    )
    await postmortem(chores, start)


def publish() -> PublishPostmortem:
    return PublishPostmortem(
        visibility=Visibility.EVERYONE,
        severity=Severity.SEV1,
        action_items=0,
        timeline_until=1,
        reason="It is all said",
        actor=ADMIN,
        at=now(),
    )


async def given_at(chores: Chores, planning: ReminderPlanning, at: datetime) -> datetime | None:
    """Do what the workflow does in one round, and return when it looks again."""
    plan = await planning.plan_reminders(ReminderPlanInput(incident_id=chores.incident_id, at=at))
    for one in plan.reminders:
        command = GiveReminder(
            incident_id=chores.incident_id,
            reminder=one.reminder,
            deliveries=one.deliveries,
            at=at,
        )
        await chores.harness.store(follow_up_decider, follow_up_stream(chores.incident_id), command)
    return plan.again_at


def planned_by(chores: Chores, hours_of: Any = usual) -> ReminderPlanning:
    log = chores.harness.log
    return ReminderPlanning(log, log.database, hours_of=hours_of)


def steps(events: list[ReminderGiven]) -> list[str]:
    return [f"{one.reminder.step} to {one.reminder.to}" for one in events]


async def test_an_author_is_reminded_once_and_the_workflow_ends_with_the_publication(
    chores: Chores,
) -> None:
    await begun(chores, now() - 3 * DAY - HOUR)
    await chores.tell()
    async with chores.working():
        await chores.hears(1)
        await chores.settled()
        write = WriteSection(
            section=Section.SUMMARY, based_on=0, text="It was down.", actor=ADMIN, at=now()
        )
        await postmortem(chores, write)
        assert await chores.follow_ups.step() == 0  # what people write is no news
        await postmortem(chores, publish())
        await chores.tell()
        await chores.workflow.result()
    [said] = chores.sent
    assert said.startswith("Postmortem of INC-")
    assert said.endswith(": Checkout fails")
    happened = await chores.harness.happened(AGGREGATE.stream(chores.incident_id))
    assert happened[:3] == ["postmortem.started", "postmortem.overdue", "postmortem.reminded"]
    assert (await chores.happened()).count("reminder.given") == 1
    history = await chores.workflow.fetch_history()
    await replayer(FollowUpWorkflow).replay_workflow(history)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("FollowUpWorkflow", "postmortem_published", history)


async def test_killed_terminated_and_rebuilt_it_tells_nothing_twice(chores: Chores) -> None:
    await begun(chores, now() - 3 * DAY - HOUR)
    await chores.tell()
    async with chores.working():
        await chores.hears(1)
        await chores.settled()
    async with chores.working():  # every worker died, and others came
        await chores.workflow.terminate("an operator")
        await chores.tells_again()
        again = FollowUps(chores.harness.log.database, chores.harness.temporal)
        await again.step()  # a projector that knows nothing any more
        await postmortem(chores, ChangeAuthor(author_id=MAY, actor=ADMIN, at=now()))
        await chores.tell()
        await chores.settled()
        await postmortem(chores, WaivePostmortem(reason="A test of ours", actor=ADMIN, at=now()))
        await chores.tell()
        await chores.workflow.result()
    assert len(chores.sent) == 1
    assert (await chores.happened()).count("reminder.given") == 1


async def test_what_is_late_for_weeks_is_told_to_the_commander_too(chores: Chores) -> None:
    at: datetime | None = now() - 30 * DAY
    await begun(chores, now() - 30 * DAY)
    while at is not None and at < now() - HOUR:  # every worker is away, and planning goes on
        at = await given_at(chores, planned_by(chores, at_any_time), at)
    await chores.tell()
    async with chores.working():
        await chores.hears(2)
        await chores.settled()
        await postmortem(chores, publish())
        await chores.tell()
        await chores.workflow.result()
    assert [one.reminder.to for one in await given(chores)][-2:] == ["owner", "others"]
    assert len(chores.sent) == 2  # and nothing of all that was before
    assert all("is late by 27 days" in one for one in chores.sent)
    assert {*chores.unwanted} == {"newer_reminder_given"}


async def test_over_two_months_each_is_told_once_in_their_hours_though_days_are_missed(
    chores: Chores,
) -> None:
    """Temporal is away for a day every week; the incident is reopened and resolved again."""
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday; clocks change in this time
    await begun(chores, first, Severity.SEV2)
    hours = DefineResponderHours(
        responder_id=GRACE, hours=PersonalHours(zone="Europe/Berlin"), actor=ADMIN, at=first
    )
    await chores.harness.store(responder_decider, responder_stream(GRACE), hours)
    planning = ReminderPlanning(chores.harness.log, chores.harness.log.database)
    at, until = first, datetime(2026, 5, 1, tzinfo=UTC)
    reopened_at, looks = datetime(2026, 3, 10, 10, tzinfo=UTC), 0
    while at < until:
        if reopened_at and at >= reopened_at:
            who: Any = {"actor": ADMIN, "at": at}
            await incident(
                chores,
                ReopenIncident(phase=Phase.MITIGATION, reason="It is back", **who),
                MitigateIncident(summary="Again", **who),
                ResolveIncident(summary="Again", **who),
            )
            reopened_at = until
        if at.isoweekday() != 3:  # else Temporal is away
            wakes = await given_at(chores, planning, at)
            assert wakes is not None
            at, looks = max(wakes, at + timedelta(minutes=1)), looks + 1
        else:
            at += HOUR
    events = await given(chores)
    names = [one.reminder.name for one in events]
    assert len(names) == len(set(names))
    for event in events:
        [delivery] = event.deliveries
        assert delivery.responder_id == (MAY if event.reminder.to == "others" else GRACE)
        goes_at = delivery.not_before or event.given_at
        assert 1 <= goes_at.isoweekday() <= 5
        assert 6 <= goes_at.hour < 17  # eight in Berlin is six in UTC
    assert steps(events)[:6] == [
        "half_time to owner",
        "soon to owner",
        "due to owner",
        "half_time to owner",
        "soon to owner",
        "due to owner",
    ]
    assert "late_3 to others" not in steps(events)
    assert {"late_4 to owner", "late_4 to others"} <= {*steps(events)}
    facts = await chores.harness.happened(AGGREGATE.stream(chores.incident_id))
    assert facts.count("postmortem.overdue") == 2
    assert looks < 120


async def found(chores: Chores, one: ReminderGiven, at: datetime) -> Wanted | Unwanted:
    log, site = chores.harness.log, "https://tocsin.example.org"
    kind = Reminders(log, log.database, public_url=site, hours_of=usual, clock=lambda: at)
    task = DeliveryInput(
        kind=REMINDER,
        about=one.reminder.name,
        incident_id=chores.incident_id,
        delivery_id=one.deliveries[0].delivery_id,
    )
    return await kind.find(task)


async def test_nothing_is_sent_for_what_was_done_while_the_message_waited(chores: Chores) -> None:
    friday, monday = datetime(2026, 12, 4, 18, tzinfo=UTC), datetime(2026, 12, 7, 9, tzinfo=UTC)
    await begun(chores, friday - 3 * DAY - HOUR)
    await given_at(chores, planned_by(chores), friday)
    await given_at(chores, planned_by(chores), monday)
    soon, due = await given(chores)
    with pytest.raises(ContactLimited):
        await found(chores, due, datetime(2026, 12, 6, 12, tzinfo=UTC))
    assert isinstance(await found(chores, due, monday), Wanted)
    assert await found(chores, soon, monday) == Unwanted(reason="newer_reminder_given")
    who: Any = {"actor": ADMIN, "at": monday}
    await incident(chores, ReopenIncident(phase=Phase.MITIGATION, reason="It is back", **who))
    assert await found(chores, due, monday) == Unwanted(reason="incident_reopened")
    await incident(
        chores,
        MitigateIncident(summary="Again", **who),
        ResolveIncident(summary="Again", **who),
    )
    assert await found(chores, due, monday) == Unwanted(reason="due_date_moved")
    await postmortem(chores, publish())
    assert await found(chores, due, monday) == Unwanted(reason="postmortem_published")


async def test_who_is_invited_is_asked_to_read_a_day_before_and_once(chores: Chores) -> None:
    starts_at = now() + timedelta(hours=20)
    await begun(chores, now() - 2 * DAY)
    who: Any = {"actor": ADMIN, "at": now() - DAY}
    schedule = ScheduleMeeting(
        starts_at=starts_at,
        invited_ids=(GRACE, MAY, ResponderId("nobody")),
        incident_began_at=now() - 3 * DAY,
        place="Room 4",
        **who,
    )
    await postmortem(chores, schedule)
    await chores.tell()
    async with chores.working():
        await chores.hears(3)  # and half time of the postmortem, to its author
        await chores.settled()
        await postmortem(chores, CallMeetingOff(reason="Holidays", actor=ADMIN, at=now()))
        await chores.tell()
        await chores.workflow.terminate("an operator")
        await chores.tells_again()
        await chores.settled()
        await postmortem(chores, publish())
        await chores.tell()
        await chores.workflow.result()
    reading = [one for one in chores.sent if one.startswith("Read the postmortem of")]
    assert len(reading) == 2
    [asked] = [one for one in await given(chores) if one.reminder.step == "reading"]
    assert {one.responder_id for one in asked.deliveries} == {GRACE, MAY}
    assert await found(chores, asked, now()) in (
        Unwanted(reason="postmortem_published"),
        Unwanted(reason="already_settled"),
    )


async def test_a_meeting_that_is_moved_to_another_day_is_read_for_then(chores: Chores) -> None:
    monday = datetime(2026, 12, 7, 10, tzinfo=UTC)
    await begun(chores, monday)
    who: Any = {"actor": ADMIN, "at": monday}
    schedule = ScheduleMeeting(
        starts_at=monday + 2 * DAY, invited_ids=(MAY,), incident_began_at=monday, **who
    )
    planning = planned_by(chores)
    await postmortem(chores, schedule)
    assert await given_at(chores, planning, monday) == monday + DAY
    await given_at(chores, planning, monday + DAY)
    [asked] = await given(chores)
    await postmortem(
        chores,
        ScheduleMeeting(
            starts_at=monday + 3 * DAY, invited_ids=(MAY,), incident_began_at=monday, **who
        ),
    )
    assert await found(chores, asked, monday + DAY) == Unwanted(reason="meeting_moved")
    await given_at(chores, planning, monday + 2 * DAY)
    readings = [one for one in await given(chores) if one.reminder.step == "reading"]
    assert [one.reminder.due_on.day for one in readings] == [9, 10]
    assert await found(chores, readings[-1], monday + 3 * DAY) == Unwanted(
        reason="meeting_has_begun"
    )


async def test_an_incident_without_a_postmortem_or_items_has_nothing_to_follow_up(
    chores: Chores,
) -> None:
    plan = await planned_by(chores).plan_reminders(
        ReminderPlanInput(incident_id=chores.incident_id, at=now())
    )
    assert plan.again_at is None
    assert not plan.reminders


async def test_a_reopening_is_news_where_a_postmortem_is_written_and_nowhere_else(
    chores: Chores,
) -> None:
    who: Any = {"actor": ADMIN, "at": now()}
    other = await chores.harness.declare()
    mitigate = MitigateIncident(summary="Rolled back", **who)
    resolve = ResolveIncident(summary="Rolled back", **who)
    for command in (mitigate, resolve):
        await chores.harness.store(incident_decider, incident_stream(other), command)
    assert await chores.follow_ups.step() == 0
    await begun(chores, now())
    assert await chores.follow_ups.step() == 1
    await incident(chores, ReopenIncident(phase=Phase.MITIGATION, reason="It is back", **who))
    assert await chores.follow_ups.step() == 1
    assert await chores.follow_ups.step() == 0
