"""Announcement workflow: sends an incident's status updates to its stakeholders, newest last."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid5

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.payloads import (
        PLAN_ANNOUNCEMENT,
        AnnouncementPlan,
        AnnouncementPlanInput,
    )
    from events.announcement.commands import AnnouncementCommand, PlanAnnouncement
    from events.announcement.decide import announcement_decider
    from events.announcement.state import Announcement
    from events.ids import announcement_stream
    from workflows.aggregate import FOR_EVER, Aggregate
    from workflows.ids import ANNOUNCEMENT_WORKFLOW, UPDATE_PUBLISHED
    from workflows.loops import Loops
    from workflows.messages import AnnouncementInput
    from workflows.sending import Sending

ALL_TRIES = timedelta(minutes=30)  # a status update is worth more patience than a page


@workflow.defn(name=ANNOUNCEMENT_WORKFLOW)
class AnnouncementWorkflow:
    """Runs while there is something to send, and is started again by the next update."""

    @workflow.init
    def __init__(self, start: AnnouncementInput) -> None:
        self._start = start
        self._announcement = Aggregate(
            announcement_stream(start.incident_id),
            announcement_decider,
            uuid5(start.incident_id, "announcement"),
        )
        self._published = 0  # signals seen; what was published is in the log
        self._loops = Loops()
        self._sending = Sending(self._loops, self._record, within=ALL_TRIES, in_order=True)

    @workflow.run
    async def run(self, start: AnnouncementInput) -> None:
        """Send the newest update, again and again, until everything has its outcome."""
        await self._announcement.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while True:
            seen = self._published
            await self._plan()
            await workflow.wait_condition(self._has_news_or_is_done(seen))
            self._loops.require_whole()
            if self._published == seen:
                break
            if workflow.info().is_continue_as_new_suggested():
                await self._sending.finish()
                self._loops.require_whole()
                workflow.continue_as_new(start)

    @workflow.signal(name=UPDATE_PUBLISHED)
    def update_published(self) -> None:
        """Look into the log: there is a newer update."""
        self._published += 1

    @property
    def _state(self) -> Announcement:
        return self._announcement.state

    def _has_news_or_is_done(self, seen: int) -> Callable[[], bool]:
        def news() -> bool:
            return self._published != seen or not self._state.ledger.pending or self._loops.broken

        return news

    async def _plan(self) -> None:
        """Mean to send the newest update; a long list of subscribers goes into several events."""
        while True:
            plan: AnnouncementPlan = await workflow.execute_activity(
                PLAN_ANNOUNCEMENT,
                AnnouncementPlanInput(
                    incident_id=self._start.incident_id, after=self._state.planned
                ),
                result_type=AnnouncementPlan,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=FOR_EVER,
            )
            if plan.number is None:
                return
            command = PlanAnnouncement(
                incident_id=self._start.incident_id,
                number=plan.number,
                deliveries=plan.deliveries,
                at=workflow.now(),
            )
            await self._record(command, f"plan:{plan.number}:{len(self._state.posted)}")
            self._sending.send(self._state.ledger)

    async def _record(self, command: AnnouncementCommand, why: str) -> None:
        await self._announcement.command_itself(command, why)
