"""Sending one page: asked for by its workflow, checked against the log, handed to one channel."""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Final

import structlog
from temporalio import activity

from activities.ack_links import AckLinks
from activities.channels import Sender
from activities.composing import compose
from activities.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    as_application_error,
)
from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
from activities.reading import Case, Reading, Unwanted
from activities.recipient import contact_method
from activities.recording import Answers
from events.errors import LogFault
from events.log.codec import Codec
from events.log.store import Log
from events.responder.events import Channel

logs = structlog.get_logger(__name__)

ANSWER_PAUSE: Final = timedelta(seconds=2)  # an answer that waits is carried out, or refused
FAILED: Final = "page_send_failed"
ENDED: Final = {SendState.SENT: "page_sent", SendState.SUPPRESSED: "page_suppressed"}


class Paging:
    """Sends pages: each at least once, and twice only after an attempt of unknown outcome."""

    def __init__(
        self,
        log: Log,
        codec: Codec[object],
        channels: Mapping[Channel, Sender],
        links: AckLinks,
        answers: Answers,
        *,
        public_url: str,
    ) -> None:
        self._reading = Reading(log, codec)
        self._channels = channels
        self._links = links
        self._answers = answers
        self._public_url = public_url

    @activity.defn(name=SEND_PAGE)
    async def send(self, order: SendOrder) -> SendOutcome:
        """Send the delivery if it is still wanted.

        Raises: ApplicationError, of a type that activities/faults.py names.
        """
        attempt, started = activity.info().attempt, monotonic()
        untouched = nothing_sent_before()
        repeat = order.possible_repeat or not untouched
        with structlog.contextvars.bound_contextvars(
            page_id=str(order.page_id), delivery_id=str(order.delivery_id), attempt=attempt
        ):
            try:
                outcome = await self.deliver(order, attempt=attempt, repeat=repeat)
            except (DeliveryFault, LogFault) as fault:
                if untouched and (isinstance(fault, LogFault) or fault.nothing_sent):
                    activity.heartbeat(attempt)
                error = as_application_error(
                    fault, attempt, final=repeat and nobody_answered(fault)
                )
                code = error.details[1]
                logs.warning(FAILED, fault=error.type, code=code, seconds=_since(started))
                raise error from None
            logs.info(ENDED[outcome.state], reason=outcome.reason, seconds=_since(started))
            return outcome

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
        if await self._answers.waits(case.incident_id, case.page_id, case.purpose):
            raise DeliveryDeferred("answer_waits", retry_after=ANSWER_PAUSE)
        provider_id = await self._hand_over(case, repeat=repeat)
        return SendOutcome(state=SendState.SENT, attempts=attempt, provider_id=provider_id)

    async def _hand_over(self, case: Case, *, repeat: bool) -> str | None:
        delivery = case.delivery
        method = contact_method(case.responder, address=delivery.address, channel=delivery.channel)
        sender = self._channels.get(method.channel)
        if sender is None:
            raise DeliveryRefused("channel_not_configured")
        message = compose(case, self._links, self._public_url, possible_repeat=repeat)
        try:
            return await sender.send(message, method)
        except DeliveryFault:
            raise
        except Exception:
            # A bug's text may hold an address: it goes to our log, never into Temporal's history.
            logs.exception("page_sender_broke")
            raise OutcomeUnknown("internal") from None


def nothing_sent_before() -> bool:
    """Return whether it is certain that no earlier attempt of this activity sent anything.

    An attempt that failed before it sent anything leaves its number as its heartbeat, if all
    before it did so too. An attempt that vanishes leaves an older number, or none.
    """
    info = activity.info()
    return info.attempt == 1 or list(info.heartbeat_details) == [info.attempt - 1]


def nobody_answered(fault: DeliveryFault | LogFault) -> bool:
    """Return whether nobody answered: then a message is sent again once, and not a third time."""
    return isinstance(fault, OutcomeUnknown) and not fault.answered


def _since(started: float) -> float:
    return round(monotonic() - started, 3)
