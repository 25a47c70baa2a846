"""Invitation workflow: tells people of a postmortem meeting and each change of it, newest last."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import uuid5

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities.payloads import PLAN_INVITATIONS, InvitationPlan, InvitationPlanInput
    from events.ids import meeting_invitation_stream
    from events.meeting_invitation.commands import InvitationCommand, PlanInvitations
    from events.meeting_invitation.decide import invitation_decider
    from events.meeting_invitation.state import Invitations
    from workflows.aggregate import FOR_EVER, Aggregate
    from workflows.ids import INVITATION_WORKFLOW, MEETING_CHANGED
    from workflows.loops import Loops
    from workflows.messages import InvitationInput
    from workflows.sending import Sending

ALL_TRIES: Final = timedelta(days=1)  # nobody is waiting for it, and it must not be lost
LEAST: Final = Priority(priority_key=4)


@workflow.defn(name=INVITATION_WORKFLOW)
class InvitationWorkflow:
    """Runs while there is something to send, and is started again by the next change."""

    @workflow.init
    def __init__(self, start: InvitationInput) -> None:
        self._start = start
        self._invitations = Aggregate(
            meeting_invitation_stream(start.incident_id),
            invitation_decider,
            uuid5(start.incident_id, "meeting_invitation"),
        )
        self._changes = 0  # signals seen; what changed is in the log
        self._loops = Loops()
        self._sending = Sending(
            self._loops,
            self._record,
            within=ALL_TRIES,
            priority=lambda: LEAST,
            in_order=True,
        )

    @workflow.run
    async def run(self, start: InvitationInput) -> None:
        """Tell of the newest change, again and again, until everything has its outcome."""
        await self._invitations.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while True:
            seen = self._changes
            await self._plan()
            await workflow.wait_condition(self._has_news_or_is_done(seen))
            self._loops.require_whole()
            if self._changes == seen:
                break
            if workflow.info().is_continue_as_new_suggested():
                await self._sending.finish()
                self._loops.require_whole()
                workflow.continue_as_new(start)

    @workflow.signal(name=MEETING_CHANGED)
    def meeting_changed(self) -> None:
        """Look into the log: the meeting is not as it was."""
        self._changes += 1

    @property
    def _state(self) -> Invitations:
        return self._invitations.state

    def _has_news_or_is_done(self, seen: int) -> Callable[[], bool]:
        def news() -> bool:
            return self._changes != seen or not self._state.ledger.pending or self._loops.broken

        return news

    async def _plan(self) -> None:
        """Mean to tell of the newest change, if it was not told so far."""
        incident_id = self._start.incident_id
        plan: InvitationPlan = await workflow.execute_activity(
            PLAN_INVITATIONS,
            InvitationPlanInput(incident_id=incident_id),
            result_type=InvitationPlan,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=FOR_EVER,
            priority=LEAST,
        )
        if plan.sequence is None:
            return
        command = PlanInvitations(
            incident_id=incident_id,
            sequence=plan.sequence,
            invitations=plan.invitations,
            cancellations=plan.cancellations,
            at=workflow.now(),
        )
        await self._record(command, f"plan:{plan.sequence}")
        self._sending.send(self._state.ledger)

    async def _record(self, command: InvitationCommand, why: str) -> None:
        await self._invitations.command_itself(command, why)
