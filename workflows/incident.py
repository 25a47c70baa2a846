"""The incident's workflow: takes its commands in order, watches its deadlines, keeps it paged."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import uuid5

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.orders import LOAD_INCIDENT, IncidentSnapshot
    from events.actor import Actor
    from events.ids import incident_stream
    from events.incident.commands import AcknowledgeIncident, MissDeadline
    from events.incident.decide import incident_decider
    from events.incident.phases import Phase, PhaseDeadline
    from events.incident.state import Incident
    from workflows.aggregate import APPEND_TIMEOUT, FOR_EVER, Aggregate, linger
    from workflows.automation import automatic
    from workflows.ids import COMMAND, INCIDENT_WORKFLOW, PAGE_ANSWERED, READ_AGAIN
    from workflows.incident_page import IncidentPage
    from workflows.incident_view import show
    from workflows.messages import (
        CommandAnswer,
        IncidentCommandEnvelope,
        IncidentInput,
        PageAnswer,
    )


@workflow.defn(name=INCIDENT_WORKFLOW)
class IncidentWorkflow:
    """One incident from its declaration until it is closed: weeks, over any number of runs.

    Every run takes its state from the log, so that any run may be ended and started again.
    """

    @workflow.init
    def __init__(self, start: IncidentInput) -> None:
        self._start = start
        self._incident = Aggregate(incident_stream(start.incident_id), incident_decider, self._load)
        self._page = IncidentPage(start.incident_id)
        self._judged: frozenset[Phase] = frozenset()  # deadlines this run has spoken about
        self._readings = 0  # of the log, because the reconciler asked
        self._draining = False

    @workflow.run
    async def run(self, start: IncidentInput) -> None:
        """Serve the incident until nothing more can happen to it."""
        await self._incident.load()
        loops = [
            asyncio.create_task(self._watch_deadlines()),
            asyncio.create_task(self._keep_paged()),
            asyncio.create_task(self._keep_shown()),
        ]
        await workflow.wait_condition(lambda: self._state.ended or self._wants_a_new_run())
        self._draining = True
        await asyncio.gather(*loops)
        if self._state.ended:
            await linger()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not self._state.ended:
            workflow.continue_as_new(start)

    @workflow.update(name=COMMAND)
    async def command(self, envelope: IncidentCommandEnvelope) -> CommandAnswer:
        """Carry out one command."""
        return await self._incident.execute(envelope)

    @command.validator
    def _judge(self, envelope: IncidentCommandEnvelope) -> None:
        self._incident.judge(envelope)

    @workflow.signal(name=PAGE_ANSWERED)
    async def page_answered(self, answer: PageAnswer) -> None:
        """Acknowledge the incident, because its page was answered."""
        command = AcknowledgeIncident(actor=answer.actor, at=answer.at, page_id=answer.page_id)
        await self._automatically(command, f"page_answered:{answer.page_id}")

    @workflow.signal(name=READ_AGAIN)
    async def read_again(self) -> None:
        """Read the log again, and look after the page again: one of them was not as expected."""
        await self._incident.read_again()
        self._page.forget()
        self._readings += 1

    @property
    def _state(self) -> Incident:
        return self._incident.state

    async def _load(self) -> IncidentSnapshot:
        snapshot: IncidentSnapshot = await workflow.execute_local_activity(
            LOAD_INCIDENT,
            self._start.incident_id,
            result_type=IncidentSnapshot,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return snapshot

    def _wants_a_new_run(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    async def _automatically(self, command: AcknowledgeIncident | MissDeadline, why: str) -> None:
        command_id = uuid5(self._start.incident_id, why)
        envelope = IncidentCommandEnvelope(
            command_id=command_id, command=command, **automatic(command_id)
        )
        try:
            await self._incident.execute(envelope)
        except ApplicationError as refusal:
            # The incident has moved on meanwhile: then there is nothing left to automate.
            workflow.logger.info("automation_refused", extra={"why": why, "type": refusal.type})

    @property
    def _moment(self) -> tuple[int, int]:
        """What has to be equal for nothing to have happened."""
        return self._incident.version, self._readings

    def _moved_on(self, seen: tuple[int, int]) -> Callable[[], bool]:
        return lambda: self._draining or self._moment != seen

    async def _watch_deadlines(self) -> None:
        while not self._draining and not self._state.ended:
            due = self._due()
            patience = None if due is None else due[0] - workflow.now()
            try:
                # Not at every command: each would cancel the timer and set the same one again.
                await workflow.wait_condition(
                    self._due_is_not(due),
                    timeout=patience,
                    timeout_summary=f"{due[1].phase} is due" if due else None,
                )
            except TimeoutError:
                if due:
                    await self._miss(due[1])

    def _due(self) -> tuple[datetime, PhaseDeadline] | None:
        return _next_due(self._state, self._judged)

    def _due_is_not(self, due: tuple[datetime, PhaseDeadline] | None) -> Callable[[], bool]:
        return lambda: self._draining or self._state.ended or self._due() != due

    async def _miss(self, deadline: PhaseDeadline) -> None:
        self._judged |= {deadline.phase}
        actor = Actor(principal=f"workflow:{workflow.info().workflow_id}")
        command = MissDeadline(phase=deadline.phase, actor=actor, at=workflow.now())
        await self._automatically(command, f"deadline:{deadline.phase}")

    async def _keep_paged(self) -> None:
        while True:
            seen = self._moment
            answer = await self._page.follow(self._state)
            if answer is not None:
                await self.page_answered(answer)
            if self._draining and seen == self._moment:
                return
            await workflow.wait_condition(self._moved_on(seen))

    async def _keep_shown(self) -> None:
        while True:
            seen = self._moment
            show(self._state, self._incident.version)
            if self._draining and seen == self._moment:
                return
            await workflow.wait_condition(self._moved_on(seen))


def _next_due(
    incident: Incident, judged: frozenset[Phase]
) -> tuple[datetime, PhaseDeadline] | None:
    """Return the earliest deadline that may still be missed, and when it is due."""
    declared_at = incident.declared_at
    if declared_at is None:
        return None
    running = [
        (declared_at + deadline.within, deadline)
        for deadline in incident.running_deadlines
        if deadline.phase not in judged
    ]
    return min(running, key=lambda due: due[0], default=None)
