"""Commands about an incident's record and its place among others, each with its rule."""

from typing import assert_never

from events.incident.correcting import correct_timestamp
from events.incident.corrections import CorrectTimestamp
from events.incident.entering import enter_retrospective
from events.incident.events import IncidentEvent
from events.incident.merging import absorb, merge
from events.incident.parenting import decide_family
from events.incident.relation_commands import (
    AbsorbDuplicate,
    AdoptChild,
    ConcludeRequest,
    LinkParent,
    MergeIncident,
    RelationCommand,
    ReleaseChild,
    UnlinkParent,
)
from events.incident.requests import conclude
from events.incident.retrospectives import EnterRetrospective
from events.incident.state import Incident

type LifeCommand = CorrectTimestamp | EnterRetrospective | RelationCommand


def decide_life(command: LifeCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts that such a command leads to."""
    match command:
        case CorrectTimestamp():
            return [*correct_timestamp(command, incident)]
        case EnterRetrospective():
            return enter_retrospective(command, incident)
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
