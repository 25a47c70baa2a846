"""HTTP status of a receiver's answer, and what it means for the message."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, Final

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.outbound import Answer

NOT_PROCESSED: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
LONGEST_NUMBER: Final = 9  # digits of a Retry-After that are read at all


def require_accepted(answer: Answer, *, wait: timedelta | None = None) -> None:
    """Return if the receiver took the message; a redirect is a refusal.

    `wait` is how long its body asks to wait, where there is no Retry-After that can be read.

    Raises: DeliveryRefused, DeliveryDeferred, OutcomeUnknown.
    Source: Standard Webhooks 1.0.0, "Responses"; RFC 9110 §10.2.3 for Retry-After.
    """
    status, code = answer.status, f"http_{answer.status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    wait = wait if asked is None else asked
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


def json_in(body: bytes) -> Mapping[str, Any]:
    """Return the members of the JSON object that the body is; none if it is something else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def seconds(number: object, *, each: float = 1) -> timedelta | None:
    """Return a wait that a body names, counted in units of `each` seconds; None for nonsense."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if isinstance(number, float) and not isfinite(number):
        return None
    return timedelta(seconds=min(max(number, 0), 10**LONGEST_NUMBER) * each)
