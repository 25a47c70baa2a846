"""Fetching: a look at an address that a sender names, over the guarded outbound client.

Only addresses of the sender's own maker are fetched; which those are is the source's business.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from typing import Final

from activities.delivery.outbound import Answer, Outbound

DEADLINE: Final = timedelta(seconds=2)  # two of them are over before the sender gives up on us

type Fetch = Callable[[str], Awaitable[Answer]]


@cache
def _outbound() -> Outbound:
    return Outbound(deadline=DEADLINE)


async def fetched(url: str) -> Answer:
    """Return what is there, whatever its status.

    Raises: DeliveryRefused, ProviderUnreachable, OutcomeUnknown.
    """
    return await _outbound().get(url, headers={"User-Agent": "Tocsin"})
