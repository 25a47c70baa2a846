"""What a decision about an announcement needs to know, folded from its events."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from events.announcement.events import (
    AnnouncementDeliveryDelayed,
    AnnouncementDeliveryFailed,
    AnnouncementEvent,
    AnnouncementPlanned,
    AnnouncementSent,
    AnnouncementSuppressed,
    IntendedPost,
)
from events.ids import DeliveryId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPost:
    """A post without an outcome yet, and the update it carries."""

    number: int
    post: IntendedPost
    attempts_in_vain: int | None = None  # when it was last said to be held up


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An incident's announcements as their rules, and whoever sends them, see them."""

    incident_id: IncidentId | None = None
    planned: int = 0  # number of the newest update whose plan is complete
    planning: int = 0  # number of the update whose plan is not
    posted: frozenset[DeliveryId] = frozenset()  # what that plan holds so far
    pending: dict[DeliveryId, PendingPost] = field(default_factory=dict)


INITIAL = Announcement()


def evolve(announcement: Announcement, event: AnnouncementEvent) -> Announcement:
    """Return the announcement after the event; never refuses."""
    match event:
        case AnnouncementPlanned():
            posts = {
                post.delivery_id: PendingPost(number=event.number, post=post)
                for post in event.posts
            }
            pending = {**announcement.pending, **posts}
            planned = _planned(announcement, event)
            return replace(planned, incident_id=event.incident_id, pending=pending)
        case AnnouncementSent() | AnnouncementDeliveryFailed() | AnnouncementSuppressed():
            rest = {
                delivery_id: one
                for delivery_id, one in announcement.pending.items()
                if delivery_id != event.delivery_id
            }
            return replace(announcement, pending=rest)
        case AnnouncementDeliveryDelayed():
            return replace(announcement, pending=_held_up(announcement, event))
        case _:
            assert_never(event)


def _held_up(
    announcement: Announcement, event: AnnouncementDeliveryDelayed
) -> dict[DeliveryId, PendingPost]:
    pending = announcement.pending.get(event.delivery_id)
    if pending is None:
        return announcement.pending
    held = replace(pending, attempts_in_vain=event.attempts)
    return {**announcement.pending, event.delivery_id: held}


def _planned(announcement: Announcement, event: AnnouncementPlanned) -> Announcement:
    if event.complete:
        planned = max(announcement.planned, event.number)
        return replace(announcement, planned=planned, planning=0, posted=frozenset())
    before = announcement.posted if announcement.planning == event.number else frozenset()
    posted = before | {post.delivery_id for post in event.posts}
    return replace(announcement, planning=event.number, posted=posted)
