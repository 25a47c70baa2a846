"""Flapping: alerts that open again and again, each time they did, and what that cost people."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from projections.practice import noise
from projections.practice.flapping_alerts import FlappingAlert, Flaps, flapping_alerts
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, Number, ReadQuery, TheReads
from services.api.reading.time_windows import past_window

router = api_router("learning")

DAYS: Final = 30


class FlappingQuery(BaseModel):
    """Which openings of alerts: those in the time, without drills, past and private incidents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[
        Instant | None, Field(description=f"Left out: {DAYS} days before the end.")
    ] = None
    until: Annotated[
        Instant | None, Field(description="Not included. Left out or yet to come: now.")
    ] = None
    limit: Limit = 50
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class FlapsView(View):
    """One time that an alert flapped; pages count until an hour after its last opening."""

    since: datetime
    until: Annotated[datetime, Field(description="Its last opening.")]
    openings: int
    incidents: int
    pages: Annotated[int, Field(description="Messages that people got for those incidents.")]
    pages_at_night: int
    people_woken: int


class FlappingAlertView(View):
    """An alert that flapped."""

    alert_id: UUID
    integration_id: str
    dedup_key: str
    title: str
    openings: Annotated[int, Field(description="In all the time that is asked about.")]
    pages: Annotated[int, Field(description="While it flapped.")]
    flaps: list[FlapsView]


class FlappingList(View):
    """Alerts that opened three times within an hour, or more often; the most openings first."""

    since: datetime
    until: datetime
    alerts: list[FlappingAlertView]


@router.get("/v1/metrics/flapping", dependencies=[requires(Permission.METRICS_READ)])
async def list_flapping_alerts(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[FlappingQuery, Query()],
) -> FlappingList:
    """List alerts that opened again and again, each time they did, and what it cost people.

    An alert flaps from its third opening within an hour until it has not opened for an hour.
    """
    now = dependencies.clock()
    since, until = past_window(query.since, query.until, now)
    if query.since is None:
        since = until - timedelta(days=DAYS)
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, noise.NAME) as connection:
        found = await flapping_alerts(connection, since, until, query.limit, hidden)
    return FlappingList(since=since, until=until, alerts=[_view(one) for one in found])


def _view(one: FlappingAlert) -> FlappingAlertView:
    return FlappingAlertView(
        alert_id=one.alert_id,
        integration_id=one.integration_id,
        dedup_key=one.dedup_key,
        title=one.title,
        openings=one.openings,
        pages=one.pages,
        flaps=[_flaps(each) for each in one.flaps],
    )


def _flaps(one: Flaps) -> FlapsView:
    episode, cost = one.episode, one.cost
    return FlapsView(
        since=episode.since,
        until=episode.until,
        openings=episode.openings,
        incidents=cost.incidents,
        pages=cost.pages,
        pages_at_night=cost.pages_at_night,
        people_woken=cost.people_woken,
    )
