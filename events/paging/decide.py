"""Paging rules: recorded once when paging degrades, once when it recovers."""

from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId
from events.paging.commands import DegradePaging, PagingCommand, RestorePaging
from events.paging.events import PAGING_EVENTS, PagingDegraded, PagingEvent, PagingRestored
from events.paging.state import INITIAL, PagingState, evolve


def decide(command: PagingCommand, paging: PagingState) -> list[PagingEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case DegradePaging():
            return degrade(command, paging)
        case RestorePaging():
            return restore(command, paging)
        case _:
            assert_never(command)


def degrade(command: DegradePaging, paging: PagingState) -> list[PagingEvent]:
    """Make it visible that nobody is being paged."""
    if paging.degraded:
        return []
    return [
        PagingDegraded(
            incident_id=command.incident_id,
            waiting_since=command.waiting_since,
            reason=command.reason,
            degraded_at=command.at,
        )
    ]


def restore(command: RestorePaging, paging: PagingState) -> list[PagingEvent]:
    """Take the warning back."""
    if not paging.degraded:
        return []
    return [PagingRestored(incident_id=command.incident_id, restored_at=command.at)]


paging_decider: Decider[PagingCommand, PagingState, PagingEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=PAGING_EVENTS
)

AGGREGATE = Aggregate(noun="paging", id=IncidentId, decider=paging_decider, commands=PagingCommand)
