"""Delivery faults: why a message could not be sent, and how each fault crosses Temporal.

No fault carries an address, a secret or a provider's words: only a short code of ours.
"""

from datetime import timedelta
from typing import Final

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from events.errors import LogFault

SHORTEST_WAIT: Final = timedelta(milliseconds=100)
ANSWER_PAUSE: Final = timedelta(seconds=2)  # an answer that waits is carried out, or refused
FIRST_DELAY: Final = timedelta(seconds=1)  # as the retry policy of pages (workflows/sending.py)
LONGEST_DELAY: Final = timedelta(seconds=30)
LONGEST_DEFERRAL: Final = timedelta(seconds=60)  # a page that waits longer is overtaken by the next


class DeliveryFault(Exception):
    """The message could not be sent."""

    def __init__(self, code: str, *, nothing_sent: bool = True) -> None:
        super().__init__(code)
        self.code = code  # "http_404", "smtp_550", "timeout", …
        self.nothing_sent = nothing_sent  # certainly; False means that it may have arrived


class DeliveryRefused(DeliveryFault):
    """The receiver will never take this message at this address."""


class DeliveryDeferred(DeliveryFault):
    """The receiver asks to try again later."""

    def __init__(
        self, code: str, *, retry_after: timedelta | None = None, nothing_sent: bool = True
    ) -> None:
        super().__init__(code, nothing_sent=nothing_sent)
        self.retry_after = retry_after


class AnswerWaits(DeliveryDeferred):
    """Somebody has answered, and it shows in a moment whether that stands."""

    def __init__(self) -> None:
        super().__init__("answer_waits", retry_after=ANSWER_PAUSE)


class ContactLimited(DeliveryDeferred):
    """The receiver has had as many messages as they take; this one is told with others later."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__("contact_limit", retry_after=max(pause, SHORTEST_WAIT))


class ProviderUnreachable(DeliveryFault):
    """No connection came about, so nothing was sent."""


class OutcomeUnknown(DeliveryFault):
    """The message was on its way, and nobody can say what became of it."""

    def __init__(self, code: str, *, answered: bool = False) -> None:
        super().__init__(code, nothing_sent=False)
        self.answered = answered  # with an error, so most likely it was not taken


def as_application_error(
    fault: DeliveryFault | LogFault,
    attempt: int,
    *,
    final: bool = False,
    progress: tuple[float, bool] | tuple[()] = (),
) -> ApplicationError:
    """Return the fault as Temporal carries it: its name as type, attempt and code as details.

    `final` forbids another attempt also where the fault itself would allow one. So does `progress`,
    which goes with the details: after how many seconds the workflow is to ask for more attempts,
    and whether it is certain that nothing was sent.
    """
    name, title = type(fault).__name__, type(fault).__doc__
    code = fault.code if isinstance(fault, DeliveryFault) else "log"
    asked = isinstance(fault, DeliveryDeferred) and fault.retry_after is not None
    return ApplicationError(
        f"{title} ({code})",
        attempt,
        code,
        *progress,
        type=name,
        non_retryable=final or bool(progress) or not tries_again(fault),
        next_retry_delay=next_delay(fault, attempt) if asked else None,
        category=ApplicationErrorCategory.BENIGN
        if isinstance(fault, DeliveryDeferred)
        else ApplicationErrorCategory.UNSPECIFIED,
    )


def tries_again(fault: DeliveryFault | LogFault) -> bool:
    """Say whether another attempt can help."""
    return not isinstance(fault, DeliveryRefused)


def next_delay(fault: DeliveryFault | LogFault, attempts: int) -> timedelta:
    """Return how long to wait after this many attempts: 1, 2, 4 … 30 seconds, or as was asked.

    Who asks for nothing, or for a moment that is over, is left in peace all the same.
    """
    pause = min(FIRST_DELAY * (1 << min(attempts - 1, 10)), LONGEST_DELAY)
    if isinstance(fault, AnswerWaits):
        return ANSWER_PAUSE
    if isinstance(fault, ContactLimited) and fault.retry_after is not None:
        return min(fault.retry_after, LONGEST_DEFERRAL)  # another one may have told it by then
    if isinstance(fault, DeliveryDeferred) and fault.retry_after is not None:
        return max(pause, min(fault.retry_after, LONGEST_DEFERRAL))
    return pause
