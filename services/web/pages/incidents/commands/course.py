"""Course commands: severity, phases, and the end of an incident."""

from typing import Final

from services.web.pages.incidents.commands.choices import (
    CATEGORIES,
    IMPACTS,
    OVER,
    SCOPES,
    SEVERITIES,
    TIMESTAMPS,
    earlier_phases,
    is_open,
    later_phases,
)
from services.web.pages.incidents.commands.fields import choice, reason
from services.web.pages.incidents.commands.form import Command, Field, Kind

COURSE: Final = (
    Command(
        noun="phase",
        button="Next phase",
        words="The response moves on. A phase that is skipped needs a reason.",
        fields=(
            Field(name="phase", label="Phase", kind=Kind.CHOICE, choices=later_phases),
            reason(needed=False, hint="Where a phase or a mandatory step is left out."),
        ),
        key="p",
        when=lambda incident: is_open(incident) and bool(later_phases(incident)),
        group="Course",
    ),
    Command(
        noun="severity",
        button="Severity",
        words="Whoever the new severity calls for is paged.",
        fields=(
            choice("severity", "Severity", SEVERITIES, now=lambda one: one["severity"]),
            reason(),
        ),
        key="s",
        when=is_open,
        group="Course",
    ),
    Command(
        noun="triage",
        button="Triage by impact",
        words="Impact and scope make the severity, by the matrix of the service.",
        fields=(
            choice("impact", "What customers feel", IMPACTS, now=lambda one: one["impact"]),
            choice("scope", "How many", SCOPES, now=lambda one: one["scope"]),
            reason(needed=False),
        ),
        when=is_open,
        group="Course",
    ),
    Command(
        noun="mitigation",
        button="Mitigate",
        words="Customers no longer feel it; the cause may still be there.",
        fields=(Field(name="summary", label="What stopped the impact"),),
        when=lambda incident: incident["status"] in {"declared", "acknowledged"},
        group="Course",
    ),
    Command(
        noun="resolution",
        button="Resolve",
        words="The cause is gone. Nobody is paged for it any more.",
        fields=(
            Field(name="summary", label="What was wrong, and what mended it"),
            reason(needed=False, label="Why mandatory steps are left open"),
            Field(
                name="open_children_reason",
                label="Why incidents below it are left open",
                needed=False,
            ),
        ),
        key="e",
        when=is_open,
        group="Course",
    ),
    Command(
        noun="reopening",
        button="Reopen",
        words="It is worked on again, and people are paged for it.",
        fields=(
            Field(name="phase", label="Phase", kind=Kind.CHOICE, choices=earlier_phases),
            reason(),
        ),
        when=lambda incident: incident["status"] in {*OVER, "mitigated", "declined"},
        group="Course",
    ),
    Command(
        noun="decline",
        button="Decline",
        words="It is no incident. Nobody is paged for it any more.",
        fields=(
            choice("category", "What it was", CATEGORIES),
            Field(name="reason", label="Why", kind=Kind.LINE),
        ),
        when=lambda incident: incident["status"] in {"declared", "acknowledged"},
        group="Course",
    ),
    Command(
        noun="closure",
        button="Close",
        words="The response is over, with all that follows it.",
        fields=(reason(needed=False),),
        when=lambda incident: incident["status"] == "resolved",
        group="Course",
    ),
    Command(
        noun="timestamps",
        button="Correct a time",
        words="What was recorded stays; every number counts from the corrected time.",
        fields=(
            choice("timestamp", "Which", TIMESTAMPS),
            Field(name="happened_at", label="When it really was", kind=Kind.TIME),
            reason(),
        ),
        api="timestamps/{timestamp}",
        group="Course",
    ),
)
