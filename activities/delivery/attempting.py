"""Delivery attempt: how it ends for Temporal, and when its workflow hears of it.

While Temporal tries again by itself, the workflow hears nothing. So a task can ask for word:
then an attempt that failed, and would not be tried again in time, ends the activity and says
after how long the workflow is to ask for more attempts.
"""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import structlog
from temporalio import activity

from activities.delivery.faults import (
    AnswerWaits,
    ContactLimited,
    DeliveryFault,
    OutcomeUnknown,
    as_application_error,
    next_delay,
    tries_again,
)
from activities.delivery.heartbeats import beating, leave_nothing_sent, nothing_sent_before
from activities.payloads import DeliveryInput, DeliveryOutcome, DeliveryState
from events.errors import LogFault

NOBODYS: Final = (LogFault, AnswerWaits, ContactLimited)  # faults that no provider is to blame for
ENDED: Final = {DeliveryState.SENT: "sent", DeliveryState.SUPPRESSED: "suppressed"}

type Deliver = Callable[[int, bool], Awaitable[DeliveryOutcome]]  # attempts so far, possible repeat

logs = structlog.get_logger(__name__)


async def attempted(kind: str, task: DeliveryInput, deliver: Deliver) -> DeliveryOutcome:
    """Make this activity's attempt, with heartbeats, and one line in our log.

    Raises: ApplicationError, of a type that activities/delivery/faults.py names.
    """
    attempt, began = task.attempts_before + activity.info().attempt, monotonic()
    untouched = nothing_sent_before()
    repeat = task.possible_repeat or not untouched
    with structlog.contextvars.bound_contextvars(attempt=attempt):
        try:
            async with beating():
                outcome = await deliver(attempt, repeat)
        except (DeliveryFault, LogFault) as fault:
            untouched = untouched and (isinstance(fault, LogFault) or fault.nothing_sent)
            if untouched:
                leave_nothing_sent()
            took = monotonic() - began
            progress = _word(task, fault, attempt, took, nothing_sent=untouched)
            final = repeat and nobody_answered(fault)
            error = as_application_error(
                fault, attempt, final=final, progress=() if final else progress
            )
            code, seconds = error.details[1], round(took, 3)
            failed = f"{kind}_send_failed"
            log = logs.info if isinstance(fault, ContactLimited) else logs.warning
            log(failed, fault=error.type, code=code, seconds=seconds)
            raise error from None
        seconds = round(monotonic() - began, 3)
        ended = f"{kind}_{ENDED[outcome.state]}"
        logs.info(ended, reason=outcome.reason, seconds=seconds)
        return outcome


def _word(
    task: DeliveryInput,
    fault: DeliveryFault | LogFault,
    attempt: int,
    took: float,
    *,
    nothing_sent: bool,
) -> tuple[float, bool] | tuple[()]:
    """Return what the workflow hears, if the next attempt began later than it wants to know.

    By the server's clock alone, whatever ours says. An answer that waits is no provider's fault,
    and neither is a receiver who has had enough for now, nor a log that is away: it could not keep
    the word.
    """
    wanted = task.word_after_seconds
    if wanted is None or isinstance(fault, NOBODYS) or not tries_again(fault):
        return ()
    info = activity.info()
    in_vain = (info.started_time - info.scheduled_time).total_seconds() + took
    delay = next_delay(fault, attempt).total_seconds()
    return (delay, nothing_sent) if in_vain + delay >= wanted else ()


def nobody_answered(fault: DeliveryFault | LogFault) -> bool:
    """Return whether nobody answered: then a message is sent again once, and not a third time."""
    return isinstance(fault, OutcomeUnknown) and not fault.answered
