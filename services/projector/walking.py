"""Page walk without Temporal: the same commands under the same ids, so both ways converge."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Final, assert_never
from uuid import uuid5

from activities.delivery.delivering import Delivering
from activities.delivery.faults import AnswerWaits, ContactLimited, DeliveryFault, DeliveryRefused
from activities.payloads import DeliveryInput, Intended, IntendInput
from activities.recording import Recording
from activities.waiting_answers import Answers
from events.delivery.commands import DeliveryCommand, RecordDelayed, RecordFailed
from events.delivery.ledger import Pending
from events.handle import Handled, handle
from events.ids import DeliveryId, IncidentId, PageId, page_id_for, page_stream
from events.incident.pages.state import RequestedPage
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.page.commands import (
    ExhaustPage,
    PageCommand,
    StartPage,
    TimeOutLevel,
)
from events.page.decide import behind_the_last, exhausting, next_step, page_decider
from events.page.events import EscalationExhausted, PageEvent, PageLevelEmpty, PageLevelReached
from events.page.overdue import Missed
from events.page.plan import Step
from events.page.state import Page

METADATA: Final = Metadata(principal="workflow:fallback_pager", via="fallback")
LONG: Final = 5.0  # seconds; then a message is left to the next look
TRIES: Final = 3  # of one message, while it is certain that nothing was sent
PAUSE: Final = 1.0  # seconds, then twice as long
ALL_TRIES: Final = timedelta(minutes=10)  # as long as its workflow would try


class Walk:
    """Page walk: a few steps of one page at one moment."""

    def __init__(
        self,
        log: Log,
        answers: Answers,
        delivering: Delivering,
        incident_id: IncidentId,
        now: datetime,
    ) -> None:
        self._log = log
        self._recording = Recording(log, answers, lambda: now)
        self._delivering = delivering
        self._incident_id = incident_id
        self._now = now

    async def take(self, missed: Missed, called: RequestedPage, reference: str, page: Page) -> bool:
        """Take the missed step and what follows from it; say whether it was ours to take.

        Whoever appends a step sends its messages. Where another life was first, it does.
        Raises: CommandRejected (the page is over by now), LogUnavailable.
        """
        page_id = page_id_for(self._incident_id, called.number)
        taken = ours = await self._step(missed, called, reference, page)
        while ours:  # a level that cannot be reached is left at once
            page, _ = await load(self._log, page_decider, page_stream(page_id))
            if page.over or not (page.timed_out or page.unreachable):
                break
            goes_on = self._reach if page.timed_out else self._leave
            ours = await goes_on(page_id, page)
        return taken

    async def _step(
        self, missed: Missed, called: RequestedPage, reference: str, page: Page
    ) -> bool:
        page_id = page_id_for(self._incident_id, called.number)
        match missed:
            case Missed.START:
                started = await self._start(page_id, called, reference)
                return await self._reach(page_id, page_decider.fold(started, page))
            case Missed.TIME_OUT:
                return await self._leave(page_id, page)
            case Missed.SEND:
                due = [
                    key
                    for key, one in page.ledger.pending.items()
                    if not one.delivery.waits(self._now)
                ]
                await self._send(page, due, possible_repeat=True)
                return True
            case Missed.ESCALATE | Missed.REPLAN:
                return await self._steer(missed, page_id, called, page)
            case Missed.REACH:
                return await self._reach(page_id, page)
            case _:
                assert_never(missed)

    async def _leave(self, page_id: PageId, page: Page) -> bool:
        if page.step is None:
            return False
        command = TimeOutLevel(step=page.step, at=self._now)
        left = await self._give(page_id, command, f"time_out:{page.step.round}:{page.step.level}")
        return await self._reach(page_id, page_decider.fold(_facts(left), page))

    async def _start(
        self, page_id: PageId, called: RequestedPage, reference: str
    ) -> list[PageEvent]:
        command = StartPage(
            page_id=page_id,
            incident_id=self._incident_id,
            reference=reference,
            plan=await self._recording.plan(called.target),
            at=self._now,
            purpose=called.purpose,
            ask=called.ask,
        )
        return _facts(await self._give(page_id, command, "start"))

    async def _reach(self, page_id: PageId, page: Page) -> bool:
        step = next_step(page)
        intended = await self._intended(page_id, page, step)
        if intended.answer_waits:
            return False
        if step is None:
            exhaust = ExhaustPage(deliveries=intended.deliveries, at=self._now)
            handled = await self._give(page_id, exhaust, exhausting(page))
        else:
            command = intended.reaching(step, self._now)
            handled = await self._give(page_id, command, f"reach:{step.round}:{step.level}")
        if handled.duplicate or not handled.events:
            return False
        page = page_decider.fold(_facts(handled), page)
        for fact in _facts(handled):
            if isinstance(fact, PageLevelReached | PageLevelEmpty | EscalationExhausted):
                at_once = (one for one in fact.deliveries if not one.waits(self._now))
                await self._send(page, (one.delivery_id for one in at_once))
        return True

    async def _intended(self, page_id: PageId, page: Page, step: Step | None) -> Intended:
        """Return whom the step reaches now; without a step, who is told that none is left."""
        level = page.plan.level_at(step) if page.plan else None
        if level is None or page.plan is None:
            return Intended(deliveries=())
        at = step or behind_the_last(page)
        task = IntendInput(
            incident_id=self._incident_id,
            page_id=page_id,
            step=at,
            level=level,
            at=self._now,
            but=page.plan.but,
            alarm=at.round == page.plan.first_round,
        )
        return await self._recording.intend_deliveries(task)

    async def _steer(
        self, missed: Missed, page_id: PageId, called: RequestedPage, page: Page
    ) -> bool:
        """Do what somebody asked of the page, and go on from there."""
        steering = called.steering
        if missed is Missed.REPLAN:
            plan = await self._recording.plan(called.target)
            command: PageCommand = steering.replanning(plan, self._now)
            handled = await self._give(page_id, command, f"replan:{steering.replans}")
        else:
            step = page.step or Step(round=1, level=1)
            command = steering.escalating(step, self._now)
            handled = await self._give(page_id, command, f"escalate:{step.round}:{step.level}")
        return await self._reach(page_id, page_decider.fold(_facts(handled), page))

    async def _send(
        self, page: Page, deliveries: Iterable[DeliveryId], *, possible_repeat: bool = False
    ) -> None:
        pending = (page.ledger.pending[one] for one in deliveries)
        await asyncio.gather(*(self._deliver(page, one, repeat=possible_repeat) for one in pending))

    async def _deliver(self, page: Page, pending: Pending, *, repeat: bool) -> None:
        if page.page_id is None:
            return
        try:
            command = await self._tried(pending, page, repeat=repeat)
        except (AnswerWaits, ContactLimited):  # a later look knows whether it stands, or its turn
            return
        why = f"outcome:{command.delivery_id}"
        if isinstance(command, RecordDelayed):
            why = f"delayed:{command.delivery_id}:{command.attempts}"
        await self._give(page.page_id, command, why)

    async def _tried(self, pending: Pending, page: Page, *, repeat: bool) -> DeliveryCommand:
        delivery_id = pending.delivery.delivery_id
        task = DeliveryInput(
            kind=pending.kind,
            about=pending.about,
            incident_id=pending.incident_id,
            delivery_id=delivery_id,
        )
        before, attempt = pending.attempts_in_vain or 0, 1
        began = monotonic()
        while True:
            try:
                outcome = await self._delivering.attempt(
                    task, attempt=before + attempt, repeat=repeat
                )
            except (AnswerWaits, ContactLimited):
                raise
            except DeliveryFault as fault:
                final = isinstance(fault, DeliveryRefused) or (repeat and not fault.nothing_sent)
                # A provider that hangs must not keep the next level, and other incidents, waiting.
                if final or attempt == TRIES or monotonic() - began > LONG:
                    given_up = final or self._now - (page.reached_at or self._now) > ALL_TRIES
                    record = RecordFailed if given_up else RecordDelayed
                    return record(
                        delivery_id=delivery_id,
                        attempts=before + attempt,
                        error=f"{type(fault).__name__}: {fault.code}",
                        at=self._now,
                    )
                repeat = repeat or not fault.nothing_sent
                await asyncio.sleep(PAUSE * attempt)
                attempt += 1
            else:
                return outcome.command(delivery_id, self._now)

    async def _give(self, page_id: PageId, command: PageCommand, why: str) -> Handled[PageEvent]:
        """Store what follows from a command, under the id that the page's workflow would use."""
        command_id = uuid5(page_id, why)
        return await handle(
            self._log,
            page_decider,
            page_stream(page_id),
            command,
            command_id=command_id,
            request_digest=sha256(command_id.bytes).digest(),
            metadata=METADATA,
        )


def _facts(handled: Handled[PageEvent]) -> list[PageEvent]:
    return [one.event for one in handled.events]
