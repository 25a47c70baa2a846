"""The announcement's workflow: sends an incident's status updates, the newest one to each last."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import uuid5

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.announcement_orders import (
        LOAD_ANNOUNCEMENT,
        PLAN_ANNOUNCEMENT,
        SEND_ANNOUNCEMENT,
        AnnouncementSnapshot,
        PlannedPosts,
        PlanPostsOrder,
        PostOrder,
    )
    from activities.orders import SendOutcome, SendState
    from events.announcement.commands import (
        AnnouncementCommand,
        PlanAnnouncement,
        RecordPostDelayed,
        RecordPostFailed,
        RecordPostSent,
        RecordPostSuppressed,
    )
    from events.announcement.decide import announcement_decider
    from events.announcement.state import Announcement, PendingPost
    from events.ids import DeliveryId, announcement_stream
    from workflows.aggregate import APPEND_TIMEOUT, FOR_EVER, Aggregate
    from workflows.automation import automatic
    from workflows.ids import ANNOUNCEMENT_WORKFLOW, UPDATE_PUBLISHED
    from workflows.messages import AnnouncementInput
    from workflows.sending import Errand, Failure, tried

ALL_TRIES = timedelta(minutes=30)  # a status update is worth more patience than a page


@workflow.defn(name=ANNOUNCEMENT_WORKFLOW)
class AnnouncementWorkflow:
    """Runs while there is something to send, and is started again by the next update.

    Posts to one subscriber over one way follow each other, so that no older update can arrive
    after a newer one; a hanging provider keeps nobody else waiting.
    """

    @workflow.init
    def __init__(self, start: AnnouncementInput) -> None:
        self._start = start
        self._ledger = Aggregate(
            announcement_stream(start.incident_id), announcement_decider, self._load
        )
        self._published = 0  # signals seen; what was published is in the log
        self._on_their_way: dict[DeliveryId, asyncio.Task[None]] = {}
        self._last: dict[tuple[str, str, int], asyncio.Task[None]] = {}  # by way to a subscriber

    @workflow.run
    async def run(self, start: AnnouncementInput) -> None:
        """Send the newest update, again and again, until everything has its outcome."""
        await self._ledger.load()
        self._send(self._state.pending, possible_repeat=True)
        while True:
            seen = self._published
            await self._plan()
            await workflow.wait_condition(self._has_news_or_is_done(seen))
            if self._published == seen:
                break
            if workflow.info().is_continue_as_new_suggested():
                await asyncio.gather(*self._on_their_way.values())
                workflow.continue_as_new(start)

    @workflow.signal(name=UPDATE_PUBLISHED)
    def update_published(self) -> None:
        """Look into the log: there is a newer update."""
        self._published += 1

    @property
    def _state(self) -> Announcement:
        return self._ledger.state

    def _has_news_or_is_done(self, seen: int) -> Callable[[], bool]:
        return lambda: self._published != seen or not self._state.pending

    async def _load(self) -> AnnouncementSnapshot:
        snapshot: AnnouncementSnapshot = await workflow.execute_local_activity(
            LOAD_ANNOUNCEMENT,
            self._start.incident_id,
            result_type=AnnouncementSnapshot,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return snapshot

    async def _plan(self) -> None:
        """Mean to send the newest update; a long list of subscribers goes into several events."""
        while True:
            planned: PlannedPosts = await workflow.execute_activity(
                PLAN_ANNOUNCEMENT,
                PlanPostsOrder(incident_id=self._start.incident_id, after=self._state.planned),
                result_type=PlannedPosts,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=FOR_EVER,
            )
            if planned.number is None:
                return
            command = PlanAnnouncement(
                incident_id=self._start.incident_id,
                number=planned.number,
                posts=planned.posts,
                at=workflow.now(),
            )
            await self._record(command, f"plan:{planned.number}:{len(self._state.posted)}")
            self._send(self._state.pending)

    def _send(
        self, pending: Mapping[DeliveryId, PendingPost], *, possible_repeat: bool = False
    ) -> None:
        for one in sorted(pending.values(), key=lambda one: one.number):
            post = one.post
            if post.delivery_id in self._on_their_way:
                continue
            way = (post.responder_id, post.channel, post.address)
            task = asyncio.create_task(
                self._deliver(one, self._last.get(way), possible_repeat=possible_repeat)
            )
            self._on_their_way[post.delivery_id] = self._last[way] = task

    async def _deliver(
        self, pending: PendingPost, earlier: asyncio.Task[None] | None, *, possible_repeat: bool
    ) -> None:
        if earlier is not None:
            await earlier
        post = pending.post

        async def tell(failure: Failure) -> None:
            command = RecordPostDelayed(
                delivery_id=post.delivery_id,
                attempts=failure.attempts,
                error=failure.error,
                at=workflow.now(),
            )
            await self._record(command, f"delayed:{post.delivery_id}:{failure.attempts}")

        order = PostOrder(
            incident_id=self._start.incident_id,
            delivery_id=post.delivery_id,
            possible_repeat=possible_repeat,
        )
        errand = Errand(
            activity=SEND_ANNOUNCEMENT,
            channel=post.channel,
            within=ALL_TRIES,
            summary=f"update {pending.number} by {post.channel} to {post.responder_id}",
        )
        outcome = await tried(errand, order, tell)
        await self._record(_command(post.delivery_id, outcome), f"outcome:{post.delivery_id}")

    async def _record(self, command: AnnouncementCommand, why: str) -> None:
        command_id = uuid5(self._start.incident_id, f"announcement:{why}")
        await self._ledger.execute(automatic(command_id, command))


def _command(delivery_id: DeliveryId, outcome: SendOutcome | Failure) -> AnnouncementCommand:
    if isinstance(outcome, Failure):
        return RecordPostFailed(
            delivery_id=delivery_id,
            attempts=outcome.attempts,
            error=outcome.error,
            at=workflow.now(),
        )
    if outcome.state is SendState.SUPPRESSED:
        reason = outcome.reason or "no longer wanted"
        return RecordPostSuppressed(delivery_id=delivery_id, reason=reason, at=workflow.now())
    return RecordPostSent(
        delivery_id=delivery_id,
        attempts=outcome.attempts,
        provider_id=outcome.provider_id,
        at=workflow.now(),
    )
