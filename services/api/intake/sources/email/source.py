"""E-mail source: one mail is one alert, whether the mail process takes it or it is posted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Final

from fastapi import Request
from pydantic import BaseModel

from services.api.http.bodies import read_body
from services.api.intake.alert_source import WebhookAnswer, take_alerts, webhook_answer
from services.api.intake.passed_over import PassedOver
from services.api.intake.source import OpenApi, Source
from services.api.intake.sources.email.legible import legible
from services.api.intake.sources.email.mail import read_mail
from services.api.intake.sources.email.reading import TITLE, alert_of
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch

MOST_BYTES: Final = 10 * 1024 * 1024  # of a mail, with what is attached to it
BODY: Final[OpenApi] = {
    "required": True,
    "content": {"*/*": {"schema": {}}},  # message/rfc822, whatever its sender calls it
}

type Heard = Batch | PassedOver
type Became = Taken | PassedOver


@dataclass(slots=True)
class MailReader:
    """Reads one mail."""

    arrival: Arrival
    raw: bytearray = field(default_factory=bytearray)

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        self.raw += part

    def finish(self) -> Heard:
        """Return the alert that it is, or why it is none.

        Raises: BodyMalformed.
        """
        return alert_of(read_mail(bytes(self.raw)), self.arrival)


async def whole_mail(request: Request) -> AsyncIterator[bytes]:
    """Yield a mail of at most 10 MiB.

    Raises: BodyTooLarge, RequestTooSlow, RequestMalformed, MediaTypeUnsupported.
    """
    yield await read_body(request, MOST_BYTES)


async def take_mail(heard: Heard, intake: Intake) -> Became:
    """Store the alert that a mail is; one that is none changes nothing.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt.
    """
    if isinstance(heard, PassedOver):
        return replace(heard, position=await intake.log.head())
    return await take_alerts(heard, intake)


def mail_answer(became: Became) -> BaseModel:
    """Return what became of a mail that was posted."""
    if isinstance(became, Taken):
        return webhook_answer(became)
    return WebhookAnswer(
        outcome="unchanged",
        incident_id=None,
        reference=None,
        alerts=[],
        alerts_read=0,
        alerts_mended=0,
        alerts_unread=0,
        alerts_left_out=0,
        cut_off=False,
        position=str(became.position),
    )


SOURCE: Final = Source[Heard, Became](
    name="email",
    title=TITLE,
    description="""\
Take in one mail as it came, header and all: what a mail server pipes into a command, or hands on.

Mails to an integration's own address need no HTTP: the mail process takes them. The subject is the
title, the text the description; a mail that says so (`RECOVERY`, `[RESOLVED]`, `OK:`) ends the
alert of its problem. Bounces and automatic replies change nothing.""",
    parts=whole_mail,
    reader=MailReader,
    body=BODY,
    take=take_mail,
    answer=mail_answer,
    answers=WebhookAnswer,
    legible=legible,
)
