"""Why a message could not be sent: four faults, and how each of them crosses the Temporal line.

No fault carries an address, a secret or a provider's words: only a short code of ours.
"""

from datetime import timedelta
from typing import Final

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from events.errors import LogFault

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


class ProviderUnreachable(DeliveryFault):
    """No connection came about, so nothing was sent."""


class OutcomeUnknown(DeliveryFault):
    """The message was on its way, and nobody can say what became of it."""

    def __init__(self, code: str, *, answered: bool = False) -> None:
        super().__init__(code, nothing_sent=False)
        self.answered = answered  # with an error, so most likely it was not taken


def as_application_error(
    fault: DeliveryFault | LogFault, attempt: int, *, final: bool = False
) -> ApplicationError:
    """Return the fault as Temporal carries it: its name as type, attempt and code as details.

    `final` forbids another attempt also where the fault itself would allow one.
    """
    name, title = type(fault).__name__, type(fault).__doc__
    code = fault.code if isinstance(fault, DeliveryFault) else "log"
    deferred = isinstance(fault, DeliveryDeferred)
    return ApplicationError(
        f"{title} ({code})",
        attempt,
        code,
        type=name,
        non_retryable=final or isinstance(fault, DeliveryRefused),
        next_retry_delay=_delay(fault) if isinstance(fault, DeliveryDeferred) else None,
        category=ApplicationErrorCategory.BENIGN
        if deferred
        else ApplicationErrorCategory.UNSPECIFIED,
    )


def _delay(fault: DeliveryDeferred) -> timedelta | None:
    if fault.retry_after is None:
        return None
    return min(max(fault.retry_after, timedelta(seconds=1)), LONGEST_DEFERRAL)
