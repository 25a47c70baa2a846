"""Incident workflow: takes commands in order, watches deadlines, keeps the incident paged."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from events.errors import CommandRejected
    from events.ids import incident_stream
    from events.incident.decide import incident_decider
    from events.incident.due import Due, due
    from events.incident.pages.rules import wanted_pages
    from events.incident.state import Incident
    from workflows.aggregate import Aggregate, linger
    from workflows.escalation import Escalation
    from workflows.ids import (
        COMMAND,
        INCIDENT_ASKED,
        INCIDENT_REPLIED,
        INCIDENT_WORKFLOW,
        MESSAGES_LOST,
        READ_AGAIN,
    )
    from workflows.incident_view import SHOWN_WITHIN, is_version_out_of_date, show, show_version
    from workflows.loops import Loops
    from workflows.messages import (
        CommandAnswer,
        IncidentAsked,
        IncidentCommandEnvelope,
        IncidentInput,
        IncidentReply,
        MessagesLost,
    )
    from workflows.relating import Relating

# Messages on their way put a new run off; but not for ever: the next one sends them again, marked.
LONGEST_HISTORY: Final = 20_000


@workflow.defn(name=INCIDENT_WORKFLOW)
class IncidentWorkflow:
    """One incident from its declaration until it is closed: weeks, over any number of runs.

    Every run takes its state from the log, so that any run may be ended and started again.
    """

    @workflow.init
    def __init__(self, start: IncidentInput) -> None:
        self._start = start
        stream = incident_stream(start.incident_id)
        self._incident = Aggregate(stream, incident_decider, start.incident_id)
        self._loops = Loops()
        self._escalations: dict[int, Escalation] = {}
        self._escalating: list[asyncio.Task[None]] = []
        self._given: frozenset[str] = frozenset()  # what this run's timer has led to
        self._relating = Relating(start.incident_id, self._incident)
        self._readings = 0  # of the log, because the reconciler asked
        self._draining = False

    @workflow.run
    async def run(self, start: IncidentInput) -> None:
        """Serve the incident until nothing more can happen to it."""
        await self._incident.load()
        loops = [
            self._loops.begin(loop())
            for loop in (
                self._watch_the_clock,
                self._keep_paged,
                self._keep_shown,
                self._keep_version_shown,
                self._keep_related,
            )
        ]
        await workflow.wait_condition(
            lambda: self._state.ended or self._wants_a_new_run() or self._loops.broken
        )
        self._draining = True
        self._loops.require_whole()
        await asyncio.gather(*loops)
        if self._state.ended:
            await linger()
        await workflow.wait_condition(workflow.all_handlers_finished)
        self._loops.require_whole()
        if not self._state.ended:
            workflow.continue_as_new(start)

    @workflow.update(name=COMMAND)
    async def command(self, envelope: IncidentCommandEnvelope) -> CommandAnswer:
        """Carry out one command."""
        return await self._incident.execute(envelope)

    @command.validator
    def _judge(self, envelope: IncidentCommandEnvelope) -> None:
        self._incident.judge(envelope)

    @workflow.signal(name=INCIDENT_ASKED)
    async def incident_asked(self, asked: IncidentAsked) -> None:
        """Carry out what another incident asks for itself, or tell it why not."""
        await self._relating.answer(asked)

    @workflow.signal(name=INCIDENT_REPLIED)
    async def incident_replied(self, reply: IncidentReply) -> None:
        """Take another incident's answer."""
        self._relating.replied(reply)

    @workflow.signal(name=MESSAGES_LOST)
    async def messages_lost(self, lost: MessagesLost) -> None:
        """Have a page go on where nobody else is waited for."""
        await workflow.wait_condition(lambda: self._incident.ready)
        for page in wanted_pages(self._state):
            self._see_to(page.number)  # a new run may hear of it before it looks after its pages
        for escalation in list(self._escalations.values()):
            await escalation.messages_lost(lost)

    @workflow.signal(name=READ_AGAIN)
    async def read_again(self) -> None:
        """Read the log again, and look after every page again: something was not as expected."""
        await self._incident.read_again()
        escalations = self._escalations
        self._escalations = {
            n: escalation for n, escalation in escalations.items() if not escalation.is_over
        }
        for escalation in list(self._escalations.values()):
            await escalation.read_again()
        self._given = frozenset()
        self._readings += 1
        show_version(self._incident.version)  # at once: the reconciler looks out for it

    @property
    def _state(self) -> Incident:
        return self._incident.state

    def _wants_a_new_run(self) -> bool:
        info = workflow.info()
        if any(escalation.is_sending for escalation in self._escalations.values()):
            return info.get_current_history_length() > LONGEST_HISTORY
        return info.is_continue_as_new_suggested()

    @property
    def _moment(self) -> tuple[int, int]:
        """What has to be equal for nothing to have happened."""
        return self._incident.version, self._readings

    def _moved_on(self, seen: tuple[int, int]) -> Callable[[], bool]:
        return lambda: self._draining or self._moment != seen

    async def _watch_the_clock(self) -> None:
        while not self._draining and not self._state.ended:
            following = self._following()
            patience = None if following is None else following.at - workflow.now()
            try:
                # Not at every command: each would cancel the timer and set the same one again.
                await workflow.wait_condition(
                    self._following_is_not(following),
                    timeout=patience,
                    timeout_summary=f"{following.why} is due" if following else None,
                )
            except TimeoutError:
                if following:
                    await self._give(following)

    def _following(self) -> Due | None:
        open_ = [timer for timer in due(self._state) if timer.why not in self._given]
        return min(open_, key=lambda timer: timer.at, default=None)

    def _following_is_not(self, following: Due | None) -> Callable[[], bool]:
        return lambda: self._draining or self._state.ended or self._following() != following

    async def _give(self, timer: Due) -> None:
        self._given |= {timer.why}
        # A clock that runs behind must not make it too early.
        command = replace(timer.command, at=max(timer.at, workflow.now()))
        await self._incident.command_itself(command, timer.why, unless=(CommandRejected,))

    async def _keep_paged(self) -> None:
        while True:
            seen = self._moment
            for page in wanted_pages(self._state):
                self._see_to(page.number)
            if self._draining and seen == self._moment:
                break
            await workflow.wait_condition(self._moved_on(seen))
        await asyncio.gather(*self._escalating)

    def _see_to(self, number: int) -> None:
        """Have the page followed to its end, whichever that is by now."""
        if number in self._escalations:
            return
        escalation = Escalation(
            self._start.incident_id, number, self._incident, self._loops, self._leaves_unanswered
        )
        self._escalations[number] = escalation
        self._escalating.append(self._loops.begin(escalation.run()))

    async def _keep_related(self) -> None:
        while True:
            seen = self._moment
            await self._relating.follow(self._leaves_unanswered)
            if self._draining and seen == self._moment:
                return
            await workflow.wait_condition(self._moved_on(seen))

    def _leaves_unanswered(self) -> bool:
        return self._draining and not self._state.ended  # the next run asks again

    async def _keep_shown(self) -> None:
        while True:
            seen = self._moment
            show(self._state)
            if self._draining and seen == self._moment:
                return
            await workflow.wait_condition(self._moved_on(seen))

    async def _keep_version_shown(self) -> None:
        """One showing for all commands of a moment: it costs the server more than they do."""
        while not self._draining:
            await workflow.wait_condition(
                lambda: self._draining or is_version_out_of_date(self._incident.version)
            )
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._draining,
                    timeout=SHOWN_WITHIN,
                    timeout_summary="the version is shown",
                )
            show_version(self._incident.version)
