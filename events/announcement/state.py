"""Announcement state, folded from its events."""

from dataclasses import dataclass, field, replace

from events.announcement.events import AnnouncementEvent, AnnouncementPlanned
from events.delivery.events import STATUS_UPDATE
from events.delivery.ledger import Ledger, after
from events.ids import DeliveryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An incident's announcements as their rules, and whoever sends them, see them."""

    planned: int = 0  # number of the newest update whose plan is complete
    planning: int = 0  # number of the update whose plan is not
    posted: frozenset[DeliveryId] = frozenset()  # what that plan holds so far
    ledger: Ledger = field(default_factory=Ledger)


INITIAL = Announcement()


def evolve(announcement: Announcement, event: AnnouncementEvent) -> Announcement:
    """Return the announcement after the event; never refuses."""
    if not isinstance(event, AnnouncementPlanned):
        return replace(announcement, ledger=after(announcement.ledger, event))
    ledger = announcement.ledger.intending(
        STATUS_UPDATE, str(event.number), event.incident_id, event.deliveries
    )
    return replace(_planned(announcement, event), ledger=ledger)


def _planned(announcement: Announcement, event: AnnouncementPlanned) -> Announcement:
    if event.complete:
        planned = max(announcement.planned, event.number)
        return replace(announcement, planned=planned, planning=0, posted=frozenset())
    before = announcement.posted if announcement.planning == event.number else frozenset()
    posted = before | {delivery.delivery_id for delivery in event.deliveries}
    return replace(announcement, planning=event.number, posted=posted)
