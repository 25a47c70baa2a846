"""The ways to reach a person, behind one Protocol."""

from typing import Protocol

from activities.composing import Message
from events.responder.events import ContactMethod


class Sender(Protocol):
    """One channel."""

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the provider's own name for it, if it gives one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        ...
