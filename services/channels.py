"""Delivery channels: what pages and status updates go out through, by the settings."""

from activities.delivery.ack_links import AckLinks
from activities.delivery.announcing import Announcing
from activities.delivery.channel import Adapter
from activities.delivery.outbound import Outbound
from activities.delivery.paging import Paging
from activities.integrations.email.provider import EmailSender, SmtpServer
from activities.integrations.ntfy.provider import PushSender
from activities.integrations.webhook.provider import WebhookSender
from events.configuration.responder import Channel
from events.log.codec import codec_for
from events.log.inbox import PostgresInbox
from events.log.postgres import PostgresLog
from events.registry import ALL_EVENTS
from services.commanding.accepted import WaitingAnswers
from services.settings import Settings


class LinkKeyMissing(Exception):
    """TOCSIN_LINK_KEY is not set: without it no page can carry a link that acknowledges."""


def channels(settings: Settings) -> dict[Channel, Adapter]:
    """Return every channel there is."""
    outbound = Outbound(allow_private=settings.webhook_allow_private)
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        starttls=settings.smtp_starttls,
        username=settings.smtp_username,
        password=settings.smtp_password,
    )
    return {
        Channel.EMAIL: EmailSender(server),
        Channel.WEBHOOK: WebhookSender(outbound),
        Channel.PUSH: PushSender(outbound),
    }


def paging(log: PostgresLog, settings: Settings) -> Paging:
    """Return what sends the pages of one process.

    Raises: LinkKeyMissing.
    """
    if settings.link_key is None:
        raise LinkKeyMissing("set TOCSIN_LINK_KEY to 32 characters or more, the same in the api")
    return Paging(
        log,
        codec_for(ALL_EVENTS),
        channels(settings),
        AckLinks(settings.link_key),
        WaitingAnswers(PostgresInbox(log.database)),
        public_url=settings.public_url,
    )


def announcing(log: PostgresLog, settings: Settings) -> Announcing:
    """Return what sends status updates from one process."""
    return Announcing(log, log.database, channels(settings), public_url=settings.public_url)
