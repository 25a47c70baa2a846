"""The workflow of a follow-up reminds people of what is to be done, whatever happens to it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from activities.delivery.faults import ContactLimited
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.outbound import Outbound
from activities.follow_up.planning import ReminderPlanning
from activities.follow_up.wanted import Reminders
from activities.payloads import (
    DELIVER,
    DeliveryInput,
    DeliveryOutcome,
    DeliveryState,
    ReminderPlanInput,
)
from activities.recording import Recording
from activities.tracking.keeping import IssueKeeping
from events.action_item.commands import (
    ActionItemCommand,
    CompleteActionItem,
    MoveDueDate,
    OpenActionItem,
)
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import DefineResponderHours, responder_decider
from events.configuration.team import DefineTeam, Member, team_decider
from events.delivery.events import REMINDER
from events.follow_up.commands import GiveReminder
from events.follow_up.decide import follow_up_decider
from events.follow_up.events import ReminderGiven
from events.follow_up.work_hours import USUAL, WorkHours
from events.handle import known
from events.ids import (
    ActionItemId,
    IncidentId,
    ResponderId,
    TeamId,
    follow_up_stream,
    responder_stream,
    team_stream,
)
from events.log.codec import codec_for
from services.projector.standing.follow_ups import THERE_EVERY, FollowUps
from services.worker.workers import SANDBOX, follow_up_worker
from tests.eventually import eventually
from tests.harness import ADMIN, now
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.follow_up import FollowUpWorkflow
from workflows.ids import follow_up_workflow_id

pytestmark = pytest.mark.stack

GRACE, MAY, TEAM = ResponderId("grace"), ResponderId("may"), TeamId("payments")
DAY = timedelta(days=1)


async def at_any_time(_log: object, _who: object) -> WorkHours:
    return WorkHours(days=())


async def usual(_log: object, _who: object) -> WorkHours:
    return USUAL


@dataclass
class Chores:
    """An incident with something to be done after it, and those who hear of it."""

    harness: Harness
    database: Database
    follow_ups: FollowUps
    incident_id: IncidentId
    seconds: float = 0.0
    outbound: Outbound = field(default_factory=lambda: Outbound(allow_private=True))
    sent: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        site, log = "https://tocsin.example.org", self.harness.log
        found = await Reminders(log, log.database, public_url=site, hours_of=at_any_time).find(task)
        if isinstance(found, Unwanted):
            self.unwanted.append(found.reason)
            return DeliveryOutcome(state=DeliveryState.SUPPRESSED, attempts=1, reason=found.reason)
        self.sent.append(found.message(task.possible_repeat).headline)
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="m-1")

    @property
    def issues(self) -> IssueKeeping:
        log, site = self.harness.log, "https://tocsin.example.org"
        return IssueKeeping(
            log, log.database, self.outbound, public_url=site, to_settle=timedelta(0)
        )

    async def open(self, due_on: date, owner: Owner, opened_at: datetime) -> ActionItemId:
        item_id = ActionItemId(uuid4())
        item = ActionItem(
            text="Add a canary stage",
            action=ActionKind.PREVENT,
            owner=owner,
            priority=Priority.P1,
        )
        command = OpenActionItem(
            action_item_id=item_id,
            incident_id=self.incident_id,
            item=item,
            due_on=due_on,
            actor=ADMIN,
            at=opened_at,
        )
        await self.give(item_id, command)
        return item_id

    async def give(self, item_id: ActionItemId, command: ActionItemCommand) -> None:
        await self.harness.store(action_item_decider, AGGREGATE.stream(item_id), command)
        await catch_up(self.database)

    async def done(self, item_id: ActionItemId) -> None:
        await self.give(item_id, CompleteActionItem(evidence_url=None, actor=ADMIN, at=now()))

    async def tell(self) -> None:
        """Tell the workflow of what changed, as the projector does."""
        await catch_up(self.database)
        await self.follow_ups.step()

    async def tells_again(self) -> None:
        """Have the projector look whether every workflow is there, until it is."""

        async def runs() -> bool:
            self.seconds += THERE_EVERY + 1
            await self.tell()
            described = await self.workflow.describe()
            return described.status is WorkflowExecutionStatus.RUNNING

        await eventually("it runs again", runs)

    async def item_happens(self, item_id: ActionItemId, event_type: str) -> None:
        await self.harness.happens(AGGREGATE.stream(item_id), event_type, within=120)

    async def hears(self, number: int) -> None:
        async def heard() -> bool:
            return len(self.sent) >= number

        await eventually(f"people hear {number} reminders", heard)

    async def settled(self) -> None:
        async def is_settled() -> bool:
            happened = await self.happened()
            return happened.count("delivery.sent") == len(self.sent)

        await eventually("the outcome is in the log", is_settled)

    async def happened(self) -> list[str]:
        return await self.harness.happened(follow_up_stream(self.incident_id))

    @property
    def workflow(self) -> "WorkflowHandle[object, object]":
        return self.harness.temporal.get_workflow_handle(follow_up_workflow_id(self.incident_id))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        log = self.harness.log
        recording = Recording(log, NoAnswers())
        planning = ReminderPlanning(log, log.database, hours_of=at_any_time)
        async with follow_up_worker(
            self.harness.temporal, recording, planning, self.issues, self, runner=SANDBOX
        ):
            yield


class NoAnswers:
    async def waiting(self, incident_id: object) -> None:
        return None


@pytest.fixture
async def chores(idle_harness: Harness, database: Database) -> Chores:
    harness = idle_harness
    for name in ("grace", "may"):
        await harness.responder(name)
    team = DefineTeam(
        team_id=TEAM,
        name="Payments",
        members=(
            Member(responder_id=GRACE, manager=False),
            Member(responder_id=MAY, manager=True),
        ),
        actor=ADMIN,
        at=now(),
    )
    await harness.store(team_decider, team_stream(TEAM), team)
    incident_id = await harness.declare()
    follow_ups = FollowUps(harness.log.database, harness.temporal)
    found = Chores(harness, database, follow_ups, incident_id)
    found.follow_ups.clock = lambda: found.seconds
    return found


GRACES = Owner(person=GRACE, team=TEAM)


def today() -> date:
    return now().date()


async def test_an_owner_is_reminded_once_and_the_workflow_ends_with_the_item(
    chores: Chores,
) -> None:
    item_id = await chores.open(today() + 2 * DAY, GRACES, now() - 2 * DAY)
    await chores.tell()
    async with chores.working():
        await chores.hears(1)
        again = FollowUps(chores.harness.log.database, chores.harness.temporal)
        await again.step()  # a restarted projector
        move = MoveDueDate(due_on=today() + 9 * DAY, reason="Late", actor=ADMIN, at=now())
        await chores.give(item_id, move)
        await chores.tell()
        await chores.settled()
        await chores.done(item_id)
        await chores.tell()
        await chores.workflow.result()
    [said] = chores.sent
    assert "-A1 is due on" in said
    assert "Add a canary stage" in said
    assert (await chores.happened()).count("reminder.given") == 1
    told = await chores.workflow.fetch_history()
    await replayer(FollowUpWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("FollowUpWorkflow", "reminded_and_done", told)


async def test_what_is_a_week_late_is_told_to_the_managers_too(chores: Chores) -> None:
    item_id = await chores.open(today() - 8 * DAY, GRACES, now() - 9 * DAY)
    await chores.tell()
    async with chores.working():
        await chores.hears(2)
        await chores.settled()
    assert all("is late by 1 week" in one for one in chores.sent)
    item_events = await chores.harness.happened(AGGREGATE.stream(item_id))
    assert item_events[1:] == [
        "action_item.overdue",
        "action_item.reminded",
        "action_item.escalated",
    ]


async def test_a_terminated_workflow_is_started_again_and_tells_nothing_twice(
    chores: Chores,
) -> None:
    await chores.open(today() - DAY, GRACES, now() - 2 * DAY)
    await chores.tell()
    async with chores.working():
        await chores.hears(1)
        await chores.settled()
        await chores.workflow.terminate("an operator")
        await chores.tells_again()
        await chores.open(today() - DAY, GRACES, now() - 2 * DAY)  # it still hears
        await chores.tell()
        await chores.hears(2)
        await chores.settled()
    assert (await chores.happened()).count("reminder.given") == 2
    assert len(chores.sent) == 2


async def test_nothing_is_sent_for_what_was_done_while_every_worker_was_away(
    chores: Chores,
) -> None:
    item_id = await chores.open(today() - DAY, GRACES, now() - 2 * DAY)
    log = chores.harness.log
    planning = ReminderPlanning(log, log.database, hours_of=at_any_time)
    await given_reminders(chores, planning, now())  # the intent is in the log, and a worker died
    await chores.done(item_id)
    await chores.open(today() + 30 * DAY, GRACES, now())
    await chores.tell()
    async with chores.working():

        async def suppressed() -> bool:
            return "delivery.suppressed" in await chores.happened()

        await eventually("the reminder is held back", suppressed)
    assert chores.unwanted == ["item_done"]
    assert not chores.sent


async def test_an_incident_with_nothing_to_be_done_has_no_workflow(chores: Chores) -> None:
    item_id = await chores.open(today() + 30 * DAY, GRACES, now())
    await chores.done(item_id)
    assert await chores.follow_ups.step() == 0
    with pytest.raises(RPCError) as missing:
        await chores.workflow.describe()
    assert missing.value.status is RPCStatusCode.NOT_FOUND


async def given_reminders(chores: Chores, planning: ReminderPlanning, at: datetime) -> datetime:
    """Do what the workflow does in one round, and return when it looks again."""
    task = ReminderPlanInput(incident_id=chores.incident_id, at=at)
    plan = await planning.plan_reminders(task)
    for one in plan.reminders:
        command = GiveReminder(
            incident_id=chores.incident_id,
            reminder=one.reminder,
            deliveries=one.deliveries,
            at=at,
        )
        await chores.harness.store(follow_up_decider, follow_up_stream(chores.incident_id), command)
    assert plan.again_at is not None
    return plan.again_at


async def test_over_two_months_everybody_is_told_in_their_hours_and_once_though_days_are_missed(
    chores: Chores,
) -> None:
    """Temporal is away from Saturday noon to Sunday midnight, every week."""
    first = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday; clocks change in this time
    await chores.open(date(2026, 3, 14), GRACES, first)  # a Saturday
    log = chores.harness.log
    planning = ReminderPlanning(log, log.database, hours_of=usual)
    looks, at = 0, first
    while at < first + 60 * DAY:
        away = at.isoweekday() == 7 or (at.isoweekday() == 6 and at.hour >= 12)
        at = at + timedelta(hours=6) if away else await given_reminders(chores, planning, at)
        looks += 1
    names: list[str] = []
    for event in await given(chores):
        names.append(event.reminder.name.partition(" ")[2])
        [delivery] = event.deliveries
        goes_at = delivery.not_before or event.given_at
        assert 1 <= goes_at.isoweekday() <= 5
        assert 9 <= goes_at.hour < 17
        assert delivery.responder_id == (MAY if event.reminder.to == "others" else GRACE)
    assert len(names) == len(set(names)) == 9
    assert names[:4] == [
        "2026-03-14:soon:0:owner",
        "2026-03-14:due:0:owner",
        "2026-03-14:late:1:owner",
        "2026-03-14:escalated:0:others",
    ]
    assert looks < 100


async def given(chores: Chores) -> list[ReminderGiven]:
    stored = await chores.harness.log.read_stream(follow_up_stream(chores.incident_id))
    codec = codec_for(follow_up_decider.event_types)
    events = [recorded.event for recorded in known(codec, stored)]
    return [event for event in events if isinstance(event, ReminderGiven)]


async def test_a_reminder_whose_time_was_missed_waits_for_the_next_morning(chores: Chores) -> None:
    await chores.open(today() - DAY, GRACES, now() - 2 * DAY)
    log, site = chores.harness.log, "https://tocsin.example.org"
    planning = ReminderPlanning(log, log.database, hours_of=at_any_time)
    await given_reminders(chores, planning, now())
    [one] = await given(chores)
    task = DeliveryInput(
        kind=REMINDER,
        about=one.reminder.name,
        incident_id=chores.incident_id,
        delivery_id=one.deliveries[0].delivery_id,
    )

    async def found_at(at: datetime) -> Wanted | Unwanted:
        kind = Reminders(log, log.database, public_url=site, hours_of=usual, clock=lambda: at)
        return await kind.find(task)

    with pytest.raises(ContactLimited) as waits:
        await found_at(datetime(2026, 12, 5, 22, tzinfo=UTC))  # a Saturday night
    assert waits.value.retry_after == timedelta(hours=35)
    assert isinstance(await found_at(datetime(2026, 12, 7, 9, tzinfo=UTC)), Wanted)


async def test_a_reminder_waits_for_the_hours_that_the_person_has_said(chores: Chores) -> None:
    hours = DefineResponderHours(
        responder_id=GRACE, hours=PersonalHours(zone="Asia/Tokyo"), actor=ADMIN, at=now()
    )
    await chores.harness.store(responder_decider, responder_stream(GRACE), hours)
    await chores.open(date(2026, 12, 14), GRACES, datetime(2026, 12, 1, tzinfo=UTC))
    log = chores.harness.log
    at = datetime(2026, 12, 10, 15, 30, tzinfo=UTC)  # it is the 11th, half past midnight, in Tokyo
    await given_reminders(chores, ReminderPlanning(log, log.database), at)
    [one] = await given(chores)
    assert one.deliveries[0].not_before == datetime(2026, 12, 10, 23, tzinfo=UTC)  # 8 o'clock
