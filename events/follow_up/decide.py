"""Follow-up rules: each reminder once, and one outcome for each message."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.ledger import record
from events.follow_up.commands import FollowUpCommand, GiveReminder
from events.follow_up.events import FOLLOW_UP_EVENTS, FollowUpEvent, ReminderGiven
from events.follow_up.state import INITIAL, FollowUp, evolve
from events.ids import IncidentId


def decide(command: FollowUpCommand, follow_up: FollowUp) -> list[FollowUpEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if not isinstance(command, GiveReminder):
        return [*record(command, follow_up.ledger)]
    if command.reminder.name in follow_up.given:
        return []
    return [
        ReminderGiven(
            incident_id=command.incident_id,
            reminder=command.reminder,
            deliveries=command.deliveries,
            given_at=command.at,
        )
    ]


follow_up_decider: Decider[FollowUpCommand, FollowUp, FollowUpEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=FOLLOW_UP_EVENTS
)

AGGREGATE = Aggregate(
    noun="follow_up", id=IncidentId, decider=follow_up_decider, commands=FollowUpCommand
)
