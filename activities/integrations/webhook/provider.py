"""Webhook provider, signed. The contract for webhook receivers is docs/webhooks.md."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, SecretStr
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from activities.delivery.faults import DeliveryRefused
from activities.delivery.message import Message
from activities.delivery.provider import ContactAddress, Provider
from activities.integrations.http_answers import require_accepted
from activities.integrations.web_address import WebAddress
from events.configuration.responder import ContactMethod

_WHSEC: Final = re.compile(r"whsec_(?P<key>[A-Za-z0-9+/]+={0,2})", re.ASCII)
_WHSEC_BYTES: Final = range(24, 65)  # Standard Webhooks 1.0.0, "Signature scheme"


def _signing_secret(secret: SecretStr) -> SecretStr:
    found = _WHSEC.fullmatch(secret.get_secret_value())
    try:
        length = len(base64.b64decode(found["key"])) if found else 0
    except binascii.Error:
        length = 0
    if length not in _WHSEC_BYTES:
        raise ValueError("write whsec_ and then 24 to 64 random bytes in base64")
    return secret


class WebhookContact(ContactAddress):
    """A URL that is sent signed webhooks."""

    channel: Literal["webhook"]
    address: WebAddress
    secret: Annotated[
        SecretStr,
        Field(description="Signs each message: Standard Webhooks, whsec_…"),
        AfterValidator(_signing_secret),
    ]


class WebhookProvider(Provider):
    """Posts messages as JSON, signed with the receiver's own secret.

    Source: Standard Webhooks 1.0.0. The id stays the same on every attempt, the timestamp is new.
    """

    NAME = "webhook"
    Address = WebhookContact

    def require_reachable(self, to: ContactMethod) -> None:
        """Return if the URL may be called."""
        self._outbound.require_callable(to.address)

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once; a receiver gives it no name of its own."""
        body = json.dumps(payload(message), separators=(",", ":"))
        headers = signed(to.secret, str(message.delivery_id), body, datetime.now(UTC))
        answer = await self._outbound.post(to.address, headers=headers, body=body.encode())
        require_accepted(answer)
        return None


def payload(message: Message) -> dict[str, Any]:
    """Return the body, all of whose fields docs/webhooks.md explains."""
    return {
        "type": message.event,
        "timestamp": message.at.isoformat(),
        "data": {
            "delivery_id": str(message.delivery_id),
            **message.facts,
            "possible_repeat": message.possible_repeat,
        },
    }


def signed(secret: str | None, webhook_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of a Standard Webhook.

    Raises: DeliveryRefused, without a usable secret: an unsigned page may be a fake.
    """
    if not secret:
        raise DeliveryRefused("secret_missing")
    try:
        signature = Webhook(secret).sign(webhook_id, now, body)
    except (ValueError, EmptyWebhookSecretError):  # binascii.Error is a ValueError
        raise DeliveryRefused("secret_invalid") from None
    return {
        "content-type": "application/json",
        "user-agent": "Tocsin",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
