"""Web push payload of a message: what the browser's service worker shows, small and encrypted."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any, Final

from activities.delivery.message import Action, Message, Urgency, discreet
from activities.integrations.message_text import REPEAT
from events.values.plain_text import cut

LARGEST: Final = 3_500  # bytes of JSON; push services take 4,096 of what it is encrypted to
LONGEST_NAMES: Final = 60  # characters of an action's name
TOPIC: Final = 24  # bytes; 32 characters of base64url, the most that RFC 8030 §5.4 allows
ANSWERABLE: Final = timedelta(minutes=15)  # after that a page has been repeated or has moved on
READABLE: Final = timedelta(hours=12)
URGENCIES: Final = {
    Urgency.HIGHEST: "high",
    Urgency.HIGH: "high",
    Urgency.NORMAL: "normal",
    Urgency.LOW: "low",
}


def payload_of(message: Message) -> bytes:
    """Return the JSON; its text is cut to what there is room for.

    It shows on locked screens, so of a private incident it says only that there is one.
    """
    message = discreet(message)
    room = LARGEST - len(_json(message, ""))
    text = "\n\n".join(part for part in (REPEAT * message.possible_repeat, message.text) if part)
    while len(_json(message, text)) - len(_json(message, "")) > room:
        text = cut(text, max(len(text) * 3 // 4, 1)) if len(text) > 1 else ""
    return _json(message, text)


def _json(message: Message, text: str) -> bytes:
    content: dict[str, Any] = {
        "type": message.event,
        "delivery_id": str(message.delivery_id),
        "timestamp": message.at.isoformat(),
        "urgency": message.urgency.value,
        "reference": message.reference,
        "badge": message.badge,
        "headline": message.headline,
        "text": text,
        "actions": [_action(action) for action in message.actions],
        "links": [_action(link) for link in message.links if len(link.url) < LARGEST // 6],
        "possible_repeat": message.possible_repeat,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _action(action: Action) -> dict[str, str]:
    return {"name": cut(action.name, LONGEST_NAMES), "url": action.url}


def headers_of(message: Message) -> dict[str, str]:
    """Return how the push service is to treat it: how long, how urgently, what it replaces."""
    lifetime = ANSWERABLE if message.actions else READABLE
    about = hashlib.sha256(f"{message.event} {message.reference}".encode()).digest()[:TOPIC]
    return {
        "ttl": str(int(lifetime.total_seconds())),
        "urgency": URGENCIES[message.urgency],
        "topic": base64.urlsafe_b64encode(about).decode(),
    }
