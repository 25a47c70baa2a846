"""Checklist items of the practice, word by word, and which of them an event proves.

Ids are kept in the log: items may be added, never renamed. Source: the practice's incident response
process (docs/architecture.md, "The practice, built in").
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.incident.mitigation.events import MitigationKind
from events.incident.phases import Phase


class Section(StrEnum):
    """One of the practice's lists."""

    DETECTION = "detection"
    INITIAL_RESPONSE = "initial_response"
    INVESTIGATION = "investigation"
    MITIGATION_OPTIONS = "mitigation_options"
    RESOLUTION = "resolution"

    @property
    def phase(self) -> Phase:
        """Return the phase in which the list is worked off, and which one leaves when it is."""
        return PHASES[self]

    @property
    def heading(self) -> str:
        """Return the list's heading, as the practice has it."""
        return HEADINGS[self]


HEADINGS: Final = {
    Section.DETECTION: "Detection Checklist",
    Section.INITIAL_RESPONSE: "Initial Response (First 5 Minutes)",
    Section.INVESTIGATION: "Investigation",
    Section.MITIGATION_OPTIONS: "Mitigation Options",
    Section.RESOLUTION: "Resolution Checklist",
}
PHASES: Final = {
    Section.DETECTION: Phase.DETECTION,
    Section.INITIAL_RESPONSE: Phase.TRIAGE,
    Section.INVESTIGATION: Phase.RESPONSE,
    Section.MITIGATION_OPTIONS: Phase.MITIGATION,
    Section.RESOLUTION: Phase.RESOLUTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One line of a checklist."""

    item_id: str
    section: Section
    text: str
    mandatory: bool = False  # left open, leaving its phase takes a reason
    proof: str = ""  # what ticks it without a person; empty: only a person can tell


def _item(
    section: Section, item_id: str, text: str, proof: str = "", *, mandatory: bool = False
) -> ChecklistItem:
    return ChecklistItem(
        item_id=item_id, section=section, text=text, mandatory=mandatory, proof=proof
    )


_detection: Final = Section.DETECTION
_first: Final = Section.INITIAL_RESPONSE
_investigation: Final = Section.INVESTIGATION
_options: Final = Section.MITIGATION_OPTIONS
_resolution: Final = Section.RESOLUTION
_tried: Final = "an action of this kind is started"

RESPONDERS_PAGED: Final = "responders_paged"  # the page's own stream proves it

ITEMS: Final[tuple[ChecklistItem, ...]] = (
    _item(
        _detection,
        "alert_fired",
        "Alert fired (or customer report received)",
        "a monitor declares the incident",
    ),
    _item(_detection, "alert_valid", "Verify alert is valid (not false positive)"),
    _item(
        _detection,
        "scope_assessed",
        "Assess initial scope and impact",
        "impact and scope are judged",
    ),
    _item(
        _detection, "severity_declared", "Declare incident and severity", "the severity is known"
    ),
    _item(_detection, "channel_created", "Create incident channel/bridge"),
    _item(
        _detection,
        RESPONDERS_PAGED,
        "Page appropriate responders",
        "a page was sent to somebody",
    ),
    _item(_first, "ic_identified", "IC identified and announced", "somebody is incident commander"),
    _item(
        _first,
        "roles_assigned",
        "Roles assigned (Comms, Ops, Scribe)",
        "all three roles are held",
    ),
    _item(_first, "status_posted", "Initial status posted", "a status update is published"),
    _item(_first, "information_shared", "Known information shared"),
    _item(_first, "theories_identified", "Initial theories identified"),
    _item(_investigation, "deployments_checked", "Check recent deployments"),
    _item(_investigation, "config_reviewed", "Review recent config changes"),
    _item(_investigation, "metrics_examined", "Examine metrics and logs"),
    _item(_investigation, "dependencies_checked", "Check dependencies"),
    _item(_investigation, "blast_radius_identified", "Identify blast radius"),
    _item(_options, MitigationKind.ROLLBACK.value, "Rollback deployment", _tried),
    _item(_options, MitigationKind.FEATURE_FLAG.value, "Toggle feature flag", _tried),
    _item(_options, MitigationKind.SCALE_UP.value, "Scale up resources", _tried),
    _item(_options, MitigationKind.FAILOVER.value, "Failover to backup", _tried),
    _item(_options, MitigationKind.DEGRADED_MODE.value, "Enable degraded mode", _tried),
    _item(_resolution, "service_restored", "Service restored to normal operation"),
    _item(_resolution, "recovery_confirmed", "Metrics confirm recovery"),
    _item(_resolution, "customers_informed", "Customer-facing comms updated"),
    _item(
        _resolution,
        "timeline_documented",
        "Incident timeline documented",
        "the incident is resolved: every event until then is in the timeline",
    ),
    _item(
        _resolution,
        "resolution_declared",
        "IC declares incident resolved",
        "the incident is declared resolved",
        mandatory=True,
    ),
    _item(
        _resolution,
        "postmortem_scheduled",
        "Schedule postmortem",
        "the postmortem phase begins",
    ),
)
