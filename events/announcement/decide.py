"""The rules of an announcement: newer updates only, and one outcome for each post."""

from typing import Final, assert_never

from events.aggregate import Aggregate
from events.announcement.commands import (
    AnnouncementCommand,
    PlanAnnouncement,
    RecordPostDelayed,
    RecordPostFailed,
    RecordPostSent,
    RecordPostSuppressed,
)
from events.announcement.events import (
    ANNOUNCEMENT_EVENTS,
    AnnouncementDeliveryDelayed,
    AnnouncementDeliveryFailed,
    AnnouncementEvent,
    AnnouncementPlanned,
    AnnouncementSent,
    AnnouncementSuppressed,
)
from events.announcement.state import INITIAL, Announcement, PendingPost, evolve
from events.decider import Decider
from events.ids import IncidentId

AT_ONCE: Final = 200  # posts of one event: the log takes 256 KiB at a time

type Outcome = RecordPostSent | RecordPostFailed | RecordPostSuppressed


def decide(command: AnnouncementCommand, announcement: Announcement) -> list[AnnouncementEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case PlanAnnouncement():
            return plan(command, announcement)
        case RecordPostSent() | RecordPostFailed() | RecordPostSuppressed():
            return record_outcome(command, announcement)
        case RecordPostDelayed():
            return record_delayed(command, announcement)
        case _:
            assert_never(command)


def plan(command: PlanAnnouncement, announcement: Announcement) -> list[AnnouncementEvent]:
    """Mean to send an update, unless this one or a newer one was planned already (P4)."""
    if command.number <= max(announcement.planned, announcement.planning - 1):
        return []
    posted = announcement.posted if announcement.planning == command.number else frozenset()
    posts = [post for post in command.posts if post.delivery_id not in posted]
    return [
        AnnouncementPlanned(
            incident_id=command.incident_id,
            number=command.number,
            posts=tuple(posts[:AT_ONCE]),
            complete=len(posts) <= AT_ONCE,
            planned_at=command.at,
        )
    ]


def record_delayed(
    command: RecordPostDelayed, announcement: Announcement
) -> list[AnnouncementEvent]:
    """Record that a post is held up, once for so many attempts; not once it has an outcome."""
    pending = announcement.pending.get(command.delivery_id)
    if pending is None or announcement.incident_id is None:
        return []
    if pending.attempts_in_vain == command.attempts:
        return []
    return [
        AnnouncementDeliveryDelayed(
            incident_id=announcement.incident_id,
            number=pending.number,
            delivery_id=pending.post.delivery_id,
            responder_id=pending.post.responder_id,
            channel=pending.post.channel,
            attempts=command.attempts,
            error=command.error,
            delayed_at=command.at,
        )
    ]


def record_outcome(command: Outcome, announcement: Announcement) -> list[AnnouncementEvent]:
    """Record what became of a post, once."""
    pending = announcement.pending.get(command.delivery_id)
    if pending is None or announcement.incident_id is None:
        return []
    return [_outcome(command, pending, announcement.incident_id)]


def _outcome(command: Outcome, pending: PendingPost, incident_id: IncidentId) -> AnnouncementEvent:
    post = pending.post
    match command:
        case RecordPostSent():
            return AnnouncementSent(
                incident_id=incident_id,
                number=pending.number,
                delivery_id=post.delivery_id,
                responder_id=post.responder_id,
                channel=post.channel,
                attempts=command.attempts,
                provider_id=command.provider_id,
                sent_at=command.at,
            )
        case RecordPostFailed():
            return AnnouncementDeliveryFailed(
                incident_id=incident_id,
                number=pending.number,
                delivery_id=post.delivery_id,
                responder_id=post.responder_id,
                channel=post.channel,
                attempts=command.attempts,
                error=command.error,
                failed_at=command.at,
            )
        case RecordPostSuppressed():
            return AnnouncementSuppressed(
                incident_id=incident_id,
                number=pending.number,
                delivery_id=post.delivery_id,
                responder_id=post.responder_id,
                channel=post.channel,
                reason=command.reason,
                suppressed_at=command.at,
            )
        case _:
            assert_never(command)


announcement_decider: Decider[AnnouncementCommand, Announcement, AnnouncementEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=ANNOUNCEMENT_EVENTS
)

AGGREGATE = Aggregate(
    noun="announcement", id=IncidentId, decider=announcement_decider, commands=AnnouncementCommand
)
