"""Internal status update as people read it, in the practice's shape."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from events.incident.phases import Phase
from events.values.severity import Severity
from projections.incidents.durations import spoken

WORDS = {
    Phase.DETECTION: "Detected",
    Phase.TRIAGE: "Triaging",
    Phase.RESPONSE: "Investigating",
    Phase.MITIGATION: "Mitigating",
    Phase.RESOLUTION: "Resolving",
    Phase.POSTMORTEM: "Resolved",
}
MINUTE = timedelta(minutes=1)
RESOLVED = "Resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierUpdate:
    """An update that a newer one corrects."""

    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """Everything a status update says."""

    severity: Severity | None
    status: str  # one word: Investigating
    lasted: timedelta  # from the declaration until now, or to the resolution
    impact: str
    current_actions: str
    next_update_at: datetime | None
    at: datetime
    corrects: EarlierUpdate | None = None


def status_word(phase: Phase, *, mitigated: bool, resolved: bool) -> str:
    """Return the one word that says where the response stands."""
    if resolved:
        return RESOLVED
    return "Monitoring" if mitigated else WORDS[phase]


def markdown(briefing: Briefing) -> str:
    """Return the update as Markdown.

    Source: the practice's internal status update (docs/how-to/keep-people-informed.md).
    """
    return (
        f"{_correction(briefing)}"
        f"## Status Update - {_clock(briefing.at)}\n\n"
        f"**Severity:** {briefing.severity or 'not known yet'}\n"
        f"**Status:** {briefing.status}\n"
        f"**Duration:** {lasted(briefing)}\n\n"
        f"**Impact:**\n{_points(briefing.impact)}\n\n"
        f"**Current Actions:**\n{_points(briefing.current_actions)}\n\n"
        f"**Next Update:** {following(briefing)}\n"
    )


def plain(briefing: Briefing) -> str:
    """Return the same as plain text."""
    return markdown(briefing).replace("## ", "", 1).replace("**", "")


def lasted(briefing: Briefing) -> str:
    """Return how long it has lasted, in whole minutes once there is one, and since when."""
    span = briefing.lasted
    duration = spoken(span - span % MINUTE if span >= MINUTE else span)
    if briefing.status == RESOLVED:
        return f"{duration}, from the declaration to the resolution"
    return f"{duration} since the declaration"


def lasted_until(at: datetime, declared_at: datetime, resolved_at: datetime | None) -> timedelta:
    """Return how long the incident had lasted at a moment: what is resolved lasts no longer."""
    return (at if resolved_at is None else min(at, resolved_at)) - declared_at


def following(briefing: Briefing) -> str:
    """Return when people hear more."""
    if briefing.next_update_at is None:
        over = briefing.status == RESOLVED
        return "none is planned" if over else "on significant change"
    return f"{_moment(briefing.next_update_at, briefing.at)} or on significant change"


def _correction(briefing: Briefing) -> str:
    """Return the first line of a correction, so that nobody takes the earlier text for true."""
    if briefing.corrects is None:
        return ""
    earlier = briefing.corrects
    at = _moment(earlier.published_at, briefing.at)
    return f"**Correction:** this takes the place of update {earlier.number} of {at}.\n\n"


def _moment(at: datetime, now: datetime) -> str:
    """Return a time, with its day where that is another one."""
    at = at.astimezone(UTC)
    day = "" if at.date() == now.astimezone(UTC).date() else f"{at:%Y-%m-%d} "
    return f"{day}{_clock(at)}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M} UTC"


def _points(text: str) -> str:
    """Return each line as a point; one that is a point already stays as it is."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (
        "\n".join(f"- {line.removeprefix('- ').removeprefix('* ')}" for line in lines) or "- none"
    )
