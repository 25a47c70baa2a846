"""Status update to be sent: planned from the log, and checked again before each message."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import one_line
from activities.delivery.provider import supports
from activities.delivery.recipient import Recipient, recipient
from activities.payloads import (
    PLAN_ANNOUNCEMENT,
    AnnouncementPlan,
    AnnouncementPlanInput,
    DeliveryInput,
)
from activities.status_update.published import PublishedUpdate, newest_update
from activities.status_update.text import UpdateText, harmless, title_line
from events.announcement.decide import announcement_decider
from events.configuration.responder import responder_decider
from events.configuration.subscription import SubscriptionDefined, subscription_decider
from events.delivery.events import STATUS_UPDATE, IntendedDelivery
from events.ids import (
    ResponderId,
    SubjectId,
    SubscriptionId,
    announcement_stream,
    post_id_for,
    responder_stream,
    subject_stream,
    subscription_stream,
)
from events.incident.modes import Mode
from events.loading import load
from events.log.store import Log
from events.subject.decide import subject_decider
from projections.communication import subscriptions
from projections.communication.subscriptions import SubscriptionRow, subscriptions_to
from projections.engine.catching_up import ConnectionPool, wait_for

CATCH_UP: Final = 5.0  # seconds; then the activity is tried again


class StatusUpdates:
    """Status updates as messages: never an older one after a newer one (P4)."""

    name = STATUS_UPDATE

    def __init__(self, log: Log, database: ConnectionPool, *, public_url: str) -> None:
        self._log = log
        self._database = database
        self._site = public_url.rstrip("/")

    @activity.defn(name=PLAN_ANNOUNCEMENT)
    async def plan_announcement(self, task: AnnouncementPlanInput) -> AnnouncementPlan:
        """Return the messages of the newest update, if it is newer than what was planned before.

        Raises: ApplicationError, while the read model has not seen the update's time yet.
        """
        update = await newest_update(self._log, task.incident_id)
        if update is None or update.number <= task.after:
            return AnnouncementPlan(number=None, deliveries=())
        if update.mode is not Mode.REAL:  # a drill never leaves the team
            return AnnouncementPlan(number=update.number, deliveries=())
        if not await wait_for(self._database, [subscriptions.NAME], update.position, CATCH_UP):
            raise ApplicationError("the subscriptions are behind the log", type="ProjectionBehind")
        async with self._database.connection() as connection:
            wanted = await subscriptions_to(connection, update.service_id, update.severity)
        deliveries = {
            delivery.delivery_id: delivery
            for intended in wanted
            if update.concerns(ResponderId(intended.responder_id))
            for delivery in await self._deliveries(update, intended)
        }
        return AnnouncementPlan(number=update.number, deliveries=tuple(deliveries.values()))

    async def _deliveries(
        self, update: PublishedUpdate, subscription: SubscriptionRow
    ) -> Sequence[IntendedDelivery]:
        responder_id = ResponderId(subscription.responder_id)
        responder = await self._responder(responder_id)
        return [
            IntendedDelivery(
                delivery_id=post_id_for(
                    update.incident_id, update.number, responder_id, method.channel, address
                ),
                subscription_id=SubscriptionId(subscription.subscription_id),
                responder_id=responder_id,
                channel=method.channel,
                address=address,
            )
            for address, method in enumerate(responder.contact_methods)
            if not subscription.channels or method.channel in subscription.channels
            if supports(method.channel, STATUS_UPDATE)
        ]

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the update as it stands, or why it is not wanted; the newest is read last."""
        if task.incident_id is None:
            return Unwanted(reason="never_intended")
        stream = announcement_stream(task.incident_id)
        announcement, _ = await load(self._log, announcement_decider, stream)
        pending = announcement.ledger.pending.get(task.delivery_id)
        if pending is None:
            return Unwanted(reason="already_settled")
        if not await self._subscribed(pending.delivery):
            return Unwanted(reason="unsubscribed")
        responder = await self._responder(pending.delivery.responder_id)
        update = await newest_update(self._log, task.incident_id)
        if update is None or str(update.number) != pending.about:
            return Unwanted(reason="superseded")
        if not update.concerns(pending.delivery.responder_id):
            return Unwanted(reason="not_a_member")
        text = UpdateText(
            delivery_id=task.delivery_id,
            incident_id=task.incident_id,
            reference=one_line(update.reference),
            title=title_line(update.title),
            number=update.number,
            briefing=harmless(update.briefing),
            responder_name=one_line(responder.name),
            incident_url=f"{self._site}/v1/incidents/{task.incident_id}",
            incident_page=f"{self._site}/incidents/{update.reference}",
            possible_repeat=False,
            private=update.privacy.private,
        )
        return Wanted(
            delivery=pending.delivery,
            responder=responder,
            message=lambda repeat: replace(text, possible_repeat=repeat).message,
        )

    async def _subscribed(self, delivery: IntendedDelivery) -> bool:
        if delivery.subscription_id is None:
            return False
        stream = subscription_stream(delivery.subscription_id)
        subscription, _ = await load(self._log, subscription_decider, stream)
        return (
            isinstance(subscription, SubscriptionDefined)
            and subscription.responder_id == delivery.responder_id
        )

    async def _responder(self, responder_id: ResponderId) -> Recipient:
        responder, _ = await load(self._log, responder_decider, responder_stream(responder_id))
        about = subject_stream(SubjectId(responder_id))
        subject, _ = await load(self._log, subject_decider, about)
        return recipient(responder, subject)
