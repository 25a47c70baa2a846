"""Change rule: a change is reported once, and the first report counts."""

from events.aggregate import Aggregate
from events.change.commands import ReportChange
from events.change.events import CHANGE_EVENTS, ChangeReported
from events.change.state import INITIAL, Change, evolve
from events.decider import Decider
from events.ids import ChangeId


def decide(command: ReportChange, change: Change) -> list[ChangeReported]:
    """Return the fact of the change, none if it is known."""
    if change.reported:
        return []
    return [
        ChangeReported(
            change_id=command.change_id,
            integration_id=command.integration_id,
            service_id=command.service_id,
            summary=command.summary,
            source=command.source,
            happened_at=command.happened_at,
            details=command.details,
            links=command.links,
            reported_at=command.at,
        )
    ]


change_decider: Decider[ReportChange, Change, ChangeReported] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=CHANGE_EVENTS
)

AGGREGATE = Aggregate(noun="change", id=ChangeId, decider=change_decider, commands=ReportChange)
