"""HTTP status of a receiver's answer, and what it means for the message."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.outbound import Answer

NOT_PROCESSED: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
LONGEST_NUMBER: Final = 9  # digits of a Retry-After that are read at all


def require_accepted(answer: Answer) -> None:
    """Return if the receiver took the message; a redirect is a refusal.

    Raises: DeliveryRefused, DeliveryDeferred, OutcomeUnknown.
    Source: Standard Webhooks 1.0.0, "Responses"; RFC 9110 §10.2.3 for Retry-After.
    """
    status, code = answer.status, f"http_{answer.status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    wait = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    if status in NOT_PROCESSED:
        raise DeliveryDeferred(code, retry_after=wait)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
        raise DeliveryDeferred(code, retry_after=wait, nothing_sent=False)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise DeliveryRefused(code)
    raise OutcomeUnknown(code, answered=True)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long to wait, from seconds or a date; None if it says nothing readable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:LONGEST_NUMBER]))
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
