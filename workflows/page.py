"""The page's workflow: pages level after level until somebody answers or nobody is left."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid5

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.orders import (
        INTEND_DELIVERIES,
        LOAD_PAGE,
        Intended,
        IntendOrder,
        PageSnapshot,
    )
    from events.actor import actor_named
    from events.ids import page_stream
    from events.page.commands import (
        AcknowledgePage,
        ExhaustPage,
        PageCommand,
        ReachLevel,
        StartPage,
        StopPage,
        TimeOutLevel,
    )
    from events.page.decide import next_step, page_decider
    from events.page.plan import Step
    from events.page.state import Page
    from workflows.aggregate import APPEND_TIMEOUT, FOR_EVER, Aggregate, linger
    from workflows.automation import automatic
    from workflows.ids import (
        COMMAND,
        INCIDENT_ANSWERED,
        INCIDENT_OVER,
        PAGE_ANSWERED,
        PAGE_WORKFLOW,
        READ_AGAIN,
        incident_workflow_id,
    )
    from workflows.messages import (
        CommandAnswer,
        IncidentAnswer,
        IncidentOver,
        PageAnswer,
        PageCommandEnvelope,
        PageInput,
    )
    from workflows.sending import Sending


@workflow.defn(name=PAGE_WORKFLOW)
class PageWorkflow:
    """One escalation of one incident. A life that was cut off goes on where the log says it was."""

    @workflow.init
    def __init__(self, start: PageInput) -> None:
        self._start = start
        self._page = Aggregate(page_stream(start.page_id), page_decider, self._load)
        self._sending = Sending(start.page_id, self._automatically)
        self._told = False

    @workflow.run
    async def run(self, start: PageInput) -> None:
        """Page until it is over; an exhausted page still waits for its answer."""
        await self._page.load()
        await self._automatically(
            StartPage(
                page_id=start.page_id,
                incident_id=start.incident_id,
                reference=start.reference,
                plan=start.plan,
                at=workflow.now(),
                purpose=start.purpose,
                ask=start.ask,
            ),
            "start",
        )
        self._sending.send(self._state.pending, possible_repeat=True)
        while not self._state.over and not self._wants_a_new_run():
            await self._walk()
        await workflow.wait_condition(lambda: self._state.answered or self._wants_a_new_run())
        await self._tell_the_incident()
        await self._sending.finish()
        if self._state.answered:
            await linger()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._state.answered:
            workflow.continue_as_new(start)

    @workflow.update(name=COMMAND)
    async def command(self, envelope: PageCommandEnvelope) -> CommandAnswer:
        """Carry out one command: in practice, the answer of a responder."""
        return await self._page.execute(envelope)

    @command.validator
    def _judge(self, envelope: PageCommandEnvelope) -> None:
        self._page.judge(envelope)

    @workflow.signal(name=INCIDENT_ANSWERED)
    async def incident_answered(self, answer: IncidentAnswer) -> None:
        """Stop, because the incident was acknowledged in another way."""
        actor = actor_named(answer.acknowledged_by)
        await self._automatically(
            AcknowledgePage(actor=actor, via="incident", at=answer.at), "incident_answered"
        )

    @workflow.signal(name=INCIDENT_OVER)
    async def incident_over(self, over: IncidentOver) -> None:
        """Stop, because nobody is needed any more."""
        await self._automatically(StopPage(reason=over.reason, at=over.at), "incident_over")

    @workflow.signal(name=READ_AGAIN)
    async def read_again(self) -> None:
        """Read the log again: it is not where this run thinks it is."""
        await self._page.read_again()

    @property
    def _state(self) -> Page:
        return self._page.state

    async def _load(self) -> PageSnapshot:
        snapshot: PageSnapshot = await workflow.execute_local_activity(
            LOAD_PAGE,
            self._start.page_id,
            result_type=PageSnapshot,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return snapshot

    def _wants_a_new_run(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    async def _walk(self) -> None:
        """Wait out the current step, or go to the next one."""
        page = self._state
        if page.step is not None and not page.timed_out:
            await self._wait_out(page.step)
            return
        following = next_step(page)
        if following is None:
            await self._automatically(ExhaustPage(at=workflow.now()), "exhaust")
        else:
            await self._reach(following)

    async def _reach(self, step: Step) -> None:
        level = self._start.plan.levels[step.level - 1]
        intended = await workflow.execute_local_activity(
            INTEND_DELIVERIES,
            IntendOrder(page_id=self._start.page_id, step=step, level=level),
            result_type=Intended,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        await self._automatically(
            ReachLevel(step=step, deliveries=intended.deliveries, at=workflow.now()),
            f"reach:{step.turn}:{step.level}",
        )
        self._sending.send(self._state.pending)

    async def _wait_out(self, step: Step) -> None:
        page = self._state
        left = timedelta(0)
        if page.reached_at is not None:
            patience = self._start.plan.levels[step.level - 1].patience
            left = max(left, page.reached_at + patience - workflow.now())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._state.over or self._state.unreachable,
                timeout=left,
                timeout_summary=f"level {step.level} may stay silent",
            )
        await self._automatically(
            TimeOutLevel(step=step, at=workflow.now()), f"time_out:{step.turn}:{step.level}"
        )

    async def _automatically(self, command: PageCommand, why: str) -> None:
        command_id = uuid5(self._start.page_id, why)
        envelope = PageCommandEnvelope(
            command_id=command_id, command=command, **automatic(command_id)
        )
        try:
            await self._page.execute(envelope)
        except ApplicationError as refusal:
            # The page is over already: then there is nothing left to automate.
            workflow.logger.info("automation_refused", extra={"why": why, "type": refusal.type})

    async def _tell_the_incident(self) -> None:
        by = self._state.acknowledged_by
        if by is None or self._told:
            return
        incident = workflow.get_external_workflow_handle(
            incident_workflow_id(self._start.incident_id)
        )
        answer = PageAnswer(page_id=self._start.page_id, actor=actor_named(by), at=workflow.now())
        # Not found: the incident is over, or its next life will read the answer from the log.
        with suppress(ApplicationError):
            await incident.signal(PAGE_ANSWERED, answer)
        self._told = True
