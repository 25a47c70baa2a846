"""A page to send, as tests of the channels need it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from activities.delivery.message import Message
from activities.page.text import PageText
from events.configuration.responder import ContactMethod
from events.ids import DeliveryId, IncidentId, PageId, ResponderId
from events.page.plan import Step
from events.values.severity import Severity

SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

PAGE_TEXT = PageText(
    delivery_id=DeliveryId(UUID("7d1f1f0e-0000-5000-8000-000000000001")),
    page_id=PageId(UUID("7d1f1f0e-0000-5000-8000-000000000002")),
    incident_id=IncidentId(UUID("7d1f1f0e-0000-5000-8000-000000000003")),
    reference="INC-1042",
    severity=Severity.SEV1,
    title="Checkout is down",
    ask="",
    summary="Payments fail in every region.",
    responder_id=ResponderId("anna"),
    responder_name="Anna Ek",
    step=Step(round=1, level=1),
    paged_at=datetime(2026, 11, 23, 3, 4, tzinfo=UTC),
    next_step="If nobody acknowledges within 5 minutes, level 2 is paged.",
    incident_url="https://tocsin.test/v1/incidents/7d1f1f0e-0000-5000-8000-000000000003",
    incident_page="https://tocsin.test/incidents/INC-1042",
    ack_url="https://tocsin.test/ack/a-token",
    possible_repeat=False,
)


MESSAGE = PAGE_TEXT.message


def message(**changes: Any) -> Message:
    """Return the sample page, changed."""
    return replace(PAGE_TEXT, **changes).message


def webhook(url: str, secret: str | None = SIGNING_SECRET) -> ContactMethod:
    return ContactMethod(channel="webhook", address=url, secret=secret)


def push(url: str, token: str | None = None) -> ContactMethod:
    return ContactMethod(channel="push", address=url, secret=token)


def email(address: str = "anna@example.org") -> ContactMethod:
    return ContactMethod(channel="email", address=address)
