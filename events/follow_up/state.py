"""Follow-up state, folded from its events: which reminders were given, and which are going out."""

from dataclasses import dataclass, field, replace

from events.delivery.events import REMINDER
from events.delivery.ledger import Ledger, after
from events.follow_up.events import FollowUpEvent, ReminderGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The reminders of one incident as their rules, and whoever sends them, see them."""

    given: frozenset[str] = frozenset()  # by name
    ledger: Ledger = field(default_factory=Ledger)


INITIAL = FollowUp()


def evolve(follow_up: FollowUp, event: FollowUpEvent) -> FollowUp:
    """Return the reminders after the event; never refuses."""
    if not isinstance(event, ReminderGiven):
        return replace(follow_up, ledger=after(follow_up.ledger, event))
    name = event.reminder.name
    ledger = follow_up.ledger.intending(REMINDER, name, event.incident_id, event.deliveries)
    return FollowUp(given=follow_up.given | {name}, ledger=ledger)
