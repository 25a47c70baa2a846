"""Delivery channels: what messages go out through, as the settings describe it."""

from activities.delivery.delivering import Delivering
from activities.delivery.outbound import Outbound
from activities.delivery.provider import Provider, providers
from activities.follow_up.wanted import Reminders
from activities.hand_off.wanted import Notices
from activities.meeting_invitation.wanted import MeetingInvitations
from activities.page.ack_links import AckLinks
from activities.page.wanted import Pages
from activities.probe.sink import HEARTBEAT, SINK, Heartbeat, Sink
from activities.probe.wanted import Probes
from activities.questions.wanted import WeeklyQuestions
from activities.status_update.wanted import StatusUpdates
from activities.tracking.keeping import IssueKeeping
from events.log.codec import codec_for
from events.log.postgres import PostgresLog
from events.log.queues.contact_turns import PostgresTurns
from events.log.queues.inbox import PostgresInbox
from events.registry import ALL_EVENTS
from services.commanding.accepted import IncidentNews, WaitingAnswers
from services.settings import Settings


class LinkKeyMissing(Exception):
    """TOCSIN_LINK_KEY is not set: without it no page can carry a link that acknowledges."""


def channels(settings: Settings) -> dict[str, Provider]:
    """Return every provider there is, by name."""
    return providers(Outbound(allow_private=settings.webhook_allow_private))


def status_updates(log: PostgresLog, settings: Settings) -> StatusUpdates:
    """Return the status updates of one process."""
    return StatusUpdates(log, log.database, public_url=settings.public_url)


def issue_keeping(log: PostgresLog, settings: Settings) -> IssueKeeping:
    """Return what speaks to issue trackers for one process."""
    outbound = Outbound(allow_private=settings.webhook_allow_private)
    return IssueKeeping(log, log.database, outbound, public_url=settings.public_url)


def notices(log: PostgresLog, settings: Settings) -> Notices:
    """Return the notices of schedules of one process."""
    return Notices(log, log.database, public_url=settings.public_url)


def delivering(log: PostgresLog, settings: Settings) -> Delivering:
    """Return what sends every kind of message from one process.

    Raises: LinkKeyMissing.
    """
    if settings.link_key is None:
        raise LinkKeyMissing("set TOCSIN_LINK_KEY to 32 characters or more, the same in the api")
    inbox = PostgresInbox(log.database)
    pages = Pages(
        log,
        codec_for(ALL_EVENTS),
        AckLinks(settings.link_key),
        WaitingAnswers(inbox),
        public_url=settings.public_url,
    )
    outbound, url = Outbound(allow_private=settings.webhook_allow_private), settings.heartbeat_url
    ends = {
        SINK: Sink(outbound, log.database, heartbeat_wanted=url is not None),
        HEARTBEAT: Heartbeat(outbound, log.database),
    }
    reminders = Reminders(log, log.database, public_url=settings.public_url)
    kinds = (
        pages,
        status_updates(log, settings),
        notices(log, settings),
        reminders,
        MeetingInvitations(log, public_url=settings.public_url),
        WeeklyQuestions(log, log.database, public_url=settings.public_url),
        Probes(url),
    )
    providers = {**channels(settings), **ends}
    turns, news = PostgresTurns(log.database), IncidentNews(log, inbox)
    return Delivering(providers, kinds, turns, news, settings.link_key)
