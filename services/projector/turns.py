"""Relay order: where many incidents wait for their workflow, the worst first, then in turn."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from events.ids import IncidentId
from events.incident.state import Incident
from events.log.queues.outbox import OutboxWork
from workflows.urgency import priority_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStart:
    """An incident whose workflow is to be started, as the log has it."""

    work: OutboxWork
    incident_id: IncidentId
    incident: Incident
    version: int


def in_turn(due: Iterable[DueStart]) -> list[DueStart]:
    """Return them in the order in which they are to be started.

    Urgency counts first. Within one, services take turns, each with its oldest incident.
    """
    before: Counter[tuple[int, str | None]] = Counter()
    turns: dict[int, tuple[int, int, int]] = {}
    waiting = sorted(due, key=lambda one: one.work.id)
    for one in waiting:
        urgency = priority_of(one.incident).priority_key or 0
        line = (urgency, one.incident.service_id)
        turns[one.work.id] = (urgency, before[line], one.work.id)
        before[line] += 1
    return sorted(waiting, key=lambda one: turns[one.work.id])
