"""Heartbeat workflow: waits for pings, and has their heartbeat looked at when one is late."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payloads import LOOK_AT_HEARTBEAT, HeartbeatLook, HeartbeatLookInput
    from workflows.aggregate import FOR_EVER
    from workflows.ids import HEARTBEAT_MOVED, HEARTBEAT_WORKFLOW
    from workflows.messages import HeartbeatInput

SOONEST: Final = timedelta(seconds=1)  # a clock that runs behind asks again, and not at once


@workflow.defn(name=HEARTBEAT_WORKFLOW)
class HeartbeatWorkflow:
    """Lives as long as its heartbeat. It remembers nothing: each run begins with a look."""

    @workflow.init
    def __init__(self, start: HeartbeatInput) -> None:
        self._start = start
        self._moves = 0  # signals seen; what has moved is in the database

    @workflow.run
    async def run(self, start: HeartbeatInput) -> None:
        """Look, wait until silence may begin, and again, until the heartbeat has ended."""
        while True:
            seen = self._moves
            again_after = await self._look()
            if again_after is None and self._moves == seen:
                return
            await self._wait(again_after or timedelta(0), seen)
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(start)

    @workflow.signal(name=HEARTBEAT_MOVED)
    def heartbeat_moved(self) -> None:
        """Look again: what is expected has changed, or something was heard that is waited for."""
        self._moves += 1

    async def _look(self) -> timedelta | None:
        """Raise or end the alert as it has to be; return when to look again, None: it has ended."""
        look: HeartbeatLook = await workflow.execute_activity(
            LOOK_AT_HEARTBEAT,
            HeartbeatLookInput(heartbeat_id=self._start.heartbeat_id),
            result_type=HeartbeatLook,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=FOR_EVER,
        )
        if look.again_after_seconds is None:
            return None
        return timedelta(seconds=look.again_after_seconds)

    async def _wait(self, again_after: timedelta, seen: int) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._moves != seen,
                timeout=max(again_after, SOONEST),
                timeout_summary="the next ping",
            )
