"""Response practice over HTTP: how responses kept to what was asked of them."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import ConfigDict, Field

from events.incident.phases import Phase
from projections.metrics import facts, responses
from projections.metrics.kept_practice import KeptPractice, PhaseKept, kept_practice, responses_in
from services.access.permissions import Permission
from services.access.visibility import apart_for, private_now
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.learning.metrics_query import WindowQuery
from services.api.resources.learning.metrics_views import seconds_of
from services.api.resources.learning.sight import require_known
from services.api.resources.practice.load_views import LoadWindowView
from services.request_refusals import Invalid, KeptToItself, RequestInvalid

router = api_router("learning")

NOW_ONLY: Final = "These numbers are told as they are now: leave as_of out, and name the window."


class ResponseQuery(WindowQuery):
    """Which stretch of time, and whose incidents."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    service: Name | None = None
    team: Name | None = None


class PhaseKeptView(View):
    """When a phase was reached after the declaration."""

    reached: Annotated[int, Field(description="Incidents that were in it; each once.")]
    median_seconds: float | None
    max_seconds: float | None
    with_deadline: Annotated[int, Field(description="Incidents whose deadline for it has come.")]
    in_time: int


class UpdatesKeptView(View):
    """Status updates that were promised."""

    kept: Annotated[int, Field(description="That came by then.")]
    late: int
    missed: Annotated[int, Field(description="That did not come before the incident was over.")]


class ResponsePracticeView(View):
    """How the responses to real incidents declared in a window kept to the practice."""

    window: LoadWindowView
    incidents: int
    phases: dict[Phase, PhaseKeptView]
    roles_unfilled: Annotated[
        dict[str, int], Field(description="Incidents in which a mandatory role had nobody in time.")
    ]
    status_updates: UpdatesKeptView
    items_left: Annotated[int, Field(description="Mandatory checklist items left with a reason.")]
    incidents_with_items_left: int
    pages: int
    escalated: Annotated[int, Field(description="Pages that went beyond their first level.")]
    deliveries_failed: Annotated[int, Field(description="Messages of pages.")]
    paging_degraded: Annotated[int, Field(description="How often a page could not start.")]


@router.get("/v1/metrics/response", dependencies=[requires(Permission.METRICS_READ)])
async def show_response_practice(
    dependencies: Deps, caller: TheCaller, reads: TheReads, query: Annotated[ResponseQuery, Query()]
) -> ResponsePracticeView:
    """Show how responses kept to the practice: phases and deadlines, roles, updates, paging."""
    if query.as_of is not None:
        raise RequestInvalid(Invalid(field="query.as_of", reason=NOW_ONLY))
    await require_known(dependencies, query.service, query.team)
    apart = await apart_for(dependencies, caller.visibility)
    if query.service in apart.services or query.team in apart.teams:
        raise KeptToItself(
            f"The numbers of {query.service or query.team} alone are there for its team only."
        )
    now, seen = dependencies.clock(), ReadQuery(after_position=query.after_position)
    quarter, window = query.window(now)
    private = sorted(await private_now(dependencies))
    async with reads.of(seen, facts.NAME, responses.NAME) as reader:
        found = await responses_in(reader, window, private, query.service, query.team)
    kept = await asyncio.to_thread(kept_practice, found, now)
    shown = LoadWindowView(
        quarter=quarter.name if quarter else None,
        zone=query.zone,
        begin=window.begin,
        until=window.end,
    )
    return ResponsePracticeView(window=shown, **_members(kept))


def _members(kept: KeptPractice) -> dict[str, Any]:
    counts = asdict(kept)
    updates = {name: counts.pop(f"updates_{name}") for name in UpdatesKeptView.model_fields}
    return counts | {
        "phases": {phase: _phase(one) for phase, one in kept.phases.items()},
        "status_updates": UpdatesKeptView(**updates),
        "deliveries_failed": counts.pop("failed"),
        "paging_degraded": counts.pop("degraded"),
    }


def _phase(one: PhaseKept) -> PhaseKeptView:
    return PhaseKeptView(
        reached=one.reached,
        median_seconds=seconds_of(one.median),
        max_seconds=seconds_of(one.longest),
        with_deadline=one.with_deadline,
        in_time=one.in_time,
    )
