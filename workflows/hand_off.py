"""Hand-off workflow: tells people of their shifts in a schedule, and of time nobody covers."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payloads import PLAN_NOTICES, NoticePlan, NoticePlanInput
    from events.hand_off.commands import GiveNotice, HandOffCommand
    from events.hand_off.decide import hand_off_decider
    from events.hand_off.state import HandOff
    from events.ids import TOCSIN, hand_off_stream
    from workflows.aggregate import FOR_EVER, Aggregate
    from workflows.ids import HAND_OFF_WORKFLOW, SCHEDULE_CHANGED
    from workflows.loops import Loops
    from workflows.messages import HandOffInput
    from workflows.sending import Sending

ALL_TRIES: Final = timedelta(minutes=30)
SOONEST: Final = timedelta(seconds=1)  # a clock that runs behind asks again, and not at once


@workflow.defn(name=HAND_OFF_WORKFLOW)
class HandOffWorkflow:
    """Lives as long as its schedule. What it has told is in the log, so any run may be the last."""

    @workflow.init
    def __init__(self, start: HandOffInput) -> None:
        self._start = start
        self._hand_off = Aggregate(
            hand_off_stream(start.schedule_id),
            hand_off_decider,
            uuid5(TOCSIN, f"hand_off:{start.schedule_id}"),
        )
        self._changes = 0  # signals seen; what changed is in the log
        self._loops = Loops()
        self._sending = Sending(self._loops, self._record, within=ALL_TRIES, in_order=True)

    @workflow.run
    async def run(self, start: HandOffInput) -> None:
        """Tell what is due, wait until more may be, and again, until the schedule has ended."""
        await self._hand_off.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while True:
            seen = self._changes
            again_at = await self._tell()
            if again_at is None and self._changes == seen:
                await self._sending.finish()
                self._loops.require_whole()
                if self._changes == seen:  # nothing came while the last was sent
                    return
            await self._until(again_at or workflow.now(), seen)
            self._loops.require_whole()
            if workflow.info().is_continue_as_new_suggested():
                await self._sending.finish()
                self._loops.require_whole()
                workflow.continue_as_new(start)

    @workflow.signal(name=SCHEDULE_CHANGED)
    def schedule_changed(self) -> None:
        """Look into the log: the schedule, or somebody on it, is not as it was."""
        self._changes += 1

    @property
    def _state(self) -> HandOff:
        return self._hand_off.state

    async def _tell(self) -> datetime | None:
        """Give what is due, and return when to look again; None: the schedule has ended."""
        plan: NoticePlan = await workflow.execute_activity(
            PLAN_NOTICES,
            NoticePlanInput(schedule_id=self._start.schedule_id, at=workflow.now()),
            result_type=NoticePlan,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=FOR_EVER,
        )
        for planned in plan.notices:
            command = GiveNotice(
                schedule_id=self._start.schedule_id,
                notice=planned.notice,
                deliveries=planned.deliveries,
                at=workflow.now(),
            )
            await self._record(command, planned.notice.name)
        self._sending.send(self._state.ledger)
        return plan.again_at

    async def _until(self, again_at: datetime, seen: int) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._changes != seen or self._loops.broken,
                timeout=max(again_at - workflow.now(), SOONEST),
                timeout_summary="the next shift or gap",
            )

    async def _record(self, command: HandOffCommand, why: str) -> None:
        await self._hand_off.command_itself(command, why)
