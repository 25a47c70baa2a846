"""Probe to be sent: always wanted, while it is fresh; its workflow lives no longer than that."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message, Urgency
from activities.delivery.recipient import Recipient
from activities.payloads import DeliveryInput
from activities.probe.sink import HEARTBEAT, PROBE, SINK
from events.configuration.responder import ContactMethod
from events.delivery.events import IntendedDelivery
from events.ids import TOCSIN, DeliveryId, ResponderId

NOBODY: Final = ResponderId("dead-man-switch")


class Probes:
    """Synthetic pages: to the sink, and on to the outside where there is a URL for it."""

    name = PROBE

    def __init__(
        self, heartbeat_url: str | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._url = heartbeat_url
        self._clock = clock

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the message for the end that the task is about."""
        if task.about == HEARTBEAT and self._url is None:
            return Unwanted(reason="no_heartbeat_url")
        channel = HEARTBEAT if task.about == HEARTBEAT else SINK
        method = ContactMethod(channel=channel, address=self._url or SINK)
        delivery = IntendedDelivery(
            delivery_id=task.delivery_id, responder_id=NOBODY, channel=channel, address=0
        )
        now = self._clock()

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            del possible_repeat
            return _message(task.delivery_id, now)

        recipient = Recipient(name=NOBODY, contact_methods=(method,))
        return Wanted(delivery=delivery, responder=recipient, message=message)


def probe_delivery(probe: UUID, end: str) -> DeliveryId:
    """Return the id of the message of one probe to one end."""
    return DeliveryId(uuid5(TOCSIN, f"probe:{probe}:{end}"))


def _message(delivery_id: DeliveryId, at: datetime) -> Message:
    return Message(
        delivery_id=delivery_id,
        event="probe.sent",
        at=at,
        urgency=Urgency.LOW,
        headline="Tocsin pages: a synthetic page has gone the whole way.",
        reference="dead-man switch",
        badge="PROBE",
        title="Dead-man switch",
        sections=(),
    )
