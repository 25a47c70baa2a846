"""Pages and status updates as signed webhooks. The contract for receivers is docs/webhooks.md."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from activities.delivery.announcement_text import Announcement
from activities.delivery.composing import Message
from activities.delivery.faults import DeliveryRefused
from activities.delivery.outbound import Outbound
from activities.integrations.http_answers import require_accepted
from events.configuration.responder import ContactMethod

PAGE_REQUESTED: Final = "page.requested"  # the body's type; part of the contract
UPDATE_PUBLISHED: Final = "status_update.published"


class WebhookSender:
    """Posts the page as JSON, signed with the receiver's own secret.

    Source: Standard Webhooks 1.0.0. The id stays the same on every attempt, the timestamp is new.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once; a receiver gives it no name of its own.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        await self._post(str(message.delivery_id), payload(message), to)
        return None

    async def announce(self, announcement: Announcement, to: ContactMethod) -> str | None:
        """Send a status update once; a receiver gives it no name of its own.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        await self._post(str(announcement.delivery_id), announcing_payload(announcement), to)
        return None

    async def _post(self, webhook_id: str, content: dict[str, Any], to: ContactMethod) -> None:
        body = json.dumps(content, separators=(",", ":"))
        headers = signed(to.secret, webhook_id, body, datetime.now(UTC))
        answer = await self._outbound.post(to.address, headers=headers, body=body.encode())
        require_accepted(answer)


def payload(message: Message) -> dict[str, Any]:
    """Return the body, all of whose fields docs/webhooks.md explains."""
    return {
        "type": PAGE_REQUESTED,
        "timestamp": message.paged_at.isoformat(),
        "data": {
            "delivery_id": str(message.delivery_id),
            "page_id": str(message.page_id),
            "round": message.step.round,
            "level": message.step.level,
            "responder": {"id": message.responder_id, "name": message.responder_name},
            "incident": {
                "id": str(message.incident_id),
                "reference": message.reference,
                "title": message.title,
                "summary": message.summary,
                "severity": message.severity,
                "drill": message.drill,
                "url": message.incident_url,
            },
            "acknowledge_url": message.ack_url,
            "ask": message.ask or None,
            "next_step": message.next_step,
            "possible_repeat": message.possible_repeat,
        },
    }


def announcing_payload(announcement: Announcement) -> dict[str, Any]:
    """Return the body of a status update, all of whose fields docs/webhooks.md explains."""
    briefing = announcement.briefing
    return {
        "type": UPDATE_PUBLISHED,
        "timestamp": briefing.at.isoformat(),
        "data": {
            "delivery_id": str(announcement.delivery_id),
            "number": announcement.number,
            "severity": briefing.severity,
            "status": briefing.status,
            "duration_seconds": int(briefing.lasted.total_seconds()),
            "impact": announcement.impact,
            "current_actions": announcement.current_actions,
            "next_update_at": briefing.next_update_at and briefing.next_update_at.isoformat(),
            "markdown": announcement.markdown,
            "incident": {
                "id": str(announcement.incident_id),
                "reference": announcement.reference,
                "title": announcement.title,
                "url": announcement.incident_url,
            },
            "possible_repeat": announcement.possible_repeat,
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
