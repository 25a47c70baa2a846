"""What the Temporal UI shows of an incident: search attributes and current details."""

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from events.incident.state import Incident

REFERENCE = SearchAttributeKey.for_keyword("IncidentReference")
PHASE = SearchAttributeKey.for_keyword("IncidentPhase")
SEVERITY = SearchAttributeKey.for_keyword("IncidentSeverity")
SERVICE = SearchAttributeKey.for_keyword("IncidentService")
VERSION = SearchAttributeKey.for_int("IncidentVersion")  # the reconciler compares it with the log

SHOWS_VERSION = "incident-shows-its-version"  # patch: lives begun before do not


def show(incident: Incident, version: int) -> None:
    """Bring search attributes and details in line with the incident, at this version."""
    shown = workflow.info().typed_search_attributes
    wanted = {
        REFERENCE: incident.reference,
        PHASE: _standing(incident),
        SEVERITY: incident.severity.value if incident.severity else "unknown",
        SERVICE: incident.service_id or "none",
    }
    changes: list[SearchAttributeUpdate[str] | SearchAttributeUpdate[int]] = [
        key.value_set(value) for key, value in wanted.items() if shown.get(key) != value
    ]
    if workflow.patched(SHOWS_VERSION) and shown.get(VERSION) != version:
        changes.append(VERSION.value_set(version))
    if changes:
        workflow.upsert_search_attributes(changes)
    workflow.set_current_details(_details(incident))


def _standing(incident: Incident) -> str:
    if incident.relations.merged_into is not None:
        return "merged"
    if incident.declined:
        return "declined"
    return "closed" if incident.closed else incident.phase.value


def _details(incident: Incident) -> str:
    roles = "\n".join(f"- {role}: {who}" for role, who in sorted(incident.roles.items()))
    severity = incident.severity.value if incident.severity else "severity unknown"
    title = "private" if incident.privacy.private else incident.title
    return (
        f"## {incident.reference}: {title}\n\n"
        f"**{severity}**, {_standing(incident)}, "
        f"acknowledged by {incident.acknowledged_by or 'nobody'}\n\n{roles}"
    )
