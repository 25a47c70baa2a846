"""Reminder of a follow-up: what it is about, and the name by which it is given once."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ReminderTo(StrEnum):
    """Whom a reminder is for."""

    OWNER = "owner"  # whoever sees to it
    OTHERS = "others"  # the incident commander and the team's managers: it is long late
    INVITED = "invited"  # to the meeting about the postmortem


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder of one thing that is to be done."""

    stream: str  # of what it is about
    to: ReminderTo
    due_on: date
    step: str  # soon, due, late; late_4: the fourth that a postmortem is late; reading
    weeks: int = 0  # since an action item was due

    @property
    def name(self) -> str:
        """Return what tells it from every other reminder of its incident."""
        return f"{self.stream} {self.due_on}:{self.step}:{self.weeks}:{self.to}"


def named(name: str) -> Reminder:
    """Return the reminder of that name."""
    stream, _, rest = name.partition(" ")
    due_on, step, weeks, to = rest.split(":")
    return Reminder(
        stream=stream,
        to=ReminderTo(to),
        due_on=date.fromisoformat(due_on),
        step=step,
        weeks=int(weeks),
    )
