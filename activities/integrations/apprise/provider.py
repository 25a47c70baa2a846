"""Apprise provider: messages to any HTTPS service that Apprise knows, by its URL."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.message import Message, Urgency
from activities.delivery.outbound import Answer, Outbound
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.apprise.process import Report, called, looked_at
from activities.integrations.apprise.services import service_of
from activities.integrations.http_answers import require_accepted
from activities.integrations.message_text import text_of
from events.configuration.responder import ContactMethod
from events.delivery.limits import ON_A_SCREEN

DEADLINE: Final = timedelta(seconds=20)  # a process has to start, and some services log in first
AT_ONCE: Final = 4  # processes
WAITS: Final = 5.0  # seconds for one of them to be free
FAILURE: Final = 300  # HTTP statuses from here on are none of success


def _known(text: str) -> str:
    if service_of(text, plain=True) is None:
        raise ValueError(
            "write the Apprise URL of a service that is called over HTTPS: discord://…,"
            " see docs/how-to/choose-channels.md"
        )
    return text


class AppriseContact(ContactAddress):
    """Any service that Apprise knows and calls over HTTPS."""

    channel: Literal["apprise"]
    address: Annotated[
        str,
        StringConstraints(max_length=2_000, pattern=r"^[!-~]+$"),
        AfterValidator(_known),
        Field(description="Its Apprise URL, tokens and all: `discord://id/token`."),
    ]


class AppriseProvider(Provider):
    """Lets Apprise send, in a process that reaches nothing private and ends with the attempt.

    Apprise has no idempotency key: a repeat is shown twice.
    """

    NAME = "apprise"
    Address = AppriseContact
    LIMITS = ON_A_SCREEN
    DEADLINE = DEADLINE

    def __init__(self, outbound: Outbound, *, deadline: timedelta = DEADLINE) -> None:
        super().__init__(outbound)
        self._deadline = deadline.total_seconds()
        self._free = asyncio.Semaphore(AT_ONCE)

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if Apprise understands the URL, and nothing in it is private. Takes a second."""
        report = looked_at(self._order(to, None))
        if report is not None and not report.known:
            raise DeliveryRefused("address_invalid")

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once; Apprise does not tell what the service calls it."""
        order = self._order(to, said_of(message))
        try:
            async with asyncio.timeout(WAITS):
                await self._free.acquire()
        except TimeoutError:
            raise DeliveryDeferred("busy") from None
        try:
            async with asyncio.timeout(self._deadline):
                report = await called(order)
        except TimeoutError:
            raise OutcomeUnknown("timeout") from None
        finally:
            self._free.release()
        if report is None:
            raise OutcomeUnknown("internal")
        require_taken(report)
        return None

    def _order(self, to: ContactMethod, message: dict[str, str] | None) -> dict[str, Any]:
        """Return what the process is to do.

        Raises: DeliveryRefused, for a service that is not called over HTTPS alone.
        """
        private = self._outbound.allows_private
        service = service_of(to.address, plain=private)
        if service is None:
            raise DeliveryRefused("address_invalid")
        return {
            "url": to.address,
            "module": service.module,
            "class_name": service.class_name,
            "allow_private": private,
            "message": message,
        }


def said_of(message: Message) -> dict[str, str]:
    """Return what Apprise sends."""
    loud = message.urgency >= Urgency.HIGH
    return {
        "title": message.headline,
        "body": text_of(message).removeprefix(message.headline).strip(),
        "type": "failure" if loud else "warning" if message.actions else "info",
    }


def require_taken(report: Report) -> None:
    """Return if the service took the message.

    Raises: DeliveryFault. A service that took one request of several may have sent something.
    """
    if report.taken:
        return
    fault = _fault(report)
    if fault.nothing_sent and any(answer["status"] < FAILURE for answer in report.answers):
        if isinstance(fault, DeliveryDeferred):
            raise DeliveryDeferred(fault.code, retry_after=fault.retry_after, nothing_sent=False)
        if isinstance(fault, ProviderUnreachable):
            raise OutcomeUnknown("connection_lost")
    raise fault


def _fault(report: Report) -> DeliveryFault:
    if report.address_blocked:
        return DeliveryRefused("address_blocked")
    if report.trouble == "connect":
        return ProviderUnreachable("connect_failed")
    if report.trouble:
        return OutcomeUnknown("timeout" if report.trouble == "timeout" else "connection_lost")
    if not report.known or not report.answers:
        return DeliveryRefused("address_invalid")
    last = report.answers[-1]
    headers = {"retry-after": last["retry_after"]} if last["retry_after"] else {}
    try:
        require_accepted(Answer(status=last["status"], headers=headers, body=b""))
    except DeliveryFault as fault:
        return fault
    return DeliveryRefused("service_refused")  # it said no with a status of success
