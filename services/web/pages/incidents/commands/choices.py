"""Choices: what can be chosen in the forms of an incident, and at which incident."""

from collections.abc import Callable
from typing import Final

from services.web.calls import Document
from services.web.pages.incidents.commands.form import Choices

PHASES: Final = ("detection", "triage", "response", "mitigation", "resolution", "postmortem")
SEVERITIES: Final = (
    ("SEV1", "SEV1, worst"),
    ("SEV2", "SEV2"),
    ("SEV3", "SEV3"),
    ("SEV4", "SEV4, least"),
)
ROLES: Final = (
    ("commander", "Incident commander"),
    ("operations", "Operations"),
    ("communications", "Communications"),
    ("scribe", "Scribe"),
)
IMPACTS: Final = (
    ("complete_loss", "Complete loss"),
    ("degraded", "Degraded"),
    ("inconvenience", "Inconvenience"),
)
SCOPES: Final = (("widespread", "Widespread"), ("limited", "Limited"), ("minimal", "Minimal"))
SPANS: Final = (
    ("900", "15 minutes"),
    ("1800", "30 minutes"),
    ("3600", "1 hour"),
    ("14400", "4 hours"),
    ("28800", "8 hours"),
    ("86400", "1 day"),
)
CATEGORIES: Final = (
    ("false_alarm", "False alarm"),
    ("test", "Test"),
    ("duplicate", "Duplicate"),
    ("expected", "Expected"),
    ("not_actionable", "Not actionable"),
    ("other", "Other"),
)
LINKS: Final = (
    ("runbook", "Runbook"),
    ("dashboard", "Dashboard"),
    ("deployment", "Deployment"),
    ("other", "Other"),
)
TIMESTAMPS: Final = tuple(
    (one, one.capitalize())
    for one in ("began", "detected", "declared", "acknowledged", "mitigated", "resolved")
)
SECTIONS: Final = (
    ("detection", "Detection"),
    ("initial_response", "Initial response"),
    ("investigation", "Investigation"),
    ("mitigation_options", "Mitigation options"),
    ("resolution", "Resolution"),
)
MITIGATIONS: Final = (
    ("rollback", "Rollback"),
    ("feature_flag", "Feature flag"),
    ("scale_up", "Scale up"),
    ("failover", "Failover"),
    ("degraded_mode", "Degraded mode"),
    ("other", "Other"),
)
OUTCOMES: Final = (
    ("worked", "It worked"),
    ("failed", "It did not help"),
    ("reverted", "It was reverted"),
)

WORKED_ON: Final = frozenset({"declared", "acknowledged", "mitigated"})
OVER: Final = frozenset({"resolved", "closed"})


def is_open(incident: Document) -> bool:
    """Say whether it is still worked on."""
    return str(incident["status"]) in WORKED_ON


def later_phases(incident: Document) -> Choices:
    """Return the phases after the one it is in, the next one first."""
    after = PHASES[PHASES.index(incident["phase"]) + 1 :]
    return [(one, one.capitalize()) for one in after]


def earlier_phases(_: Document) -> Choices:
    """Return the phases in which work can begin anew."""
    return [(one, one.capitalize()) for one in ("response", "mitigation", "triage")]


def members_of(incident: Document) -> Choices:
    """Return who knows of a private incident."""
    return [(one, one) for one in incident["members"]]


def links_of(incident: Document) -> Choices:
    """Return the links that it has."""
    return [(one["url"], one["title"]) for one in incident["links"]]


def held_roles(incident: Document) -> Choices:
    """Return the roles that somebody has."""
    return [one for one in ROLES if one[0] in incident["roles"]]


def offered_roles(incident: Document) -> Choices:
    """Return the roles that are offered and not answered."""
    return [one for one in ROLES if one[0] in incident["role_offers"]]


def page_numbers(incident: Document) -> Choices:
    """Return the pages that still run."""
    return [
        (str(one["number"]), one["ask"] or f"Page {one['number']}")
        for one in incident["pages"]
        if one["state"] == "paging"
    ]


def response_page(incident: Document) -> Document | None:
    """Return the newest page that asks somebody to take it, and has come to a level."""
    asking = [one for one in incident["pages"] if one["purpose"] == "response" and one["level"]]
    return asking[-1] if asking else None


def seen(name: str) -> Callable[[Document], str | None]:
    """Return what tells where the newest page is: an escalation goes on from there."""

    def find(incident: Document) -> str | None:
        page = response_page(incident)
        return None if page is None else str(page[name])

    return find
