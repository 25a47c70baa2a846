"""How many alerts this process was not told, or could not read, since it started."""

from dataclasses import dataclass

from services.api.intake.sources.notification import Notification


@dataclass(slots=True)
class LossTally:
    """Counts of alerts that are missing from what was stored."""

    unread: int = 0
    left_out: int = 0  # by Alertmanager, above its `max_alerts`
    cut_off: int = 0  # messages whose end was missing

    def add(self, notification: Notification) -> None:
        """Count what one notification lacks."""
        self.unread += notification.unread
        self.left_out += notification.truncated_alerts
        self.cut_off += notification.cut_off
