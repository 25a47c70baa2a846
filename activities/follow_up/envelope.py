"""Envelope of a reminder: whom it is for, about which incident, and at what time of theirs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from activities.follow_up.matter import Matter
from events.follow_up.reminders import ReminderTo
from events.follow_up.work_hours import WorkHours, today_of
from events.ids import DeliveryId, follow_up_stream
from events.on_call.zones import zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every reminder has, whatever it is about."""

    delivery_id: DeliveryId
    matter: Matter
    to: ReminderTo
    hours: WorkHours  # of whoever reads it
    at: datetime
    site: str
    possible_repeat: bool = False

    @property
    def today(self) -> date:
        """Return the day that it is where whoever reads it lives."""
        return today_of(self.hours, self.at)

    def today_in(self, name: str | None) -> date:
        """Return the day that it is in a zone; None: where whoever reads it lives."""
        return self.today if name is None else self.at.astimezone(zone(name)).date()

    @property
    def mark(self) -> str:
        """Return what a headline ends with where an earlier attempt may have arrived."""
        return " (possible repeat)" if self.possible_repeat else ""

    @property
    def ledger(self) -> str:
        """Return the stream of what becomes of it."""
        return follow_up_stream(self.matter.incident_id)

    @property
    def incident(self) -> dict[str, Any]:
        """Return the incident for programs; docs/webhooks.md explains it."""
        matter = self.matter
        return {
            "id": str(matter.incident_id),
            "reference": matter.reference,
            "url": f"{self.site}/v1/incidents/{matter.incident_id}",
        }

    def page(self, name: str) -> str:
        """Return the address of a page of the incident."""
        return f"{self.site}/incidents/{self.matter.reference}/{name}"

    def clock(self, at: datetime) -> str:
        """Return an instant as the clock of whoever reads it shows it."""
        return f"{at.astimezone(zone(self.hours.zone)):%a %d %b, %H:%M}"

    def exactly(self, at: datetime) -> str:
        """Return the same with the zone of that clock."""
        return f"{self.clock(at)} ({self.hours.zone})"

    def day(self, at: datetime) -> date:
        """Return the day of an instant where whoever reads it lives."""
        return today_of(self.hours, at)


def counted(number: int, unit: str) -> str:
    """Return a number of something: 1 day, 2 days."""
    return f"{number} {unit}{'' if number == 1 else 's'}"
