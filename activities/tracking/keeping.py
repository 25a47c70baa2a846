"""Issue keeping: has an action item's issue created, once, and takes over what becomes of it.

The log knows that an issue is wanted before its tracker is called, and the issue bears a mark; so
after an attempt of unknown outcome it is found, and not created again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid4

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.delivery.faults import DeliveryFault, DeliveryRefused, next_delay
from activities.delivery.message import one_line
from activities.delivery.outbound import Outbound
from activities.follow_up.items import item_of, number_of
from activities.payloads import CLOSE_ISSUE, CREATE_ISSUE, LOOK_AT_ISSUE, IssueInput
from activities.tracking.tracker import Draft, Tracker, tracker_for
from events.action_item.commands import (
    GiveUpIssue,
    LinkIssue,
    RecordTrackerInformed,
    TakeIssueReport,
    TrackingCommand,
)
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.issue import IssueLink
from events.action_item.item import ActionItemState
from events.action_item.state import OpenedItem
from events.actor import actor_named
from events.configuration.tracker import AGGREGATE as TRACKERS
from events.configuration.tracker import TrackerDefined, TrackerId, tracker_decider
from events.handle import handle
from events.ids import incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.values.personal import ERASED
from projections.engine.catching_up import ConnectionPool

METADATA: Final = Metadata(principal="workflow:follow_up", via="workflow")
TO_SETTLE: Final = timedelta(seconds=60)  # until a search finds what was created a moment ago

logs = structlog.get_logger(__name__)


class IssueKeeping:
    """Speaks to trackers for action items."""

    def __init__(
        self,
        log: Log,
        database: ConnectionPool,
        outbound: Outbound,
        *,
        public_url: str,
        to_settle: timedelta = TO_SETTLE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._database = database
        self._outbound = outbound
        self._site = public_url.rstrip("/")
        self._to_settle = to_settle
        self._clock = clock

    @activity.defn(name=CREATE_ISSUE)
    async def create_issue(self, task: IssueInput) -> None:
        """Have the item's issue be there and say when it is due, or say in the log why not.

        Raises: ApplicationError, if another attempt may help; LogFault.
        """
        item = await item_of(self._log, AGGREGATE.stream(task.action_item_id))
        if item is not None and item.link is not None and item.link.is_wanted:
            await self._have_created(item, item.link)
        await self._tell_due(task)

    async def _have_created(self, item: OpenedItem, link: IssueLink) -> None:
        tracker_id = link.tracker_id
        known = await tracker_of(self._log, tracker_id)
        if known is None:
            await self._give_up(item, tracker_id, "tracker_removed")
            return
        reason = await self._unwanted(item)
        if reason is not None:
            await self._give_up(item, tracker_id, reason)
            return
        try:
            await self._create(item, tracker_for(known, self._outbound))
        except DeliveryRefused as refused:
            await self._give_up(item, tracker_id, f"{type(refused).__name__}: {refused.code}")
        except DeliveryFault as fault:
            raise self._again(fault) from None

    @activity.defn(name=LOOK_AT_ISSUE)
    async def look_at_issue(self, task: IssueInput) -> None:
        """Take over what the tracker says of the item's issue.

        Raises: ApplicationError, if another attempt may help; LogFault.
        """
        item = await item_of(self._log, AGGREGATE.stream(task.action_item_id))
        if item is None or item.link is None or item.link.key is None:
            return
        known = await tracker_of(self._log, item.link.tracker_id)
        if known is None:
            return
        await self._look(item, known, item.link.key)
        await self._tell_due(task, anew=item.link.due_error is not None)

    @activity.defn(name=CLOSE_ISSUE)
    async def close_issue(self, task: IssueInput) -> None:
        """Close the issue of an item that is over, and take over what the tracker says then.

        Raises: ApplicationError, if another attempt may help; LogFault.
        """
        item = await item_of(self._log, AGGREGATE.stream(task.action_item_id))
        if item is None or not item.outlived_by_issue or item.link is None or not item.link.key:
            return
        known, key = await tracker_of(self._log, item.link.tracker_id), item.link.key
        if known is None or await self._is_private(item):
            return
        try:
            done = item.state is ActionItemState.DONE
            await tracker_for(known, self._outbound).close(key, done=done)
        except DeliveryRefused as refused:
            logs.warning("issue_not_closed", tracker_id=known.tracker_id, code=refused.code)
        except DeliveryFault as fault:
            raise self._again(fault) from None
        await self._look(item, known, key)

    async def _tell_due(self, task: IssueInput, *, anew: bool = False) -> None:
        """Have the item's issue say when it is due, and again if that was moved meanwhile."""
        while True:
            item = await item_of(self._log, AGGREGATE.stream(task.action_item_id))
            if item is None or item.link is None or item.link.key is None or not item.is_open:
                return
            if not (anew or item.issue_lacks_date):
                return
            known, anew = await tracker_of(self._log, item.link.tracker_id), False
            if known is None or await self._is_private(item):
                return
            error = await self._told_due(tracker_for(known, self._outbound), item.link.key, item)
            informed = RecordTrackerInformed(
                tracker_id=known.tracker_id, due_on=item.due_on, error=error, at=self._clock()
            )
            await self._give(item, informed)

    async def _told_due(self, tracker: Tracker, key: str, item: OpenedItem) -> str | None:
        """Return why the issue does not say when its item is due, None if it does."""
        try:
            await tracker.tell_due(key, item.due_on)
        except DeliveryRefused as refused:
            return refused.code
        except DeliveryFault as fault:
            raise self._again(fault) from None
        return None

    async def _look(self, item: OpenedItem, known: TrackerDefined, key: str) -> None:
        try:
            report = await tracker_for(known, self._outbound).look(key, self._clock())
        except DeliveryRefused as refused:
            logs.warning("issue_not_seen", tracker_id=known.tracker_id, code=refused.code)
            return
        except DeliveryFault as fault:
            raise self._again(fault) from None
        taken = TakeIssueReport(tracker_id=known.tracker_id, report=report, at=self._clock())
        await self._give(item, taken)

    async def _unwanted(self, item: OpenedItem) -> str | None:
        """Return why no issue may be written, None if one may; read just before it is."""
        if not item.is_open:
            return f"item_{item.state}"
        return "incident_private" if await self._is_private(item) else None

    async def _is_private(self, item: OpenedItem) -> bool:
        incident, _ = await load(self._log, incident_decider, incident_stream(item.incident_id))
        return incident.privacy.private

    async def _create(self, item: OpenedItem, tracker: Tracker) -> None:
        if item.link is None:
            return
        draft = await self._draft(item)
        issue = await tracker.found(draft) or await tracker.create(draft)
        linked = LinkIssue(
            tracker_id=item.link.tracker_id,
            key=issue.key,
            url=issue.url,
            due_on=issue.due_on,
            actor=actor_named(METADATA.principal),
            at=self._clock(),
        )
        await self._give(item, linked)

    async def _draft(self, item: OpenedItem) -> Draft:
        incident, _ = await load(self._log, incident_decider, incident_stream(item.incident_id))
        number = await number_of(self._database, item)
        named = incident.reference
        requested = item.link.requested_at if item.link else None
        return Draft(
            action_item_id=item.action_item_id,
            reference=named if number is None else f"{named}-A{number}",
            text=one_line(item.item.text),
            due_on=item.due_on,
            url=f"{self._site}/incidents/{named}/actions",
            asked_at=requested or self._clock(),
        )

    async def _give_up(self, item: OpenedItem, tracker_id: TrackerId, error: str) -> None:
        await self._give(item, GiveUpIssue(tracker_id=tracker_id, error=error, at=self._clock()))

    async def _give(self, item: OpenedItem, command: TrackingCommand) -> None:
        command_id = uuid4()  # given again it changes nothing: the rules see to that
        await handle(
            self._log,
            action_item_decider,
            AGGREGATE.stream(item.action_item_id),
            command,
            command_id=command_id,
            request_digest=sha256(command_id.bytes).digest(),
            metadata=METADATA,
        )

    def _again(self, fault: DeliveryFault) -> ApplicationError:
        pause = next_delay(fault, activity.info().attempt)
        name = type(fault).__name__
        return ApplicationError(
            f"{name} ({fault.code})",
            type=name,
            next_retry_delay=pause if fault.nothing_sent else max(pause, self._to_settle),
        )


async def tracker_of(log: Log, tracker_id: TrackerId) -> TrackerDefined | None:
    """Return a tracker; None if it was removed, or its secrets are gone.

    Raises: EventTooNew, LogUnavailable.
    """
    known, _ = await load(log, tracker_decider, TRACKERS.stream(tracker_id))
    return known if isinstance(known, TrackerDefined) and known.token != ERASED else None
