"""Private incidents: which there are, who can see them, and who did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.access.permissions import Permission
from services.web.calls import Document, or_none, path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

LOOKED_AT: Final = 200  # newest incidents
MOST: Final = 200  # sightings of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who read a private incident: in how many hours, first and last when."""

    who: str
    first: str
    last: str
    hours: int
    by: str  # how, the last time


async def show(visit: Visit) -> Screen:
    """Show the private incidents that this person knows of, their members, and who read them."""
    found = await visit.calls.get(path_of("incidents"), limit=LOOKED_AT, **visit.reading)
    private = [one for one in found["incidents"] if one["private"]]
    details = [
        await visit.calls.get(path_of("incidents", one["incident_id"]), **visit.reading)
        for one in private
    ]
    seen = {one["incident_id"]: await _sightings(visit, one["incident_id"]) for one in private}
    return Screen(
        template="audit/private.html",
        title="Private incidents",
        facts={
            "incidents": details,
            "readers": {one: part and readers(part["sightings"]) for one, part in seen.items()},
            "cut": {one for one, part in seen.items() if part and part["next_cursor"]},
            "looked_at": len(found["incidents"]),
            "all_seen": found["next_cursor"] is None,
            "who": await visit.who(found, *details, *filter(None, seen.values())),
        },
    )


async def _sightings(visit: Visit, incident_id: str) -> Document | None:
    """Return who read it, None where that is not this person's to know."""
    if not visit.may(Permission.LOG_READ):
        return None
    path = path_of("incidents", incident_id, "sightings")
    return await or_none(visit.calls.get(path, limit=MOST, **visit.reading))


def readers(sightings: Sequence[Document]) -> list[Reader]:
    """Return each person once, who read it last first; the sightings are the newest first."""
    by_person: dict[str, list[Document]] = {}
    for one in sightings:
        by_person.setdefault(one["seen_by"], []).append(one)
    return [
        Reader(
            who=who,
            first=found[-1]["seen_at"],
            last=found[0]["seen_at"],
            hours=len(found),
            by=found[0]["via"],
        )
        for who, found in by_person.items()
    ]


ROUTES = (page("/audit/private", show),)
