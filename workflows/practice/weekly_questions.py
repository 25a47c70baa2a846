"""Weekly questions workflow: puts a team's findings to its people, once a week."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities.payloads import PLAN_QUESTIONS, QuestionPlan, QuestionPlanInput
    from events.ids import TOCSIN, questions_stream
    from events.questions.commands import AskQuestions, QuestionsCommand
    from events.questions.decide import questions_decider
    from events.questions.state import Questions
    from workflows.aggregate import FOR_EVER, Aggregate
    from workflows.ids import QUESTIONS_CHANGED, QUESTIONS_WORKFLOW
    from workflows.loops import Loops
    from workflows.messages import QuestionsInput
    from workflows.sending import Sending

ALL_TRIES: Final = timedelta(hours=4)  # it may be late
SOONEST: Final = timedelta(seconds=1)  # a clock that runs behind asks again, and not at once
LEAST: Final = Priority(priority_key=4)


@workflow.defn(name=QUESTIONS_WORKFLOW)
class QuestionsWorkflow:
    """Lives while a team wants it. What it asked is in the log, so any run may be the last."""

    @workflow.init
    def __init__(self, start: QuestionsInput) -> None:
        self._start = start
        self._questions = Aggregate(
            questions_stream(start.team_id),
            questions_decider,
            uuid5(TOCSIN, f"questions:{start.team_id}"),
        )
        self._changes = 0  # signals seen; what changed is in the log
        self._loops = Loops()
        self._sending = Sending(self._loops, self._record, within=ALL_TRIES, priority=lambda: LEAST)

    @workflow.run
    async def run(self, start: QuestionsInput) -> None:
        """Ask what is due, wait for the next week, and again, until nobody wants it any more."""
        await self._questions.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while True:
            seen = self._changes
            again_at = await self._ask()
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

    @workflow.signal(name=QUESTIONS_CHANGED)
    def questions_changed(self) -> None:
        """Look into the log: the team wants it otherwise."""
        self._changes += 1

    @property
    def _state(self) -> Questions:
        return self._questions.state

    async def _ask(self) -> datetime | None:
        """Ask the week's questions if they are due, and return when to look again."""
        plan: QuestionPlan = await workflow.execute_activity(
            PLAN_QUESTIONS,
            QuestionPlanInput(team_id=self._start.team_id, at=workflow.now()),
            result_type=QuestionPlan,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=FOR_EVER,
            priority=LEAST,
        )
        if plan.week is not None:
            command = AskQuestions(
                team_id=self._start.team_id,
                week=plan.week,
                deliveries=plan.deliveries,
                at=workflow.now(),
            )
            await self._record(command, f"week:{plan.week}")
            self._sending.send(self._state.ledger)
        return plan.again_at

    async def _until(self, again_at: datetime, seen: int) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._changes != seen or self._loops.broken,
                timeout=max(again_at - workflow.now(), SOONEST),
                timeout_summary="the next week",
            )

    async def _record(self, command: QuestionsCommand, why: str) -> None:
        await self._questions.command_itself(command, why)
