"""Workflow priority by severity: who goes first when there is a queue."""

from typing import Final

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from events.incident.state import Incident
    from events.values.severity import Severity

URGENT: Final = 1
KEYS: Final = {Severity.SEV1: URGENT, Severity.SEV2: 2}
LATER: Final = 3
MOST_FAIRNESS: Final = 64  # bytes of a fairness key that the server takes


def priority_of(incident: Incident) -> Priority:
    """Return the priority: the worst first, an unknown severity as the worst.

    Within one, services take turns: three hundred incidents of one do not stand before the first
    page of another.
    """
    key = URGENT if incident.severity is None else KEYS.get(incident.severity, LATER)
    service = incident.service_id
    return Priority(priority_key=key, fairness_key=service[:MOST_FAIRNESS] if service else None)
