"""Follow-up workflow: reminds people of what is still to be done after an incident."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.payloads import (
        CLOSE_ISSUE,
        CREATE_ISSUE,
        LOOK_AT_ISSUE,
        PLAN_REMINDERS,
        IssueInput,
        ReminderPlan,
        ReminderPlanInput,
    )
    from events.follow_up.commands import FollowUpCommand, GiveReminder
    from events.follow_up.decide import follow_up_decider
    from events.follow_up.state import FollowUp
    from events.ids import ActionItemId, follow_up_stream
    from workflows.aggregate import FOR_EVER, Aggregate
    from workflows.ids import FOLLOW_UP_CHANGED, FOLLOW_UP_WORKFLOW
    from workflows.loops import Loops
    from workflows.messages import FollowUpInput
    from workflows.sending import Sending

ALL_TRIES: Final = timedelta(hours=4)  # a reminder may be late, and must not be lost
SOONEST: Final = timedelta(seconds=1)  # a clock that runs behind asks again, and not at once
LEAST: Final = Priority(priority_key=4)
EVERY_DAY: Final = timedelta(hours=23)  # a look is due by then; a day's wake-up may come early
ISSUE: Final = timedelta(seconds=60)  # for all that one attempt asks of a tracker
UNTIL_IT_IS_THERE: Final = RetryPolicy(maximum_interval=timedelta(minutes=10))
A_FEW_TIMES: Final = RetryPolicy(maximum_interval=timedelta(minutes=10), maximum_attempts=5)


@workflow.defn(name=FOLLOW_UP_WORKFLOW)
class FollowUpWorkflow:
    """Lives while anything is to be done. What it told is in the log: any run may be the last."""

    @workflow.init
    def __init__(self, start: FollowUpInput) -> None:
        self._start = start
        self._follow_up = Aggregate(
            follow_up_stream(start.incident_id),
            follow_up_decider,
            uuid5(start.incident_id, "follow_up"),
        )
        self._changes = 0  # signals seen; what changed is in the log
        self._position = start.position
        self._leaving = False
        self._creating: set[ActionItemId] = set()
        self._closing: set[ActionItemId] = set()  # issues of these; asked for once in a run
        self._closed: set[ActionItemId] = set()
        self._looked_at: datetime | None = None  # at the issues
        self._loops = Loops()
        self._sending = Sending(
            self._loops,
            self._record,
            within=ALL_TRIES,
            priority=lambda: LEAST,
            leaving=lambda: self._leaving,
        )

    @workflow.run
    async def run(self, start: FollowUpInput) -> None:
        """Remind of what is due, wait until more may be, and again, until nothing is open."""
        await self._follow_up.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while True:
            seen = self._changes
            again_at = await self._remind()
            if again_at is None and self._is_over(seen):
                return
            await self._until(again_at, seen)
            self._loops.require_whole()
            if workflow.info().is_continue_as_new_suggested() and not self._at_trackers:
                self._leaving = True
                await self._sending.finish()
                self._loops.require_whole()
                workflow.continue_as_new(
                    FollowUpInput(incident_id=start.incident_id, position=self._position)
                )

    @workflow.signal(name=FOLLOW_UP_CHANGED)
    def follow_up_changed(self, position: int) -> None:
        """Look into the log: what is to be done is not as it was, from that position on."""
        self._changes += 1
        self._position = max(self._position, position)

    @property
    def _state(self) -> FollowUp:
        return self._follow_up.state

    @property
    def _at_trackers(self) -> bool:
        return bool(self._creating or self._closing - self._closed)

    def _is_over(self, seen: int) -> bool:
        quiet = not self._state.ledger.pending and not self._at_trackers
        return self._changes == seen and quiet

    async def _remind(self) -> datetime | None:
        """Give what is due, and return when to look again; None: nothing is open."""
        incident_id = self._start.incident_id
        plan: ReminderPlan = await workflow.execute_activity(
            PLAN_REMINDERS,
            ReminderPlanInput(incident_id=incident_id, at=workflow.now(), position=self._position),
            result_type=ReminderPlan,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=FOR_EVER,
            priority=LEAST,
        )
        for planned in plan.reminders:
            command = GiveReminder(
                incident_id=incident_id,
                reminder=planned.reminder,
                deliveries=planned.deliveries,
                at=workflow.now(),
            )
            await self._record(command, planned.reminder.name)
        self._sending.send(self._state.ledger)
        self._keep_issues(plan)
        return plan.again_at

    def _keep_issues(self, plan: ReminderPlan) -> None:
        """Create the issues that are wanted, close those of what is over, look at others daily."""
        for item_id in plan.wanted_issues:
            if item_id not in self._creating:
                self._creating.add(item_id)
                self._loops.begin(self._create(item_id))
        for item_id in plan.ended_issues:
            if item_id not in self._closing:
                self._closing.add(item_id)
                self._loops.begin(self._close(item_id))
        now = workflow.now()
        if self._looked_at is None or now - self._looked_at >= EVERY_DAY:
            self._looked_at = now
            for item_id in plan.watched_issues:
                self._loops.begin(self._look(item_id))

    async def _create(self, item_id: ActionItemId) -> None:
        try:
            await self._issue(CREATE_ISSUE, item_id, UNTIL_IT_IS_THERE)
        finally:
            self._creating.discard(item_id)

    async def _close(self, item_id: ActionItemId) -> None:
        try:
            await self._issue(CLOSE_ISSUE, item_id, UNTIL_IT_IS_THERE)
        finally:
            self._closed.add(item_id)

    async def _look(self, item_id: ActionItemId) -> None:
        with suppress(ActivityError):  # then tomorrow
            await self._issue(LOOK_AT_ISSUE, item_id, A_FEW_TIMES)

    async def _issue(self, name: str, item_id: ActionItemId, policy: RetryPolicy) -> None:
        await workflow.execute_activity(
            name,
            IssueInput(action_item_id=item_id),
            start_to_close_timeout=ISSUE,
            retry_policy=policy,
            priority=LEAST,
        )

    async def _until(self, again_at: datetime | None, seen: int) -> None:
        """Wait for the time, for news, or, when nothing is open, for the last message's outcome."""
        over = again_at is None
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: (
                    self._changes != seen or self._loops.broken or (over and self._is_over(seen))
                ),
                timeout=None if again_at is None else max(again_at - workflow.now(), SOONEST),
                timeout_summary="the next due date",
            )

    async def _record(self, command: FollowUpCommand, why: str) -> None:
        await self._follow_up.command_itself(command, why)
