"""A page's messages on their way: each is one activity at a time, and its outcome one fact."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.announcement_orders import PostOrder
    from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
    from events.configuration.responder import Channel
    from events.ids import DeliveryId, PageId
    from events.page.commands import (
        PageCommand,
        RecordDelayed,
        RecordDeliveryFailed,
        RecordSent,
        RecordSuppressed,
    )
    from events.page.events import IntendedDelivery

# One attempt: longer than the channel's own deadline, and no longer than that needs.
ONE_TRY = {
    Channel.EMAIL: timedelta(seconds=35),
    Channel.WEBHOOK: timedelta(seconds=12),
    Channel.PUSH: timedelta(seconds=12),
}
LONGEST_TRY = max(ONE_TRY.values())
HEARTBEAT = timedelta(seconds=8)  # an attempt says every 1.5 s that its worker is alive
ALL_TRIES = timedelta(minutes=10)  # after that the message would only confuse
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
STILL_AGAIN = RetryPolicy(
    initial_interval=timedelta(seconds=30), maximum_interval=timedelta(seconds=30)
)
# In vain: first soon enough that the next level need not wait, then to say that it goes on.
WORDS = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=3))

type Record = Callable[[PageCommand, str], Awaitable[None]]


class Sending:
    """Sends deliveries side by side. None is ever cancelled: each looks before it leaps instead."""

    def __init__(self, page_id: PageId, record: Record, priority: Callable[[], Priority]) -> None:
        self._page_id = page_id
        self._record = record
        self._priority = priority
        self._on_their_way: dict[DeliveryId, asyncio.Task[None]] = {}

    def send(
        self, deliveries: Mapping[DeliveryId, IntendedDelivery], *, possible_repeat: bool = False
    ) -> None:
        """Send what is not on its way yet."""
        for delivery in deliveries.values():
            if delivery.delivery_id not in self._on_their_way:
                self._on_their_way[delivery.delivery_id] = asyncio.create_task(
                    self._deliver(delivery, possible_repeat=possible_repeat)
                )

    @property
    def is_sending(self) -> bool:
        """Return whether a message has no outcome in the log yet."""
        return any(not task.done() for task in self._on_their_way.values())

    async def finish(self) -> None:
        """Wait until every message has its outcome in the log."""
        await asyncio.gather(*self._on_their_way.values())

    async def _deliver(self, delivery: IntendedDelivery, *, possible_repeat: bool) -> None:
        delivery_id = delivery.delivery_id

        async def tell(failure: Failure) -> None:
            attempts, error = failure.attempts, failure.error
            command = RecordDelayed(
                delivery_id=delivery_id, attempts=attempts, error=error, at=workflow.now()
            )
            await self._record(command, f"delayed:{delivery_id}:{attempts}")

        order = SendOrder(
            page_id=self._page_id, delivery_id=delivery_id, possible_repeat=possible_repeat
        )
        errand = Errand(
            activity=SEND_PAGE,
            channel=delivery.channel,
            within=ALL_TRIES,
            summary=f"{delivery.channel} to {delivery.responder_id}",
            priority=self._priority(),
        )
        outcome = await tried(errand, order, tell)
        await self._record(_command(delivery_id, outcome), f"outcome:{delivery_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How an activity that sends a message ended in vain."""

    attempts: int
    error: str  # the fault by name, and its code
    again_after: timedelta | None = None  # None: further attempts would not help
    nothing_sent: bool = False  # certainly


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Which activity sends a message over which channel, and how long it is worth to try."""

    activity: str
    channel: str
    within: timedelta
    summary: str
    priority: Priority = Priority.default


async def tried[Order: (SendOrder, PostOrder)](
    errand: Errand, order: Order, tell: Callable[[Failure], Awaitable[None]]
) -> SendOutcome | Failure:
    """Have a message sent, attempt after attempt; `tell` hears from time to time that it is not.

    An activity that is to say so ends with its word (delivery/attempting.py), and another one goes
    on. Nothing is sent by two activities at once.
    """
    until = workflow.now() + errand.within
    words = iter(WORDS)
    policy = AGAIN
    while True:
        word = next(words, None)
        seconds = word.total_seconds() if word else None
        try:
            outcome: SendOutcome = await workflow.execute_activity(
                errand.activity,
                order.model_copy(update={"word_after_seconds": seconds}),
                result_type=SendOutcome,
                start_to_close_timeout=one_try(errand.channel),
                schedule_to_close_timeout=until - workflow.now(),
                heartbeat_timeout=HEARTBEAT,
                retry_policy=policy,
                priority=errand.priority,
                summary=errand.summary,
            )
        except ActivityError as error:
            failure = failure_of(error, order.attempts_before)
        else:
            return outcome
        pause = failure.again_after
        if pause is None or workflow.now() + pause >= until:
            return failure
        await tell(failure)
        await workflow.sleep(pause, summary=f"{errand.channel} is tried again")
        if workflow.now() >= until:  # the log was away, and could not take the word
            return failure
        repeat = order.possible_repeat or not failure.nothing_sent
        so_far = {"possible_repeat": repeat, "attempts_before": failure.attempts}
        order, policy = order.model_copy(update=so_far), STILL_AGAIN


def one_try(channel: str) -> timedelta:
    """Return how long one attempt over this channel may take."""
    return next((long for one, long in ONE_TRY.items() if one.value == channel), LONGEST_TRY)


def _command(delivery_id: DeliveryId, outcome: SendOutcome | Failure) -> PageCommand:
    if isinstance(outcome, Failure):
        return RecordDeliveryFailed(
            delivery_id=delivery_id,
            attempts=outcome.attempts,
            error=outcome.error,
            at=workflow.now(),
        )
    if outcome.state is SendState.SUPPRESSED:
        reason = outcome.reason or "no longer wanted"
        return RecordSuppressed(delivery_id=delivery_id, reason=reason, at=workflow.now())
    return RecordSent(
        delivery_id=delivery_id,
        attempts=outcome.attempts,
        provider_id=outcome.provider_id,
        at=workflow.now(),
    )


def failure_of(error: ActivityError, before: int = 0) -> Failure:
    """Return the attempts and the failure by name; delivery/faults.py says what details are.

    `before` is how many attempts earlier activities made: one that says nothing made another.
    """
    if not isinstance(error.cause, ApplicationError):
        return Failure(attempts=before + 1, error="TimedOut")
    name = error.cause.type or "Unknown"
    match error.cause.details:
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
