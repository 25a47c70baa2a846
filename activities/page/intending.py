"""Page intents: which messages people get when a level is reached, by their notification rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Self

from activities.delivery.provider import supports
from activities.payloads import IntendInput
from events.configuration.responder import responder_decider
from events.delivery.events import PAGE, IntendedDelivery
from events.ids import (
    DeliveryId,
    ResponderId,
    delivery_id_for,
    incident_stream,
    page_stream,
    repeat_id_for,
    responder_stream,
)
from events.incident.decide import incident_decider
from events.loading import load
from events.log.store import Log
from events.page.cycle import Turn, cycle
from events.page.decide import page_decider
from events.page.state import Page
from events.page.urgency import PageUrgency, urgency_of

MOST: Final = 800  # messages of one level: more would not go into one event


class Intending:
    """Collects the messages of one level, person by person."""

    def __init__(self, log: Log, task: IntendInput, urgency: PageUrgency, page: Page) -> None:
        self._log = log
        self._task = task
        self._urgency = urgency
        self._page = page
        self._deliveries: dict[DeliveryId, IntendedDelivery] = {}

    @classmethod
    async def begin(cls, log: Log, task: IntendInput) -> Self:
        """Begin with nobody, for the incident and its page as the log has them now.

        Raises: LogFault.
        """
        incident, _ = await load(log, incident_decider, incident_stream(task.incident_id))
        page, _ = await load(log, page_decider, page_stream(task.page_id))
        return cls(log, task, urgency_of(incident.severity), page)

    @property
    def deliveries(self) -> tuple[IntendedDelivery, ...]:
        """Return the messages; of too many, those that are due first."""
        return tuple(soonest(self._deliveries.values(), self._task.at, MOST))

    async def add(self, responder_id: ResponderId) -> None:
        """Add what one person gets, over the contact methods that pages go over.

        Raises: LogFault.
        """
        responder, _ = await load(self._log, responder_decider, responder_stream(responder_id))
        if responder is None:
            return
        methods = responder.contact_methods
        turn = Turn(
            channels=[one.channel if supports(one.channel, PAGE) else None for one in methods],
            rules=responder.notification_rules,
            quiet_hours=responder.quiet_hours,
            urgency=self._urgency,
            at=self._task.at,
            running=self._runs_for(responder_id),
        )
        step = self._task.step
        for message in cycle(turn):
            number = message.contact_method
            channel = methods[number].channel
            first = delivery_id_for(
                self._task.page_id, step.round, step.level, responder_id, channel, number
            )
            delivery = IntendedDelivery(
                delivery_id=repeat_id_for(first, message.repeat),
                responder_id=responder_id,
                channel=channel,
                address=number,
                not_before=message.not_before,
                repeat=message.repeat,
            )
            self._deliveries[delivery.delivery_id] = delivery

    def _runs_for(self, responder_id: ResponderId) -> bool:
        """Return whether messages of an earlier level to this person are still to come."""
        return any(
            one.delivery.responder_id == responder_id and one.delivery.waits(self._task.at)
            for one in self._page.ledger.pending.values()
        )


def soonest(
    deliveries: Iterable[IntendedDelivery], at: datetime, most: int
) -> list[IntendedDelivery]:
    """Return at most so many messages in their order, without those that are due last."""
    every = list(deliveries)
    kept = sorted(every, key=lambda one: (one.not_before or at, one.repeat))[:most]
    names = {one.delivery_id for one in kept}
    return [one for one in every if one.delivery_id in names]
