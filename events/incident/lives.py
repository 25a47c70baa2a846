"""Commands about an incident's record and its place among others, each with its rule."""

from typing import assert_never

from events.incident.backfill.commands import BackfillIncident
from events.incident.backfill.rules import backfill_incident
from events.incident.events import IncidentEvent
from events.incident.relations.commands import (
    AbsorbDuplicate,
    AdoptChild,
    ConcludeRequest,
    LinkParent,
    MergeIncident,
    RelationCommand,
    ReleaseChild,
    UnlinkParent,
)
from events.incident.relations.merging import absorb, merge
from events.incident.relations.parenting import decide_family
from events.incident.relations.requests import conclude
from events.incident.state import Incident
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.rules import correct_timestamp

type LifeCommand = CorrectTimestamp | BackfillIncident | RelationCommand


def decide_life(command: LifeCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts that such a command leads to."""
    match command:
        case CorrectTimestamp():
            return [*correct_timestamp(command, incident)]
        case BackfillIncident():
            return backfill_incident(command, incident)
        case MergeIncident():
            return merge(command, incident)
        case AbsorbDuplicate():
            return absorb(command, incident)
        case LinkParent() | AdoptChild() | UnlinkParent() | ReleaseChild():
            return decide_family(command, incident)
        case ConcludeRequest():
            return conclude(command, incident)
        case _:
            assert_never(command)
