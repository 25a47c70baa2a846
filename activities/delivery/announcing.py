"""Sending status updates to subscribers: planned from the log, checked again before each post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.announcement_orders import (
    LOAD_ANNOUNCEMENT,
    PLAN_ANNOUNCEMENT,
    SEND_ANNOUNCEMENT,
    AnnouncementSnapshot,
    PlannedPosts,
    PlanPostsOrder,
    PostOrder,
)
from activities.delivery.announcement_text import Announcement, harmless, title_line
from activities.delivery.attempting import attempted
from activities.delivery.channel import Announcer
from activities.delivery.composing import one_line
from activities.delivery.faults import DeliveryFault, DeliveryRefused, OutcomeUnknown
from activities.delivery.published_updates import PublishedUpdate, newest_update
from activities.delivery.recipient import Recipient, contact_method, recipient
from activities.orders import SendOutcome, SendState
from events.announcement.decide import announcement_decider
from events.announcement.events import IntendedPost
from events.announcement.state import PendingPost
from events.configuration.responder import Channel, ContactMethod, responder_decider
from events.configuration.subscription import SubscriptionDefined, subscription_decider
from events.ids import (
    IncidentId,
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

logs = structlog.get_logger(__name__)

CATCH_UP: Final = 5.0  # seconds; then the activity is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post that is wanted, with everything it says and where it goes."""

    announcement: Announcement
    method: ContactMethod


class Announcing:
    """Sends each post at least once, and never an older update after a newer one (P4)."""

    def __init__(
        self,
        log: Log,
        database: ConnectionPool,
        channels: Mapping[Channel, Announcer],
        *,
        public_url: str,
    ) -> None:
        self._log = log
        self._database = database
        self._channels = channels
        self._site = public_url.rstrip("/")

    @activity.defn(name=LOAD_ANNOUNCEMENT)
    async def load_announcement(self, incident_id: IncidentId) -> AnnouncementSnapshot:
        """Return the incident's announcements as the log has them."""
        stream = announcement_stream(incident_id)
        state, version = await load(self._log, announcement_decider, stream)
        return AnnouncementSnapshot(state=state, version=version)

    @activity.defn(name=PLAN_ANNOUNCEMENT)
    async def plan_announcement(self, order: PlanPostsOrder) -> PlannedPosts:
        """Return the posts of the newest update, if it is newer than what was planned before.

        Raises: ApplicationError, while the read model has not seen the update's time yet.
        """
        update = await newest_update(self._log, order.incident_id)
        if update is None or update.number <= order.after:
            return PlannedPosts(number=None, posts=())
        if update.mode is not Mode.REAL:  # a drill never leaves the team
            return PlannedPosts(number=update.number, posts=())
        if not await wait_for(self._database, [subscriptions.NAME], update.position, CATCH_UP):
            raise ApplicationError("the subscriptions are behind the log", type="ProjectionBehind")
        async with self._database.connection() as connection:
            wanted = await subscriptions_to(connection, update.service_id, update.severity)
        posts = {
            post.delivery_id: post
            for one in wanted
            if update.concerns(ResponderId(one.responder_id))
            for post in await self._posts(update, one)
        }
        return PlannedPosts(number=update.number, posts=tuple(posts.values()))

    async def _posts(
        self, update: PublishedUpdate, subscription: SubscriptionRow
    ) -> Sequence[IntendedPost]:
        responder_id = ResponderId(subscription.responder_id)
        responder = await self._responder(responder_id)
        return [
            IntendedPost(
                delivery_id=post_id_for(
                    update.incident_id, update.number, responder_id, method.channel.value, address
                ),
                subscription_id=SubscriptionId(subscription.subscription_id),
                responder_id=responder_id,
                channel=method.channel.value,
                address=address,
            )
            for address, method in enumerate(responder.contact_methods)
            if not subscription.channels or method.channel in subscription.channels
        ]

    @activity.defn(name=SEND_ANNOUNCEMENT)
    async def send_announcement(self, order: PostOrder) -> SendOutcome:
        """Send the post if it is still wanted.

        Raises: ApplicationError, of a type that activities/delivery/faults.py names.
        """
        with structlog.contextvars.bound_contextvars(delivery_id=str(order.delivery_id)):
            return await attempted(
                "announcement",
                order,
                lambda attempt, repeat: self._send(order, attempt, repeat=repeat),
            )

    async def _send(self, order: PostOrder, attempt: int, *, repeat: bool) -> SendOutcome:
        found = await self._find(order, repeat=repeat)
        if isinstance(found, str):
            return SendOutcome(state=SendState.SUPPRESSED, attempts=attempt, reason=found)
        sender = self._channels.get(found.method.channel)
        if sender is None:
            raise DeliveryRefused("channel_not_configured")
        try:
            provider_id = await sender.announce(found.announcement, found.method)
        except DeliveryFault:
            raise
        except Exception:
            # A bug's text may hold an address: it goes to our log, never into Temporal's history.
            logs.exception("announcement_sender_broke")
            raise OutcomeUnknown("internal") from None
        return SendOutcome(state=SendState.SENT, attempts=attempt, provider_id=provider_id)

    async def _find(self, order: PostOrder, *, repeat: bool) -> Post | str:
        """Return the post as it stands, or why it is not wanted; the newest update is read last."""
        stream = announcement_stream(order.incident_id)
        ledger, _ = await load(self._log, announcement_decider, stream)
        pending = ledger.pending.get(order.delivery_id)
        if pending is None:
            return "already_settled"
        if not await self._subscribed(pending):
            return "unsubscribed"
        responder = await self._responder(pending.post.responder_id)
        update = await newest_update(self._log, order.incident_id)
        if update is None or update.number != pending.number:
            return "superseded"
        if not update.concerns(pending.post.responder_id):
            return "not_a_member"
        return Post(
            announcement=Announcement(
                delivery_id=order.delivery_id,
                incident_id=order.incident_id,
                reference=one_line(update.reference),
                title=title_line(update.title),
                number=update.number,
                briefing=harmless(update.briefing),
                responder_name=one_line(responder.name),
                incident_url=f"{self._site}/v1/incidents/{order.incident_id}",
                possible_repeat=repeat,
            ),
            method=contact_method(
                responder, address=pending.post.address, channel=pending.post.channel
            ),
        )

    async def _subscribed(self, pending: PendingPost) -> bool:
        stream = subscription_stream(pending.post.subscription_id)
        subscription, _ = await load(self._log, subscription_decider, stream)
        return (
            isinstance(subscription, SubscriptionDefined)
            and subscription.responder_id == pending.post.responder_id
        )

    async def _responder(self, responder_id: ResponderId) -> Recipient:
        responder, _ = await load(self._log, responder_decider, responder_stream(responder_id))
        about = subject_stream(SubjectId(responder_id))
        subject, _ = await load(self._log, subject_decider, about)
        return recipient(responder, subject)
