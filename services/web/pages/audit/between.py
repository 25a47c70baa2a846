"""Between two moments of an incident: its facts, side by side, and what happened."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.incidents.incident import title_of
from services.web.pages.incidents.story import story_of
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 200  # entries
FACTS: Final = {
    "title": "Title",
    "summary": "Summary",
    "severity": "Severity",
    "phase": "Phase",
    "status": "Status",
    "paging": "Paging",
    "held_by": "Who has it",
    "service_id": "Service",
    "private": "Private",
    "open_alerts": "Open alerts",
    "merged_into": "Merged into",
    "began_at": "Began",
    "mitigated_at": "Mitigated",
    "resolved_at": "Resolved",
    "closed_at": "Closed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Fact that was one thing at the first moment, and another at the second."""

    name: str
    before: Any
    after: Any
    is_person: bool = False


async def show(visit: Visit) -> Screen:
    """Show how an incident differs between two moments, and every entry between them."""
    reference = visit.named("reference")
    first, last = visit.query.get("from"), visit.query.get("to")
    path = path_of("incidents", reference)
    before, after = await asyncio.gather(
        visit.calls.get(path, as_of=first), visit.calls.get(path, as_of=last)
    )
    if int(before["position"]) > int(after["position"]):
        before, after = after, before
    found = await visit.calls.get(
        path_of("incidents", reference, "timeline"),
        after=before["position"],
        as_of=after["position"],
        limit=MOST,
    )
    return Screen(
        template="audit/between.html",
        title=f"Between two moments · {title_of(after)}",
        facts={
            "incident": after,
            "before": before,
            "changes": changed(before, after),
            "entries": story_of(found["entries"]),
            "more": found["next_after"],
            "first": first,
            "last": last,
            "who": await visit.who(before, after, found),
        },
    )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Return the facts that differ, the roles after all others."""
    found = [
        Changed(name=name, before=before[key], after=after[key], is_person=key == "held_by")
        for key, name in FACTS.items()
        if before[key] != after[key]
    ]
    earlier, later = before["roles"], after["roles"]
    roles = [
        Changed(
            name=role.capitalize(),
            before=earlier.get(role),
            after=later.get(role),
            is_person=True,
        )
        for role in sorted({*earlier, *later})
        if earlier.get(role) != later.get(role)
    ]
    return [*found, *roles]


ROUTES = (page("/incidents/{reference}/between", show),)
