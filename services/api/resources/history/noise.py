"""Alert noise: what alerts called people for, what came of it, and whom it woke."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from events.incident.noise import DeclineCategory
from projections.practice import noise
from projections.practice.loudest import AlertOutcome, Noise, NoiseBy, NoiseWanted, Window, loudest
from projections.practice.trend import Trend, trend
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, Number, ReadQuery, TheReads
from services.api.reading.time_windows import past_window

router = api_router("learning")


class NoiseQuery(BaseModel):
    """Which incidents count: those declared in the time, without drills and past incidents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: NoiseBy = NoiseBy.SERVICE
    since: Annotated[
        Instant | None,
        Field(description="With it, each is compared with as long a time before it."),
    ] = None
    until: Annotated[
        Instant | None, Field(description="Not included. Left out or yet to come: now.")
    ] = None
    limit: Limit = 50
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class NoiseFigures(View):
    """What was called for, what came of it, and what it cost."""

    incidents: int
    declined: int
    share: Annotated[float, Field(description="Declined by all; open ones count as incidents.")]
    categories: dict[DeclineCategory, int]
    pages: Annotated[int, Field(description="Messages that people got for all of them.")]
    wasted_pages: Annotated[int, Field(description="Those for incidents that were none.")]
    outcomes: Annotated[
        dict[AlertOutcome, int], Field(description="Of the incidents that alerts called for.")
    ]
    in_vain: Annotated[
        int,
        Field(
            description="Incidents that alerts called for and that came to nothing: declined,"
            " acknowledged and no more, or untouched."
        ),
    ]
    pages_in_vain: Annotated[int, Field(description="Messages that people got for those.")]
    actionable: Annotated[
        float | None,
        Field(
            description="Of the incidents that alerts called for, the part that people worked on;"
            " those that are open and had no work yet do not count. Null: there are none."
        ),
    ]
    pages_at_night: Annotated[
        int,
        Field(
            description="Messages from 22:00 to 06:00 by the clock of the person's quiet hours; of"
            " people who have none, by UTC."
        ),
    ]
    people_woken: Annotated[int, Field(description="People who got one of those.")]
    alerts: Annotated[int, Field(description="How often an alert opened.")]
    flapping: Annotated[
        int, Field(description="Alerts that opened three times within an hour, or more often.")
    ]
    minutes_open: Annotated[int, Field(description="Of all openings; what fires still, until now.")]


class NoiseView(NoiseFigures):
    """The incidents of one service, integration, monitor, alert or rule, and what came of them."""

    key: Annotated[str | None, Field(description="Null: incidents without one.")]
    title: Annotated[
        str | None, Field(description="Of the alert, as it called last; of the routing rule.")
    ]
    before: Annotated[
        NoiseFigures | None,
        Field(description="In as long a time before `since`; null: nothing, or no `since`."),
    ]
    trend: Annotated[
        Trend | None,
        Field(
            description="Incidents in vain, compared with the time before: what chance alone would"
            " do in one of ten cases is no clear change. Null: there is no `since`."
        ),
    ]


class NoiseList(View):
    """Services, integrations, monitors, alerts or routing rules: most incidents in vain first."""

    by: NoiseBy
    since: datetime | None
    until: datetime
    noise: list[NoiseView]


@router.get("/v1/metrics/noise", dependencies=[requires(Permission.METRICS_READ)])
async def show_noise(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[NoiseQuery, Query()],
) -> NoiseList:
    """Count what alerts called people for in vain; those who call in vain most come first."""
    now = dependencies.clock()
    begin, end = past_window(query.since, query.until, now)
    window = Window(since=query.since and begin, until=end)
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, noise.NAME) as connection:
        wanted = NoiseWanted(by=query.by, window=window, now=now, limit=query.limit, hidden=hidden)
        found = await loudest(connection, wanted)
        before = window.before()
        keys = tuple(one.key for one in found)
        earlier = (
            await loudest(connection, replace(wanted, window=before, only=keys))
            if before is not None
            else ()
        )
    compared = before is not None
    was = {one.key: one for one in earlier}
    return NoiseList(
        by=query.by,
        since=window.since,
        until=end,
        noise=[_view(one, was.get(one.key), compared=compared) for one in found],
    )


def _view(one: Noise, before: Noise | None, *, compared: bool) -> NoiseView:
    figures = NoiseFigures.model_validate(one).model_dump()
    return NoiseView(
        key=one.key,
        title=one.title,
        before=None if before is None else NoiseFigures.model_validate(before),
        trend=trend(before.in_vain if before else 0, one.in_vain) if compared else None,
        **figures,
    )
