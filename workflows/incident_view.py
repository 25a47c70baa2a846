"""What the Temporal UI shows of an incident: search attributes and current details."""

from datetime import timedelta

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
# Patch: lives begun before show it at every command, which costs the server more than the command.
SHOWS_VERSION_LATER = "incident-shows-its-version-when-quiet"
SHOWN_WITHIN = timedelta(seconds=3)  # less than a pause of the reconciler, by far


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
    at_once = bool(changes) if shows_version_later() else workflow.patched(SHOWS_VERSION)
    if at_once and is_version_out_of_date(version):
        changes.append(VERSION.value_set(version))
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


def shows_version_later() -> bool:
    """Say whether this life shows its version a moment after its commands, not with each."""
    return workflow.patched(SHOWS_VERSION_LATER)


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
