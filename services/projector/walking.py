"""One page, walked without Temporal: the same commands under the same ids, so lives converge."""

import asyncio
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from activities.faults import DeliveryFault, DeliveryRefused
from activities.orders import IntendOrder, SendOrder, SendOutcome, SendState
from activities.paging import Paging
from activities.recording import Answers, Recording
from events.handle import Handled, handle
from events.ids import IncidentId, PageId, page_id_for, page_stream
from events.incident.called_pages import CalledPage
from events.log.recorded import Metadata
from events.log.store import Log
from events.page.commands import (
    ExhaustPage,
    PageCommand,
    ReachLevel,
    RecordDeliveryFailed,
    RecordSent,
    RecordSuppressed,
    StartPage,
    TimeOutLevel,
)
from events.page.decide import next_step, page_decider
from events.page.events import IntendedDelivery, PageEvent, PageLevelReached
from events.page.overdue import Missed
from events.page.state import Page

METADATA: Final = Metadata(principal="workflow:fallback_pager", via="fallback")
TRIES: Final = 3  # of one message, while it is certain that nothing was sent
PAUSE: Final = 1.0  # seconds, then twice as long

logs = structlog.get_logger(__name__)


class Walk:
    """A few steps of one page at one moment."""

    def __init__(
        self, log: Log, answers: Answers, paging: Paging, incident_id: IncidentId, now: datetime
    ) -> None:
        self._log = log
        self._recording = Recording(log, answers)
        self._paging = paging
        self._incident_id = incident_id
        self._now = now

    async def take(self, missed: Missed, called: CalledPage, reference: str, page: Page) -> bool:
        """Take the missed step and what follows from it; say whether it was ours to take.

        Whoever appends a step sends its messages. Where another life was first, it does.
        Raises: CommandRejected (the page is over by now), LogUnavailable.
        """
        page_id = page_id_for(self._incident_id, called.number)
        match missed:
            case Missed.START:
                started = await self._start(page_id, called, reference)
                return await self._reach(page_id, page_decider.fold(started, page))
            case Missed.TIME_OUT if page.step is not None:
                why = f"time_out:{page.step.turn}:{page.step.level}"
                command = TimeOutLevel(step=page.step, at=self._now)
                timed_out = await self._give(page_id, command, why)
                return await self._reach(page_id, page_decider.fold(_facts(timed_out), page))
            case Missed.SEND:
                waiting = [page.pending[one] for one in page.intended & page.pending.keys()]
                await self._send(page_id, waiting, possible_repeat=True)
                return True
            case _:
                return await self._reach(page_id, page)

    async def _start(self, page_id: PageId, called: CalledPage, reference: str) -> list[PageEvent]:
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
        if step is None or page.plan is None:
            handled = await self._give(page_id, ExhaustPage(at=self._now), "exhaust")
            return bool(handled.events) and not handled.duplicate
        level = page.plan.levels[step.level - 1]
        order = IntendOrder(
            incident_id=self._incident_id,
            page_id=page_id,
            purpose=page.purpose,
            step=step,
            level=level,
        )
        intended = await self._recording.intend_deliveries(order)
        if intended.answer_waits:
            return False
        command = ReachLevel(step=step, deliveries=intended.deliveries, at=self._now)
        handled = await self._give(page_id, command, f"reach:{step.turn}:{step.level}")
        if handled.duplicate or not handled.events:
            return False
        for fact in _facts(handled):
            if isinstance(fact, PageLevelReached):
                await self._send(page_id, fact.deliveries)
        return True

    async def _send(
        self,
        page_id: PageId,
        deliveries: tuple[IntendedDelivery, ...] | list[IntendedDelivery],
        *,
        possible_repeat: bool = False,
    ) -> None:
        await asyncio.gather(
            *(self._deliver(page_id, one, repeat=possible_repeat) for one in deliveries)
        )

    async def _deliver(self, page_id: PageId, delivery: IntendedDelivery, *, repeat: bool) -> None:
        order = SendOrder(page_id=page_id, delivery_id=delivery.delivery_id)
        command = await self._tried(order, delivery, repeat=repeat)
        await self._give(page_id, command, f"outcome:{delivery.delivery_id}")

    async def _tried(
        self, order: SendOrder, delivery: IntendedDelivery, *, repeat: bool
    ) -> PageCommand:
        attempt = 1
        while True:
            try:
                outcome = await self._paging.deliver(order, attempt=attempt, repeat=repeat)
            except DeliveryFault as fault:
                final = isinstance(fault, DeliveryRefused) or (repeat and not fault.nothing_sent)
                if final or attempt == TRIES:
                    return self._failed(delivery, attempt, fault)
                repeat = repeat or not fault.nothing_sent
                await asyncio.sleep(PAUSE * attempt)
                attempt += 1
            else:
                return self._succeeded(delivery, outcome)

    def _succeeded(self, delivery: IntendedDelivery, outcome: SendOutcome) -> PageCommand:
        if outcome.state is SendState.SUPPRESSED:
            reason = outcome.reason or "no longer wanted"
            return RecordSuppressed(delivery_id=delivery.delivery_id, reason=reason, at=self._now)
        return RecordSent(
            delivery_id=delivery.delivery_id,
            attempts=outcome.attempts,
            provider_id=outcome.provider_id,
            at=self._now,
        )

    def _failed(
        self, delivery: IntendedDelivery, attempt: int, fault: DeliveryFault
    ) -> PageCommand:
        return RecordDeliveryFailed(
            delivery_id=delivery.delivery_id,
            attempts=attempt,
            error=f"{type(fault).__name__}: {fault.code}",
            at=self._now,
        )

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
