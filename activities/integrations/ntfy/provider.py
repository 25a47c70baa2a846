"""Pages and status updates as push messages to a phone, over an ntfy topic."""

import json
from email.header import Header
from typing import Final

from activities.delivery.announcement_text import Announcement
from activities.delivery.composing import Message
from activities.delivery.faults import DeliveryRefused
from activities.delivery.outbound import Outbound
from activities.integrations.http_answers import require_accepted
from events.configuration.responder import ContactMethod
from events.severity import Severity

PRIORITIES: Final = {Severity.SEV1: "5", Severity.SEV2: "4", Severity.SEV3: "3", Severity.SEV4: "2"}
UNKNOWN_SEVERITY: Final = "4"  # nobody could tell yet, so it may be bad
QUIET: Final = "3"  # ntfy's default: nobody is to be woken by it
LONGEST_ID: Final = 64  # characters of the provider's id that are kept


class PushSender:
    """Posts the page to the topic's URL; the address may come with a bearer token.

    Source: ntfy documentation, "Publishing": header names; X-Sequence-ID lets a repeat replace the
    message that is on the phone already (2.16 or newer; older servers pass it over).
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the server's id for it.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        headers = {
            "content-type": "text/plain; charset=utf-8",
            "user-agent": "Tocsin",
            "title": encoded(message.headline),
            "priority": priority(message.severity),
            "tags": "rotating_light",
            "click": message.ack_url,
            "actions": f'http, Acknowledge, url="{message.ack_url}", method=POST, clear=true',
            "x-sequence-id": str(message.delivery_id),
        }
        return await self._post(headers, text(message), to)

    async def announce(self, announcement: Announcement, to: ContactMethod) -> str | None:
        """Send a status update once, quietly, and return the server's id for it.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        headers = {
            "content-type": "text/plain; charset=utf-8",
            "user-agent": "Tocsin",
            "title": encoded(announcement.headline),
            "priority": QUIET,
            "tags": "mega",
            "click": announcement.incident_url,
            "x-sequence-id": str(announcement.delivery_id),
        }
        return await self._post(headers, announcement.text, to)

    async def _post(self, headers: dict[str, str], body: str, to: ContactMethod) -> str | None:
        if to.secret:
            headers["authorization"] = f"Bearer {bearer(to.secret)}"
        answer = await self._outbound.post(to.address, headers=headers, body=body.encode())
        require_accepted(answer)
        return id_in(answer.body)


def text(message: Message) -> str:
    """Return what is read below the title."""
    return "\n\n".join(part for part in (message.summary, message.next_step) if part)


def priority(severity: Severity | None) -> str:
    """Return how loud the phone gets; 5 may ring through "do not disturb"."""
    return UNKNOWN_SEVERITY if severity is None else PRIORITIES[severity]


def encoded(value: str) -> str:
    """Return the value for a header: as it is, or as one RFC 2047 word if it is not ASCII."""
    return value if value.isascii() else Header(value, "utf-8").encode(maxlinelen=0)


def bearer(token: str) -> str:
    """Return the token.

    Raises: DeliveryRefused, if it cannot stand in a header.
    """
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise DeliveryRefused("secret_invalid")
    return token


def id_in(body: bytes) -> str | None:
    """Return the message id in an ntfy answer; another server may give none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match answer:
        case {"id": str(name)} if name.isascii() and name.isalnum():
            return name[:LONGEST_ID]
        case _:
            return None
