"""Sending one page: asked for by its workflow, checked against the log, handed to one channel."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from temporalio import activity

from activities.delivery.ack_links import AckLinks
from activities.delivery.attempting import attempted
from activities.delivery.channel import Sender
from activities.delivery.composing import compose
from activities.delivery.faults import DeliveryFault, DeliveryRefused, OutcomeUnknown
from activities.delivery.reading import Case, Reading, Unwanted
from activities.delivery.recipient import contact_method
from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
from activities.recording import Answers
from events.configuration.responder import Channel
from events.log.codec import Codec
from events.log.store import Log

logs = structlog.get_logger(__name__)


class Paging:
    """Sends pages: each at least once, and twice only after an attempt of unknown outcome."""

    def __init__(  # noqa: PLR0913  each is another part of the world
        self,
        log: Log,
        codec: Codec[object],
        channels: Mapping[Channel, Sender],
        links: AckLinks,
        answers: Answers,
        *,
        public_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._reading = Reading(log, codec, answers)
        self._channels = channels
        self._links = links
        self._public_url = public_url
        self._clock = clock

    @activity.defn(name=SEND_PAGE)
    async def send(self, order: SendOrder) -> SendOutcome:
        """Send the delivery if it is still wanted.

        Raises: ApplicationError, of a type that activities/delivery/faults.py names.
        """
        with structlog.contextvars.bound_contextvars(
            page_id=str(order.page_id), delivery_id=str(order.delivery_id)
        ):
            return await attempted(
                "page",
                order,
                lambda attempt, repeat: self.deliver(order, attempt=attempt, repeat=repeat),
            )

    async def deliver(self, order: SendOrder, *, attempt: int, repeat: bool) -> SendOutcome:
        """Send the delivery if it is still wanted; needs the log and the channels only.

        Raises: DeliveryFault, LogFault.
        """
        case = await self._reading.find(order)
        if isinstance(case, Unwanted):
            return SendOutcome(state=SendState.SUPPRESSED, attempts=attempt, reason=case.reason)
        structlog.contextvars.bind_contextvars(
            channel=case.delivery.channel,
            incident_id=str(case.incident_id),
            responder_id=case.delivery.responder_id,
        )
        provider_id = await self._hand_over(case, repeat=repeat)
        return SendOutcome(state=SendState.SENT, attempts=attempt, provider_id=provider_id)

    async def _hand_over(self, case: Case, *, repeat: bool) -> str | None:
        delivery = case.delivery
        method = contact_method(case.responder, address=delivery.address, channel=delivery.channel)
        sender = self._channels.get(method.channel)
        if sender is None:
            raise DeliveryRefused("channel_not_configured")
        message = compose(
            case, self._links, self._public_url, now=self._clock(), possible_repeat=repeat
        )
        try:
            return await sender.send(message, method)
        except DeliveryFault:
            raise
        except Exception:
            # A bug's text may hold an address: it goes to our log, never into Temporal's history.
            logs.exception("page_sender_broke")
            raise OutcomeUnknown("internal") from None
