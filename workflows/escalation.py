"""Escalation of one page: level after level is paged until somebody acknowledges.

It is a task of the incident's own workflow. An answer is a command to the incident, so it ends
the escalation in the task that takes it, and there is nobody to tell.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities.payloads import INTEND_DELIVERIES, PLAN_PAGE, Intended, IntendInput
    from events.actor import actor_named
    from events.errors import CommandRejected, PageMovedOn, PageNotFound, PageOver
    from events.ids import IncidentId, page_id_for, page_stream
    from events.incident.commands import IncidentCommand
    from events.incident.events import IncidentEvent
    from events.incident.pages.commands import AskEach
    from events.incident.pages.rules import page_numbered
    from events.incident.pages.state import RequestedPage
    from events.incident.state import Incident
    from events.page.commands import (
        AcknowledgePage,
        ExhaustPage,
        PageCommand,
        RecordLost,
        StartPage,
        StopPage,
        TimeOutLevel,
    )
    from events.page.decide import behind_the_last, exhausting, next_step, page_decider
    from events.page.plan import PagePlan, PlannedLevel, Step
    from events.page.state import Page
    from events.page.steering import Steer
    from workflows.aggregate import Aggregate, asked_of_the_log
    from workflows.loops import Loops
    from workflows.messages import MessagesLost
    from workflows.sending import Sending
    from workflows.urgency import priority_of

ALL_TRIES: Final = timedelta(minutes=10)  # after that a page would only confuse
ASK_AGAIN: Final = timedelta(seconds=2)  # whether the answer that waits has been carried out


class Escalation:
    """Follows one page. Every step may be repeated in a later run without harm."""

    def __init__(
        self,
        incident_id: IncidentId,
        number: int,
        incident: Aggregate[IncidentCommand, Incident, IncidentEvent],
        loops: Loops,
        leaving: Callable[[], bool],
    ) -> None:
        self._incident_id = incident_id
        self._number = number
        self._incident = incident
        self._leaving = leaving
        self._page_id = page_id_for(incident_id, number)
        self._page = Aggregate(page_stream(self._page_id), page_decider, self._page_id)
        self._sending = Sending(
            loops,
            self._automatically,
            within=ALL_TRIES,
            priority=self._priority,
            unwanted=self._why_unwanted,
            leaving=leaving,
        )
        self._readings = 0
        self._over = False

    @property
    def is_over(self) -> bool:
        """Return whether nothing more can happen to the page."""
        return self._over

    @property
    def is_sending(self) -> bool:
        """Return whether messages are on their way; those that wait for their time are not."""
        return self._sending.is_sending

    async def run(self) -> None:
        """Page until it is over; an exhausted page waits for its answer, too."""
        await self._page.load()
        self._sending.send(self._state.ledger, possible_repeat=True)
        while not self._over and not self._leaving():
            self._sending.await_times(self._state.ledger)
            await self._go_on()
        await self._sending.finish()

    async def read_again(self) -> None:
        """Read the page from the log again: it is not where this run thinks it is."""
        await self._page.read_again()
        self._readings += 1

    async def messages_lost(self, lost: MessagesLost) -> None:
        """Wait no longer for messages that reach nobody who will answer."""
        if lost.page_id != self._page_id:
            return
        command = RecordLost(
            delivery_ids=lost.delivery_ids,
            responder_id=lost.responder_id,
            reason=lost.reason,
            at=workflow.now(),
        )
        await self._page.command_itself(
            command, f"lost:{lost.reason}:{lost.delivery_ids[0]}", unless=(PageNotFound,)
        )

    @property
    def _state(self) -> Page:
        return self._page.state

    @property
    def _called(self) -> RequestedPage | None:
        return page_numbered(self._incident.state, self._number)

    @property
    def _wanted(self) -> bool:
        called = self._called
        return called is not None and called.wanted and called.not_before is None

    def _why_unwanted(self) -> str | None:
        """Return why no message of the page is wanted any more; the incident knows it first."""
        called = self._called
        if called is not None and not called.wanted:
            return called.why_unwanted
        return self._state.why_unwanted

    async def _go_on(self) -> None:
        """Take the next step, or wait until there is one."""
        called, page = self._called, self._state
        if called is None or not called.wanted:
            await self._end(called)
        elif (steer := called.steering.of(page)) is not None and called.not_before is None:
            await self._steer(steer, called)
        elif called.not_before is not None or page.over:
            await self._until_it_changes(called)
        elif page.page_id is None:
            await self._start(called)
        elif page.step is not None and not page.timed_out:
            await self._wait_out(page.step)
        else:
            await self._escalate()

    async def _end(self, called: RequestedPage | None) -> None:
        """Record why nobody is paged any more; a page that never began needs no end."""
        if called is not None and self._state.page_id is not None:
            if called.answered_by is not None:
                await self._automatically(
                    AcknowledgePage(
                        actor=actor_named(called.answered_by),
                        via="link" if called.answered_with == self._page_id else "incident",
                        at=workflow.now(),
                    ),
                    "answered",
                )
                await self._ask_each(called.answered_by)
            else:
                await self._automatically(
                    StopPage(reason=called.over or "", at=workflow.now()), "over"
                )
        self._over = True

    async def _ask_each(self, answered_by: str) -> None:
        """Have those asked on whose level is to be acknowledged by all of it."""
        others = sorted(one for one in self._state.own_answers if f"responder:{one}" != answered_by)
        if others:
            command = AskEach(
                number=self._number,
                responder_ids=tuple(others),
                actor=actor_named(f"workflow:incident/{self._incident_id}"),
                at=workflow.now(),
            )
            await self._incident.command_itself(
                command, f"each:{self._number}", unless=(CommandRejected,)
            )

    async def _until_it_changes(self, called: RequestedPage) -> None:
        seen = self._readings
        await workflow.wait_condition(
            lambda: self._leaving() or self._readings != seen or self._called != called
        )

    async def _start(self, called: RequestedPage) -> None:
        plan = await asked_of_the_log(PLAN_PAGE, called.target, PagePlan)
        await self._unless_answered(
            StartPage(
                page_id=self._page_id,
                incident_id=self._incident_id,
                reference=self._incident.state.reference,
                plan=plan,
                at=workflow.now(),
                purpose=called.purpose,
                ask=called.ask,
            ),
            "start",
        )

    async def _escalate(self) -> None:
        """Go to the next level, or to the end where there is none."""
        plan, following = self._state.plan, next_step(self._state)
        if plan is None:
            return
        level = plan.level_at(following)
        intended = Intended(deliveries=())
        if level is not None:
            step = following or behind_the_last(self._state)
            intended = await asked_of_the_log(
                INTEND_DELIVERIES, self._intending(step, level, plan), Intended
            )
        if intended.answer_waits:
            await self._until_the_answer_is_in()
            return
        now = workflow.now()
        if following is None:
            exhaust = ExhaustPage(deliveries=intended.deliveries, at=now)
            await self._automatically(exhaust, exhausting(self._state))
        else:
            command = intended.reaching(following, now)
            await self._unless_answered(command, f"reach:{following.round}:{following.level}")
        self._sending.send(self._state.ledger)

    def _intending(self, step: Step, level: PlannedLevel, plan: PagePlan) -> IntendInput:
        return IntendInput(
            incident_id=self._incident_id,
            page_id=self._page_id,
            step=step,
            level=level,
            at=workflow.now(),
            but=plan.but,
            alarm=step.round == plan.first_round,
        )

    async def _steer(self, steer: Steer, called: RequestedPage) -> None:
        """Do what somebody asked of the page."""
        steering, step = called.steering, self._state.step
        if steer is Steer.REPLAN:
            plan = await asked_of_the_log(PLAN_PAGE, called.target, PagePlan)
            command: PageCommand = steering.replanning(plan, workflow.now())
            await self._unless_answered(command, f"replan:{steering.replans}")
        elif step is not None:
            command = steering.escalating(step, workflow.now())
            await self._unless_answered(command, f"escalate:{step.round}:{step.level}")

    async def _until_the_answer_is_in(self) -> None:
        """Wait for an answer that was accepted and is still on its way here."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                self._is_interrupted,
                timeout=ASK_AGAIN,
                timeout_summary="an answer is on its way",
            )

    async def _wait_out(self, step: Step) -> None:
        until, seen = self._state.silent_until, self._readings
        left = max(until - workflow.now(), timedelta(0)) if until else timedelta(0)

        def may_change() -> bool:
            state = self._state  # a message that was held up and went out moves the end
            return state.unreachable or state.silent_until != until or self._readings != seen

        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._is_interrupted() or may_change(),
                timeout=left,
                timeout_summary=f"level {step.level} may stay silent",
            )
            if not self._state.unreachable:
                return
        command = TimeOutLevel(step=step, at=workflow.now())
        await self._unless_answered(command, f"time_out:{step.round}:{step.level}")

    def _is_interrupted(self) -> bool:
        called = self._called
        steered = called is not None and called.steering.of(self._state) is not None
        return self._leaving() or not self._wanted or self._state.over or steered

    async def _unless_answered(self, command: PageCommand, why: str) -> None:
        """Take a step towards a message; no answer can be stored between the look and the step."""
        async with self._incident.standing_still():
            if self._wanted:
                await self._automatically(command, why)

    async def _automatically(self, command: PageCommand, why: str) -> None:
        await self._page.command_itself(command, why, unless=(PageMovedOn, PageOver))

    def _priority(self) -> Priority:
        return priority_of(self._incident.state)
