"""Incidents: every one behind the figures that its reader may know of, with its postmortem."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from events.postmortem.state import PostmortemState
from projections.practice.postmortems import states_of
from projections.reports.population import Counted
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.sections.durations import in_minutes_of
from services.reports.spoken import NONE, NOT_JUDGED

ORDER: Final = 120
SINCE: Final = 1
WORDS: Final[Mapping[PostmortemState, str]] = {
    PostmortemState.DRAFT: "draft",
    PostmortemState.IN_REVIEW: "in review",
    PostmortemState.PUBLISHED: "published",
    PostmortemState.WAIVED: "waived",
}


async def section(asked: Asked) -> Section | None:
    """Return it; where nothing happened there is nothing to list."""
    if not asked.incidents:
        return None
    shown = [one for one in asked.incidents if one.incident_id not in asked.hidden]
    untold = len(asked.incidents) - len(shown)
    zone = ZoneInfo(asked.zone)
    postmortems = await states_of(asked.reader, [one.incident_id for one in shown])
    rows = [
        [
            asked.named(one),
            f"{one.declared_at.astimezone(zone):%Y-%m-%d}",
            one.severity or NOT_JUDGED,
            one.service_id or "",
            "open" if one.open else in_minutes_of(one),
            _written(one, postmortems.get(one.incident_id)),
            one.title,
        ]
        for one in shown
    ]
    heads = columns(
        "Incident", "Declared", "Severity", "Service", "Resolved>", "Postmortem", "Title"
    )
    sentences = [f"{untold} more that their teams keep to themselves."] if untold else []
    return Section(
        title="Every incident",
        sentences=sentences,
        grids=[Grid(title="In the order of their declaration", columns=heads, rows=rows)],
    )


def _written(incident: Counted, state: PostmortemState | None) -> str:
    """Return how far its postmortem is; none, where nobody has begun one."""
    if state is None:
        return "" if incident.open else NONE
    return WORDS[state]
