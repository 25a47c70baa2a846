"""What the announcement's workflow asks of activities and gets back: ids only."""

from collections.abc import Iterable, Iterator
from typing import Final

from activities.orders import EncodedEvent, Order
from events.announcement.events import IntendedPost
from events.announcement.state import Announcement
from events.ids import DeliveryId, IncidentId
from events.log.recorded import OutboxEntry

LOAD_ANNOUNCEMENT: Final = "load_announcement"
PLAN_ANNOUNCEMENT: Final = "plan_announcement"
SEND_ANNOUNCEMENT: Final = "send_announcement"
ANNOUNCE: Final = "announce_status_update"  # outbox kind; body: Published
PUBLISHED: Final = "status_update.published"


class Published(Order):
    """A status update that waits for its announcement."""

    incident_id: IncidentId
    number: int


class AnnouncementSnapshot(Order):
    """An announcement folded from its whole stream, and the version that is true at."""

    state: Announcement
    version: int


class PlanPostsOrder(Order):
    """Whom to send the newest status update, if it is newer than this one."""

    incident_id: IncidentId
    after: int


class PlannedPosts(Order):
    """The newest status update and one post for each way to each subscriber."""

    number: int | None  # None: there is none newer than what was planned before
    posts: tuple[IntendedPost, ...]


class PostOrder(Order):
    """One post to send: the activity finds text, person and address in the log."""

    incident_id: IncidentId
    delivery_id: DeliveryId
    possible_repeat: bool = False  # an earlier life of the workflow may have sent it already
    attempts_before: int = 0  # of activities before this one
    word_after_seconds: float | None = None  # in vain; None: word only at the end


def announcements_of(events: Iterable[EncodedEvent]) -> tuple[OutboxEntry, ...]:
    """Return what makes the relay announce these events, in the transaction that stores them."""
    return tuple(_entries(events))


def _entries(events: Iterable[EncodedEvent]) -> Iterator[OutboxEntry]:
    for event in events:
        if event.type == PUBLISHED:
            published = Published.model_validate_json(event.payload)
            yield OutboxEntry(
                kind=ANNOUNCE,
                key=f"{published.incident_id}:{published.number}",
                body=published.model_dump_json().encode(),
            )
