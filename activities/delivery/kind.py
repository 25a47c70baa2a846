"""Kind of message: what it says, and whether it is still wanted; everything else is shared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from activities.delivery.message import Message
from activities.delivery.recipient import Recipient
from activities.payloads import DeliveryInput
from events.delivery.events import IntendedDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A message that is to be sent, and to whom."""

    delivery: IntendedDelivery
    responder: Recipient  # as the log knows them at this moment
    message: Callable[[bool], Message]  # is it a possible repeat?
    first: bool = False  # the first that this person hears of the matter, in this round of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """A message that must not be sent any more."""

    reason: str


class Kind(Protocol):
    """One kind of message."""

    @property
    def name(self) -> str:
        """Return what the ledger calls it."""
        ...

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the message as it stands, or why it is not wanted.

        What makes it unwanted is read last, so that it counts until the moment of sending.
        Raises: DeliveryFault, LogFault.
        """
        ...
