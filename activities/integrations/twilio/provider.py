"""Text messages and phone calls by Twilio: two ways to one number."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar, Final, Literal

from activities.delivery.faults import DeliveryFault, DeliveryRefused
from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.phone_number import PhoneNumber
from activities.integrations.twilio.account import NOT_CONFIGURED, TwilioAccount
from activities.integrations.twilio.api import TwilioApi
from activities.integrations.twilio.call_script import asking, telling
from activities.integrations.twilio.callbacks import keys_path, receipts_path
from activities.integrations.twilio.sms_text import asking_in, sms_text
from events.configuration.responder import ContactMethod
from events.delivery.events import PAGE
from events.delivery.limits import CALLS, TEXT_MESSAGES

LOOK_UP: Final = 4.0  # seconds, for whether an earlier attempt arrived
RING_SECONDS: Final = 30


class SmsContact(ContactAddress):
    """A phone number that gets text messages."""

    channel: Literal["sms"]
    address: PhoneNumber


class VoiceContact(ContactAddress):
    """A phone number that is called."""

    channel: Literal["voice"]
    address: PhoneNumber


class SmsProvider(Provider):
    """Sends text messages; a page is answered by a reply."""

    NAME = "sms"
    Address = SmsContact
    LIMITS = TEXT_MESSAGES
    Settings = TwilioAccount
    DEADLINE = timedelta(seconds=15)  # a look, and ten seconds to send

    def __init__(self, outbound: Outbound, account: TwilioAccount | None = None) -> None:
        super().__init__(outbound)
        self._account = account or TwilioAccount()
        self._api = TwilioApi(self._account, outbound)

    def require_reachable(self, to: ContactMethod) -> None:  # noqa: ARG002  every number is
        """Return if the account can send messages."""
        _ = self._account.credentials
        self._sender()

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return its sid; one that arrived before is not repeated."""
        sender = self._sender()
        text = sms_text(message, takes_replies=self._account.takes_replies)
        if message.possible_repeat and (sid := await self._sent_before(message, to.address)):
            return sid
        form = [("To", to.address), sender, ("Body", text)]
        if path := receipts_path(message):
            form.append(("StatusCallback", self._account.callback(path)))
        return await self._api.create("Messages", form)

    def _sender(self) -> tuple[str, str]:
        """Return what a request says of the sender.

        Raises: DeliveryRefused.
        """
        if self._account.twilio_messaging_service:
            return "MessagingServiceSid", self._account.twilio_messaging_service
        if self._account.twilio_from:
            return "From", self._account.twilio_from
        raise DeliveryRefused(NOT_CONFIGURED)

    async def _sent_before(self, message: Message, to: str) -> str | None:
        """Return the sid of what an earlier attempt sent; in doubt none, so that it is sent again.

        The link of a page is in no other message: it is signed for one delivery.
        """
        mark = next((action.url for action in message.actions), "")
        if mark:
            with suppress(DeliveryFault, TimeoutError):
                async with asyncio.timeout(LOOK_UP):
                    return await self._api.sent_message(to, mark)
        return None


class VoiceProvider(Provider):
    """Calls people up; a page is answered by a key."""

    NAME = "voice"
    Address = VoiceContact
    LIMITS = CALLS
    Settings = TwilioAccount
    SUPPORTS: ClassVar[frozenset[str]] = frozenset({PAGE})  # nobody is rung up to be informed

    def __init__(self, outbound: Outbound, account: TwilioAccount | None = None) -> None:
        super().__init__(outbound)
        self._account = account or TwilioAccount()
        self._api = TwilioApi(self._account, outbound)

    def require_reachable(self, to: ContactMethod) -> None:  # noqa: ARG002  every number is
        """Return if the account can call."""
        _ = self._account.credentials
        self._caller()

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Begin the call and return its sid."""
        form = [
            ("To", to.address),
            ("From", self._caller()),
            ("Twiml", script_of(message, self._account)),
            ("Timeout", str(RING_SECONDS)),
        ]
        if path := receipts_path(message):
            receipts = self._account.callback(path)
            form += [
                ("StatusCallback", receipts),
                ("StatusCallbackEvent", "completed"),  # however it ended
                # A machine is told apart while the call goes on: nobody waits in silence for it.
                ("MachineDetection", "Enable"),
                ("AsyncAmd", "true"),
                ("AsyncAmdStatusCallback", receipts),
            ]
        return await self._api.create("Calls", form)

    def _caller(self) -> str:
        """Return the number that calls.

        Raises: DeliveryRefused.
        """
        if self._account.caller is None:
            raise DeliveryRefused(NOT_CONFIGURED)
        return self._account.caller


def script_of(message: Message, account: TwilioAccount) -> str:
    """Return what the call says: what has happened, and which key answers it."""
    said = ["This is Tocsin.", message.headline, *(part.text for part in message.sections)]
    if len(asking_in(message)) > 1:
        said.insert(2, f"The keys answer the first of them: {message.actions[0].name}.")
    path = keys_path(message)
    return asking(said, account.callback(path)) if path else telling(said)
