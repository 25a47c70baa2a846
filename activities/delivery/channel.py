"""Channel: one way to reach a person, as delivery uses it."""

from typing import Protocol

from activities.delivery.announcement_text import Announcement
from activities.delivery.composing import Message
from events.configuration.responder import ContactMethod


class Sender(Protocol):
    """One channel."""

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the provider's own name for it, if it gives one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        ...


class Announcer(Protocol):
    """One channel, for status updates."""

    async def announce(self, announcement: Announcement, to: ContactMethod) -> str | None:
        """Send a status update once and return the provider's own name for it, if it gives one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        ...


class Adapter(Sender, Announcer, Protocol):
    """One channel, for both."""
