"""Announcement rules: newer updates only, and one outcome for each message."""

from typing import Final

from events.aggregate import Aggregate
from events.announcement.commands import AnnouncementCommand, PlanAnnouncement
from events.announcement.events import ANNOUNCEMENT_EVENTS, AnnouncementEvent, AnnouncementPlanned
from events.announcement.state import INITIAL, Announcement, evolve
from events.decider import Decider
from events.delivery.ledger import record
from events.ids import IncidentId

AT_ONCE: Final = 200  # messages of one event: the log takes 256 KiB at a time


def decide(command: AnnouncementCommand, announcement: Announcement) -> list[AnnouncementEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if isinstance(command, PlanAnnouncement):
        return plan(command, announcement)
    return [*record(command, announcement.ledger)]


def plan(command: PlanAnnouncement, announcement: Announcement) -> list[AnnouncementEvent]:
    """Mean to send an update, unless this one or a newer one was planned already (P4)."""
    if command.number <= max(announcement.planned, announcement.planning - 1):
        return []
    posted = announcement.posted if announcement.planning == command.number else frozenset()
    wanted = [delivery for delivery in command.deliveries if delivery.delivery_id not in posted]
    return [
        AnnouncementPlanned(
            incident_id=command.incident_id,
            number=command.number,
            deliveries=tuple(wanted[:AT_ONCE]),
            complete=len(wanted) <= AT_ONCE,
            planned_at=command.at,
        )
    ]


announcement_decider: Decider[AnnouncementCommand, Announcement, AnnouncementEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=ANNOUNCEMENT_EVENTS
)

AGGREGATE = Aggregate(
    noun="announcement", id=IncidentId, decider=announcement_decider, commands=AnnouncementCommand
)
