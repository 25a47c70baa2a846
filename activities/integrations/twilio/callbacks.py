"""Twilio callbacks: the paths that Twilio calls us at, and what they name."""

from typing import Final

from activities.delivery.message import Message

REPLIES: Final = "/twilio/messages"  # a text message has come in
KEYS: Final = "/twilio/calls"  # somebody pressed a key; then the token of the page's link
RECEIPTS: Final = "/twilio/receipts"  # then the stream of the delivery, then the delivery
ACK_LINK: Final = "/ack/"


def receipts_path(message: Message) -> str | None:
    """Return where the receipts of a message go, None where nobody keeps them."""
    return f"{RECEIPTS}/{message.ledger}/{message.delivery_id}" if message.ledger else None


def keys_path(message: Message) -> str | None:
    """Return where the key goes that somebody presses, None where there is nothing to answer."""
    for action in message.actions:
        _, link, token = action.url.rpartition(ACK_LINK)
        if link:
            return f"{KEYS}/{token}"
    return None
