"""What every vendor behind HTTP may do to a message, and what each leads to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.delivery.provider import Provider
from events.configuration.responder import ContactMethod
from tests.activities.sample import MESSAGE
from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, receiver

QUICK = Outbound(allow_private=True, deadline=timedelta(seconds=2))
DUE = datetime.now(UTC) + timedelta(hours=1)  # of when this was read: a test may come much later
IN_AN_HOUR = format_datetime(DUE, usegmt=True)
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What the vendor does, and what the provider is to say of it."""

    behaviour: Behaviour
    fault: type[DeliveryFault]
    nothing_sent: bool = True
    wait: timedelta | None = None


def busy(retry_after: str | None, wait: timedelta | None) -> Failure:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Failure(behaviour=Reply(status=429, headers=headers), fault=DeliveryDeferred, wait=wait)


FAILURES = {
    "429 with seconds": busy("7", timedelta(seconds=7)),
    "429 with a date": busy(IN_AN_HOUR, AN_HOUR),
    "429 with a date that is over": busy("Mon, 23 Nov 2020 03:05:00 GMT", timedelta(0)),
    "429 without a time": busy(None, None),
    "429 with garbage": busy("as soon as Ben is back", None),
    "500": Failure(behaviour=Reply(status=500), fault=OutcomeUnknown, nothing_sent=False),
    "503": Failure(behaviour=Reply(status=503), fault=OutcomeUnknown, nothing_sent=False),
    "401": Failure(behaviour=Reply(status=401), fault=DeliveryRefused),
    "a redirect": Failure(
        behaviour=Reply(status=302, headers={"location": "http://169.254.169.254/"}),
        fault=DeliveryRefused,
    ),
    "hangs": Failure(behaviour=Misbehaviour.HANG, fault=OutcomeUnknown, nothing_sent=False),
    "cuts after accepting": Failure(
        behaviour=Misbehaviour.CUT, fault=OutcomeUnknown, nothing_sent=False
    ),
}
every_failure = pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)


async def require_told(failure: Failure, provider: Provider, to: ContactMethod) -> None:
    """Check that the provider tells the truth about what the vendor does."""
    with pytest.raises(failure.fault) as caught:
        await provider.send(MESSAGE, to)
    assert caught.value.nothing_sent is failure.nothing_sent
    if isinstance(caught.value, DeliveryDeferred):
        if failure.wait == AN_HOUR:
            assert caught.value.retry_after is not None
            left = DUE - datetime.now(UTC)
            assert abs(caught.value.retry_after - left) < timedelta(minutes=1)
        else:
            assert caught.value.retry_after == failure.wait


async def port_of_nobody() -> int:
    """Return a port at which nobody listens any more."""
    async with receiver() as there:
        return there.port


async def require_unreachable(provider: Provider, to: ContactMethod) -> None:
    """Check that a vendor who is not there is known to have taken nothing."""
    with pytest.raises(ProviderUnreachable):
        await provider.send(MESSAGE, to)
