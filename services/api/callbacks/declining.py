"""Declining a page by phone: it need not wait for this person, and pages whoever is next."""

from typing import Final

from activities.page.ack_links import AckLink
from events.ids import page_stream
from events.receipt.commands import DeclineDelivery
from services.api.callbacks.standing_words import standing_words
from services.api.dependencies import Dependencies
from services.commanding.by_link.answers import Asked, asked_by, decline
from services.commanding.replying.receipts import keep, message_of

DECLINED: Final = (
    "You declined {reference}. It goes on to the next level where nobody else is left."
)


async def declined(dependencies: Dependencies, link: AckLink, asked: Asked, *, via: str) -> str:
    """Keep that the person declines, and return what they are told; they may still acknowledge.

    Raises: LogUnavailable.
    """
    if asked.may_decline:  # somebody asked for help, and is told
        await decline(dependencies, link)
        return standing_words(await asked_by(dependencies, link))
    log, stream = dependencies.log, page_stream(link.page_id)
    message = await message_of(log, stream, link.delivery_id)
    if message is not None:
        command = DeclineDelivery(delivery=message.delivery, via=via, at=dependencies.clock())
        await keep(log, message, command)
    return DECLINED.format(reference=asked.reference)
