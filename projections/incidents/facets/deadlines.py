"""Phases of an incident and their deadlines: when each was reached, and if in time."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from events.incident.events import (
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentPhaseAdvanced,
    IncidentReopened,
)
from events.incident.phases import Phase
from events.incident.relations.events import IncidentMerged
from projections.engine.rows import Moment


class DeadlineState(StrEnum):
    """What has become of a deadline."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    LAPSED = "lapsed"  # the incident was over before it was due


class Deadline(Struct, frozen=True, kw_only=True):
    """A phase that must be reached in time."""

    phase: Phase
    due_at: Moment
    state: DeadlineState = DeadlineState.RUNNING
    reached_at: Moment | None = None  # also of a missed one, when it was reached late


class PhaseTimestamp(Struct, frozen=True, kw_only=True):
    """When the incident came into a phase; an incident that was reopened has more than one."""

    phase: Phase
    reached_at: Moment


def phases_after(phases: tuple[PhaseTimestamp, ...], event: object) -> tuple[PhaseTimestamp, ...]:
    """Return the phases after the event, oldest first."""
    match event:
        case IncidentDeclared():
            return (PhaseTimestamp(phase=Phase.DETECTION, reached_at=event.declared_at),)
        case IncidentPhaseAdvanced():
            return (*phases, PhaseTimestamp(phase=event.phase, reached_at=event.advanced_at))
        case IncidentReopened():
            return (*phases, PhaseTimestamp(phase=event.phase, reached_at=event.reopened_at))
        case _:
            return phases


def deadlines_after(deadlines: tuple[Deadline, ...], event: object) -> tuple[Deadline, ...]:
    """Return the deadlines after the event."""
    match event:
        case IncidentDeclared():
            return tuple(
                Deadline(phase=deadline.phase, due_at=event.declared_at + deadline.within)
                for deadline in event.deadlines
            )
        case IncidentPhaseAdvanced():
            return tuple(_reached(deadline, event) for deadline in deadlines)
        case IncidentDeadlineMissed():
            return tuple(
                replace(deadline, state=DeadlineState.MISSED)
                if deadline.phase is event.phase
                else deadline
                for deadline in deadlines
            )
        case IncidentDeclined() | IncidentClosed() | IncidentMerged():
            return tuple(map(_lapsed, deadlines))
        case _:
            return deadlines


def _reached(deadline: Deadline, event: IncidentPhaseAdvanced) -> Deadline:
    if deadline.reached_at is not None or event.phase.rank < deadline.phase.rank:
        return deadline
    met = deadline.state is DeadlineState.RUNNING
    state = DeadlineState.MET if met else deadline.state
    return replace(deadline, state=state, reached_at=event.advanced_at)


def _lapsed(deadline: Deadline) -> Deadline:
    if deadline.state is not DeadlineState.RUNNING:
        return deadline
    return replace(deadline, state=DeadlineState.LAPSED)
