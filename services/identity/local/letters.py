"""Letters about an account: mails with a link in them, to one address, sent at once."""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from activities.delivery.faults import DeliveryFault
from activities.delivery.message import Action, Message, Section, Urgency
from activities.delivery.provider import Provider
from events.configuration.responder import ContactMethod
from events.ids import DeliveryId

SEND_SECONDS: Final = 10.0
EMAIL: Final = "email"

logs = structlog.get_logger(__name__)


def invitation(letter_id: UUID, url: str, by: str, at: datetime) -> Message:
    """Return the letter that invites somebody."""
    return _letter(
        letter_id,
        at,
        event="account.invited",
        headline="You are invited to Tocsin",
        title="Sign in for the first time",
        text=f"{by} invited you. Open the link within 7 days and choose how you sign in. "
        "It works once.",
        action=Action(name="Accept the invitation", url=url),
        footer="Sent because somebody invited you. If you do not know why, leave it.",
    )


def password_reset(letter_id: UUID, url: str, at: datetime) -> Message:
    """Return the letter with which a new password is chosen."""
    return _letter(
        letter_id,
        at,
        event="account.password_reset_requested",
        headline="Choose a new password for Tocsin",
        title="Choose a new password",
        text="Open the link within 30 minutes and choose a new password. It works once. "
        "If you did not ask for it, you need not do anything: your password stays as it is.",
        action=Action(name="Choose a new password", url=url),
        footer="Sent because somebody asked for it with your name or address.",
    )


async def sent(provider: Provider | None, address: str, letter: Message) -> str | None:
    """Send a letter once; return why the mail server did not take it, None if it did."""
    if provider is None:
        return "DeliveryRefused: channel_not_configured"
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await provider.send(letter, ContactMethod(channel=EMAIL, address=address))
    except DeliveryFault as fault:
        reason = f"{type(fault).__name__}: {fault.code}"
    except TimeoutError:
        reason = f"OutcomeUnknown: no answer within {SEND_SECONDS:.0f} s"
    else:
        return None
    logs.warning("letter_not_sent", letter=letter.event, reason=reason)
    return reason


def _letter(  # noqa: PLR0913  each is a part of a letter
    letter_id: UUID,
    at: datetime,
    *,
    event: str,
    headline: str,
    title: str,
    text: str,
    action: Action,
    footer: str,
) -> Message:
    return Message(
        delivery_id=DeliveryId(letter_id),
        event=event,
        at=at,
        urgency=Urgency.NORMAL,
        headline=headline,
        reference="ACCOUNT",
        badge="ACCOUNT",
        title=title,
        sections=(Section(text=text),),
        links=(action,),
        footer=footer,
    )
