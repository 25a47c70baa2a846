"""Incident in the Temporal UI: search attributes and current details."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from events.incident.state import Incident

REFERENCE = SearchAttributeKey.for_keyword("IncidentReference")
PHASE = SearchAttributeKey.for_keyword("IncidentPhase")
SEVERITY = SearchAttributeKey.for_keyword("IncidentSeverity")
SERVICE = SearchAttributeKey.for_keyword("IncidentService")
VERSION = SearchAttributeKey.for_int("IncidentVersion")  # the reconciler compares it with the log

SHOWN_WITHIN = timedelta(seconds=3)  # less than a pause of the reconciler, by far


def attributes_of(incident: Incident, version: int) -> TypedSearchAttributes:
    """Return what an incident's workflow starts with, so that its first task changes nothing."""
    shown = [SearchAttributePair(key, value) for key, value in _shown(incident).items()]
    return TypedSearchAttributes([*shown, SearchAttributePair(VERSION, version)])


def show(incident: Incident) -> None:
    """Bring search attributes and details in line with the incident."""
    shown = workflow.info().typed_search_attributes
    changes = [
        key.value_set(value) for key, value in _shown(incident).items() if shown.get(key) != value
    ]
    if changes:
        workflow.upsert_search_attributes(changes)
    workflow.set_current_details(_details(incident))


def show_version(version: int) -> None:
    """Bring the version that is shown in line with this one."""
    if is_version_out_of_date(version):
        workflow.upsert_search_attributes([VERSION.value_set(version)])


def is_version_out_of_date(version: int) -> bool:
    """Say whether another version is shown than this one."""
    return workflow.info().typed_search_attributes.get(VERSION) != version


def _shown(incident: Incident) -> dict[SearchAttributeKey[str], str]:
    return {
        REFERENCE: incident.reference,
        PHASE: _standing(incident),
        SEVERITY: incident.severity.value if incident.severity else "unknown",
        SERVICE: incident.service_id or "none",
    }


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
