"""A page's messages on their way: each is one activity, and its outcome one fact."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
    from events.ids import DeliveryId, PageId
    from events.page.commands import (
        PageCommand,
        RecordDeliveryFailed,
        RecordSent,
        RecordSuppressed,
    )
    from events.page.events import IntendedDelivery

ONE_TRY = timedelta(seconds=45)  # longer than any channel's own deadline
ALL_TRIES = timedelta(minutes=10)  # after that the message would only confuse
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))

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
        order = SendOrder(
            page_id=self._page_id,
            delivery_id=delivery.delivery_id,
            possible_repeat=possible_repeat,
        )
        try:
            outcome = await workflow.execute_activity(
                SEND_PAGE,
                order,
                result_type=SendOutcome,
                start_to_close_timeout=ONE_TRY,
                schedule_to_close_timeout=ALL_TRIES,
                retry_policy=AGAIN,
                priority=self._priority(),
                summary=f"{delivery.channel} to {delivery.responder_id}",
            )
        except ActivityError as error:
            command: PageCommand = _failed(delivery.delivery_id, error)
        else:
            command = _succeeded(delivery.delivery_id, outcome)
        await self._record(command, f"outcome:{delivery.delivery_id}")


def _succeeded(delivery_id: DeliveryId, outcome: SendOutcome) -> PageCommand:
    if outcome.state is SendState.SUPPRESSED:
        reason = outcome.reason or "no longer wanted"
        return RecordSuppressed(delivery_id=delivery_id, reason=reason, at=workflow.now())
    return RecordSent(
        delivery_id=delivery_id,
        attempts=outcome.attempts,
        provider_id=outcome.provider_id,
        at=workflow.now(),
    )


def _failed(delivery_id: DeliveryId, error: ActivityError) -> PageCommand:
    attempts, fault = failure_of(error)
    return RecordDeliveryFailed(
        delivery_id=delivery_id, attempts=attempts, error=fault, at=workflow.now()
    )


def failure_of(error: ActivityError) -> tuple[int, str]:
    """Return the attempts, and the failure by name; activities/faults.py says what details are."""
    name, code, attempts = "TimedOut", "", 1
    if isinstance(error.cause, ApplicationError):
        name = error.cause.type or "Unknown"
        match error.cause.details:
            case [int(attempts), str(code), *_]:
                pass
            case _:
                code, attempts = "", 1
    return attempts, f"{name}: {code}" if code else name
