"""What a notification does not tell, as alerts of their own: they fire as long as it is missing.

So an alert that nobody could read is open in the group's incident, is paged for like any other and
stands on the timeline; the next notification that is whole again ends it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from services.api.intake.sources.notification import Notification, NotifiedAlert, told_apart

UNREAD: Final = "TocsinAlertsUnread"
LEFT_OUT: Final = "TocsinAlertsLeftOut"


def losses_of(notification: Notification, at: datetime) -> Iterator[NotifiedAlert]:
    """Yield one alert for each way in which alerts of the group may be missing."""
    yield _loss(notification, UNREAD, unread_words(notification), at)
    yield _loss(notification, LEFT_OUT, left_out_words(notification), at)


def unread_words(notification: Notification) -> str:
    """Return how many alerts could not be read, nothing when all were."""
    if notification.cut_off:
        return (
            f"{_alerts(notification.unread)} could not be read: the message was cut off"
            if (notification.unread)
            else "More alerts may be missing: the message was cut off"
        )
    return f"{_alerts(notification.unread)} could not be read" if notification.unread else ""


def left_out_words(notification: Notification) -> str:
    """Return how many alerts the monitor left out, nothing when none or when all are over."""
    left_out = notification.truncated_alerts
    if not left_out or notification.over:
        return ""
    return f"Alertmanager left {left_out} more out of its message (max_alerts)"


def _alerts(number: int) -> str:
    return "1 alert" if number == 1 else f"{number} alerts"


def _loss(notification: Notification, name: str, words: str, at: datetime) -> NotifiedAlert:
    return NotifiedAlert(
        status="firing" if words else "resolved",
        labels={"alertname": name},
        annotations={"summary": words} if words else {},
        starts_at=at,
        start_told=False,
        fingerprint=told_apart(f"{name}:{notification.group_key}"),
    )
