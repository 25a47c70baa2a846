"""Sending of messages: one activity at a time for each, its outcome one fact of the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutType
from temporalio.exceptions import TimeoutError as TimedOut

with workflow.unsafe.imports_passed_through():
    from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome
    from events.delivery.commands import (
        DeliveryCommand,
        RecordDelayed,
        RecordFailed,
        RecordSuppressed,
    )
    from events.delivery.events import PAGE
    from events.delivery.ledger import Ledger, Pending
    from events.ids import DeliveryId
    from workflows.loops import Loops

ONE_TRY = timedelta(seconds=35)  # longer than the deadline of any provider
HEARTBEAT = timedelta(seconds=8)  # an attempt says every 1.5 s that its worker is alive
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
LIMITED = "ContactLimited"  # a fault of delivery/faults.py
STILL_AGAIN = RetryPolicy(
    initial_interval=timedelta(seconds=30), maximum_interval=timedelta(seconds=30)
)
# In vain: first soon enough that the next level need not wait, then to say that it goes on.
WORDS = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=3))

type Record = Callable[[DeliveryCommand, str], Awaitable[None]]
type Way = tuple[str, str, int]  # to one person over one contact method


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How an activity that sends a message ended in vain."""

    attempts: int
    error: str  # the fault by name, and its code
    again_after: timedelta | None = None  # None: further attempts would not help
    nothing_sent: bool = False  # certainly

    @property
    def limited(self) -> bool:
        """Return whether it waits for its turn, because its receiver has had enough for now."""
        return self.error.startswith(LIMITED)


class Sending:
    """Sends messages side by side. None is ever cancelled: each looks before it leaps instead.

    With `in_order`, those to one person over one way follow each other, so that none can arrive
    after one that was intended later; a provider that hangs keeps nobody else waiting.
    """

    def __init__(  # noqa: PLR0913  each is another part of whoever sends
        self,
        loops: Loops,
        record: Record,
        *,
        within: timedelta,
        priority: Callable[[], Priority] = lambda: Priority.default,
        in_order: bool = False,
        unwanted: Callable[[], str | None] = lambda: None,
        leaving: Callable[[], bool] = lambda: False,
    ) -> None:
        self._loops = loops
        self._record = record
        self._within = within  # after that a message would only confuse
        self._priority = priority
        self._in_order = in_order
        self._unwanted = unwanted  # why nothing that waits is to be sent any more
        self._leaving = leaving  # what waits is left to the next run
        self._on_their_way: dict[DeliveryId, asyncio.Task[None]] = {}
        self._last: dict[Way, asyncio.Task[None]] = {}
        self._waiting: set[DeliveryId] = set()  # for their time

    def send(self, ledger: Ledger, *, possible_repeat: bool = False) -> None:
        """Send what has no outcome and is not on its way yet, in the order it was intended."""
        for delivery_id, pending in ledger.pending.items():
            if delivery_id not in self._on_their_way:
                # Nobody can have sent one whose time has not come.
                tried = possible_repeat and not pending.delivery.waits(workflow.now())
                self._begin(pending, possible_repeat=tried)

    def await_times(self, ledger: Ledger) -> None:
        """Take over those messages whose time is to come; another life may have meant them."""
        for delivery_id, pending in ledger.pending.items():
            waits = pending.delivery.waits(workflow.now())
            if waits and delivery_id not in self._on_their_way:
                self._begin(pending, possible_repeat=False)

    def _begin(self, pending: Pending, *, possible_repeat: bool) -> None:
        delivery = pending.delivery
        way = (delivery.responder_id, delivery.channel, delivery.address)
        earlier = self._last.get(way) if self._in_order else None
        task = self._loops.begin(self._deliver(pending, earlier, possible_repeat=possible_repeat))
        self._on_their_way[delivery.delivery_id] = self._last[way] = task

    @property
    def is_sending(self) -> bool:
        """Return whether a message is on its way; one that waits for its time is not."""
        tasks = self._on_their_way.items()
        return any(key not in self._waiting and not task.done() for key, task in tasks)

    async def finish(self) -> None:
        """Wait until every message has its outcome in the log, or is left to the next run."""
        await asyncio.gather(*self._on_their_way.values())

    async def _deliver(
        self, pending: Pending, earlier: asyncio.Task[None] | None, *, possible_repeat: bool
    ) -> None:
        if earlier is not None:
            await earlier
        if not await self._is_due(pending):
            return
        delivery_id = pending.delivery.delivery_id
        task = DeliveryInput(
            kind=pending.kind,
            about=pending.about,
            incident_id=pending.incident_id,
            delivery_id=delivery_id,
            possible_repeat=possible_repeat,
        )
        outcome = await self._tried(task, pending)
        await self._record(_command(delivery_id, outcome), f"outcome:{delivery_id}")

    async def _is_due(self, pending: Pending) -> bool:
        """Wait for the message's time and say whether it came; it is held back once unwanted."""
        delivery = pending.delivery
        if delivery.not_before is None or not delivery.waits(workflow.now()):
            return True
        self._waiting.add(delivery.delivery_id)
        try:
            await workflow.wait_condition(
                lambda: self._leaving() or self._unwanted() is not None,
                timeout=delivery.not_before - workflow.now(),
                timeout_summary=f"{delivery.channel} to {delivery.responder_id} is due",
            )
        except TimeoutError:
            return True
        finally:
            self._waiting.discard(delivery.delivery_id)
        await self._hold_back(delivery.delivery_id)
        return False

    async def _hold_back(self, delivery_id: DeliveryId) -> None:
        reason = self._unwanted()
        if reason is not None:
            command = RecordSuppressed(delivery_id=delivery_id, reason=reason, at=workflow.now())
            await self._record(command, f"outcome:{delivery_id}")

    async def _tried(self, task: DeliveryInput, pending: Pending) -> DeliveryOutcome | Failure:
        """Have a message sent, attempt after attempt; the ledger hears at times that it is not.

        An activity that is to say so ends with its word (delivery/attempting.py), and another one
        goes on. Nothing is sent by two activities at once.
        """
        until = workflow.now() + self._within
        words = iter(WORDS)
        policy = AGAIN
        while True:
            word = next(words, None)
            seconds = word.total_seconds() if word else None
            task = task.model_copy(update={"word_after_seconds": seconds})
            outcome = await self._attempts(task, pending, until, policy)
            if isinstance(outcome, DeliveryOutcome):
                return outcome
            if outcome.limited:  # waiting for its turn is no trying: it is not given up
                so_far = {"attempts_before": outcome.attempts}
                task, until = task.model_copy(update=so_far), workflow.now() + self._within
                continue
            pause = outcome.again_after
            if pause is None or workflow.now() + pause >= until:
                return outcome
            await self._record_delayed(task.delivery_id, outcome)
            await workflow.sleep(pause, summary=f"{pending.delivery.channel} is tried again")
            if workflow.now() >= until:  # the log was away, and could not take the word
                return outcome
            repeat = task.possible_repeat or not outcome.nothing_sent
            so_far = {"possible_repeat": repeat, "attempts_before": outcome.attempts}
            task, policy = task.model_copy(update=so_far), STILL_AGAIN

    async def _attempts(
        self, task: DeliveryInput, pending: Pending, until: datetime, policy: RetryPolicy
    ) -> DeliveryOutcome | Failure:
        about = "" if pending.kind == PAGE else f"{pending.kind} {pending.about} by "
        try:
            outcome: DeliveryOutcome = await workflow.execute_activity(
                DELIVER,
                task,
                result_type=DeliveryOutcome,
                start_to_close_timeout=ONE_TRY,
                schedule_to_close_timeout=until - workflow.now(),
                heartbeat_timeout=HEARTBEAT,
                retry_policy=policy,
                priority=self._priority(),
                summary=f"{about}{pending.delivery.channel} to {pending.delivery.responder_id}",
            )
        except ActivityError as error:
            return failure_of(error, task.attempts_before)
        return outcome

    async def _record_delayed(self, delivery_id: DeliveryId, failure: Failure) -> None:
        attempts, error = failure.attempts, failure.error
        command = RecordDelayed(
            delivery_id=delivery_id, attempts=attempts, error=error, at=workflow.now()
        )
        await self._record(command, f"delayed:{delivery_id}:{attempts}")


def _command(delivery_id: DeliveryId, outcome: DeliveryOutcome | Failure) -> DeliveryCommand:
    if isinstance(outcome, Failure):
        return RecordFailed(
            delivery_id=delivery_id,
            attempts=outcome.attempts,
            error=outcome.error,
            at=workflow.now(),
        )
    return outcome.command(delivery_id, workflow.now())


def failure_of(error: ActivityError, before: int = 0) -> Failure:
    """Return the attempts and the failure by name; delivery/faults.py says what details are.

    `before` is how many attempts earlier activities made: one that says nothing made another.
    """
    cause = error.cause
    if isinstance(cause, TimedOut) and _waited_for_its_turn(cause):
        cause = cause.cause
    if not isinstance(cause, ApplicationError):
        return Failure(attempts=before + 1, error="TimedOut")
    name = cause.type or "Unknown"
    match cause.details:
        case [int(attempts), str(code), int() | float() as seconds, bool(nothing_sent)]:
            return Failure(
                attempts=attempts,
                error=f"{name}: {code}",
                again_after=timedelta(seconds=seconds),
                nothing_sent=nothing_sent,
            )
        case [int(attempts), str(code), *_]:
            return Failure(attempts=attempts, error=f"{name}: {code}" if code else name)
        case _:
            return Failure(attempts=before + 1, error=name)


def _waited_for_its_turn(timeout: TimedOut) -> bool:
    """Return whether the time for all attempts ran out while a message waited for its turn."""
    last = timeout.cause
    ended = timeout.type is TimeoutType.SCHEDULE_TO_CLOSE
    return ended and isinstance(last, ApplicationError) and last.type == LIMITED
