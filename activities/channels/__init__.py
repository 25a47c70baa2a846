"""The ways to reach a person, behind one Protocol."""

from typing import Protocol

from activities.announcement_text import Announcement
from activities.composing import Message
from events.responder.events import ContactMethod


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
