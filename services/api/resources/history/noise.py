"""Alert noise: how much of what opened incidents was none, and woke people for nothing."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from events.incident.noise import DeclineCategory
from projections.practice import noise
from projections.practice.noise import NoiseBy, loudest
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Instant, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, Number, ReadQuery, TheReads

router = api_router("learning")


class NoiseQuery(BaseModel):
    """Which incidents count: those declared in the time, without drills and past incidents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: NoiseBy = NoiseBy.SERVICE
    since: Instant | None = None
    until: Annotated[Instant | None, Field(description="Not included.")] = None
    limit: Limit = 50
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class NoiseView(View):
    """The incidents of one service, integration or alert, and how many were declined."""

    key: Annotated[str | None, Field(description="Null: incidents without one.")]
    title: Annotated[str | None, Field(description="Of the alert, as it called last.")]
    incidents: int
    declined: int
    share: Annotated[float, Field(description="Declined by all; open ones count as incidents.")]
    categories: dict[DeclineCategory, int]
    pages: Annotated[int, Field(description="Messages that people got for all of them.")]
    wasted_pages: Annotated[int, Field(description="Those for incidents that were none.")]


class NoiseList(View):
    """Services, integrations or alerts, those with most declined incidents first."""

    by: NoiseBy
    noise: list[NoiseView]


@router.get("/v1/metrics/noise", dependencies=[requires(Permission.METRICS_READ)])
async def show_noise(
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[NoiseQuery, Query()],
) -> NoiseList:
    """Count declined incidents by service, monitor or alert; those who call in vain come first."""
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, noise.NAME) as connection:
        found = await loudest(connection, query.by, query.since, query.until, query.limit, hidden)
    return NoiseList(by=query.by, noise=[NoiseView.model_validate(one) for one in found])
