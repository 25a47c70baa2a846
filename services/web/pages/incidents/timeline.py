"""Timeline of an incident: everything that happened, by kind, person, phase and text."""

import asyncio
from typing import Final
from urllib.parse import urlencode

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.page import page
from services.web.pages.incidents.commands.choices import PHASES
from services.web.pages.incidents.incident import chosen_entries, title_of
from services.web.pages.incidents.story import story_of
from services.web.rendering import Screen
from services.web.visit import Visit

PART: Final = 200
NOUNS: Final = (
    ("incident", "Incident"),
    ("page", "Pages"),
    ("delivery", "Messages"),
    ("alert", "Alerts"),
    ("note", "Notes"),
    ("status_update", "Updates"),
    ("mitigation_action", "Actions"),
    ("role", "Roles"),
    ("checklist", "Steps"),
    ("attachment", "Files"),
    ("work_item", "Work item"),
)
WAYS: Final = ("web", "cli", "api", "chat", "link", "workflow")
FILTERS: Final = ("type", "by", "phase", "via", "q")


async def show(visit: Visit) -> Screen:
    """Show the entries that the filters leave, the oldest first."""
    reference = visit.named("reference")
    chosen = {name: value for name in FILTERS if (value := visit.query.get(name))}
    incident, lifted, found = await asyncio.gather(
        visit.calls.get(path_of("incidents", reference), **visit.reading),
        chosen_entries(visit, reference),
        visit.calls.get(
            path_of("incidents", reference, "timeline"),
            **chosen,
            after=visit.query.get("after"),
            limit=PART,
            **visit.reading,
        ),
    )
    who = await visit.who(incident, found)
    kept = {**chosen, **({"as_of": visit.as_of} if visit.as_of else {})}
    after = found["next_after"]
    return Screen(
        template="incident_timeline.html",
        title=f"Timeline · {title_of(incident)}",
        facts={
            "incident": incident,
            "entries": list(reversed(story_of(found["entries"], lifted["choices"]))),
            "timestamps": found["timestamps"],
            "chosen": chosen,
            "may_lift": not visit.as_of and visit.may(Permission.INCIDENT_COMMAND),
            "back": f"?{urlencode({'next': here_of(visit)})}",
            "nouns": NOUNS,
            "ways": WAYS,
            "phases": PHASES,
            "next": None if after is None else "?" + urlencode({**kept, "after": after}),
            "who": who,
            "people": sorted(who.people.items(), key=lambda one: one[1].casefold()),
        },
    )


def here_of(visit: Visit) -> str:
    """Return the address of this page with its filters: what is lifted from it leads back."""
    query = visit.request.url.query
    return visit.request.url.path + (f"?{query}" if query else "")


ROUTES = (page("/incidents/{reference}/timeline", show),)
