"""Schedule reports: coverage with its gaps, and how evenly people are on call."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import ConfigDict, Field

from events.on_call.final import shifts
from events.on_call.holiday_dates import is_holiday
from events.on_call.reports.coverage import Coverage, GapCause, coverage
from events.on_call.reports.fairness import Fairness, Load, fairness
from events.on_call.reports.periods import periods
from events.on_call.rota import Duty, Rota
from events.on_call.zones import zone
from projections.on_call.rotas import rotas_around
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.reading.schedule_reads import schedule_read
from services.api.reading.time_windows import window_of

router = api_router("on call")

READ: Final = [requires(Permission.CONFIGURATION_READ)]
A_YEAR: Final = 365  # days
MOST_GAPS: Final = 1_000
_HOUR: Final = timedelta(hours=1)


class PeriodQuery(ReadQuery):
    """Period of a report, at most 400 days."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    begin: Annotated[Instant | None, Field(alias="from", description="Left out: now.")] = None
    until: Annotated[Instant | None, Field(description="Not included; left out: a year later.")] = (
        None
    )


class CoverageQuery(PeriodQuery):
    """Period of a report, and whether each turn is in it."""

    turns: Annotated[bool, Field(strict=False)] = False


class GapView(View):
    """Time in which nobody is on call, and why."""

    starts_at: Instant
    ends_at: Instant
    cause: GapCause
    responder_ids: Annotated[
        list[str], Field(description="Who would be on call but for the cause.")
    ]
    layer_ids: Annotated[list[str], Field(description="In which it would be their turn.")]


class TurnView(View):
    """Time in which one person is on call without a pause."""

    responder_id: str
    starts_at: Instant
    ends_at: Instant


class CoverageView(View):
    """Coverage: the share of a period with somebody on call, and the gaps."""

    schedule_id: str
    zone: str
    starts_at: Annotated[Instant, Field(description="Not before the first turn of the schedule.")]
    ends_at: Instant
    percent: Annotated[float, Field(description="Below 100 if a second is missing.")]
    covered_hours: float
    uncovered_hours: float
    gaps: Annotated[list[GapView], Field(description=f"By time; at most {MOST_GAPS}.")]
    gaps_left_out: int
    turns: list[TurnView] | None


class LoadView(View):
    """Load of one person."""

    responder_id: str
    hours: float
    nights: Annotated[int, Field(description="Of which they have any part, 22:00 to 06:00.")]
    night_hours: float
    weekend_hours: float
    holiday_hours: float
    shifts: int
    overloaded: Annotated[bool, Field(description="More hours than the mean, where it is uneven.")]


class FairnessView(View):
    """Fairness: each person's load by the clocks of their layer, and the balance.

    A balance is the mean over all pairs of the smaller share of the larger; from 95 on it is 100.
    """

    schedule_id: str
    zone: str
    starts_at: Instant
    ends_at: Instant
    balance: int
    night_balance: int
    weekend_balance: int
    people: Annotated[list[LoadView], Field(description="Those with most hours first.")]


@router.get("/v1/schedules/{schedule_id}/coverage", dependencies=READ)
async def show_coverage(
    dependencies: Deps, reads: TheReads, schedule_id: Name, query: Annotated[CoverageQuery, Query()]
) -> CoverageView:
    """Show how much of a period somebody is on call, and for each gap, who caused it."""
    begin, end = window_of(query.begin, query.until, dependencies.clock(), days=A_YEAR)
    async with schedule_read(reads, query, schedule_id) as connection:
        rota = (await rotas_around(connection, begin, end, schedule_id))[schedule_id]
    return await asyncio.to_thread(
        coverage_view, schedule_id, rota, begin, end, with_turns=query.turns
    )


@router.get("/v1/schedules/{schedule_id}/fairness", dependencies=READ)
async def show_fairness(
    dependencies: Deps, reads: TheReads, schedule_id: Name, query: Annotated[PeriodQuery, Query()]
) -> FairnessView:
    """Show hours, nights, weekends and holidays of each person, and how evenly they are shared."""
    begin, end = window_of(query.begin, query.until, dependencies.clock(), days=A_YEAR)
    async with schedule_read(reads, query, schedule_id) as connection:
        rota = (await rotas_around(connection, begin, end, schedule_id))[schedule_id]
    return await asyncio.to_thread(fairness_view, schedule_id, rota, begin, end)


def coverage_view(
    schedule_id: str,
    rota: Rota,
    begin: datetime,
    end: datetime,
    *,
    with_turns: bool,
) -> CoverageView:
    """Return the coverage as the API shows it."""
    found = coverage(rota, begin, end)
    return CoverageView(
        schedule_id=schedule_id,
        zone=rota.editions[-1].zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        percent=found.percent,
        covered_hours=hours(found.covered),
        uncovered_hours=hours(found.ends_at - found.starts_at - found.covered),
        gaps=[GapView.model_validate(gap) for gap in found.gaps[:MOST_GAPS]],
        gaps_left_out=max(len(found.gaps) - MOST_GAPS, 0),
        turns=turns_of(rota, found) if with_turns else None,
    )


def turns_of(rota: Rota, found: Coverage) -> list[TurnView]:
    """Return who is on call when, by time."""
    if found.starts_at >= found.ends_at:
        return []
    turns = [
        TurnView(responder_id=responder_id, starts_at=one.starts_at, ends_at=one.ends_at)
        for responder_id, theirs in periods(shifts(rota, found.starts_at, found.ends_at)).items()
        for one in theirs
    ]
    return sorted(turns, key=lambda turn: (turn.starts_at, turn.responder_id))


def fairness_view(schedule_id: str, rota: Rota, begin: datetime, end: datetime) -> FairnessView:
    """Return the fairness as the API shows it."""
    now = rota.editions[-1]
    zones = {
        layer.layer_id: zone(layer.zone or edition.zone)
        for edition in rota.editions
        for layer in edition.layers
    }
    own = zone(now.zone)

    def zone_of(duty: Duty) -> ZoneInfo:
        return zones.get(duty.layer_id or "", own)

    found = fairness(shifts(rota, begin, end), zone_of, lambda day: is_holiday(now.holidays, day))
    return FairnessView(
        schedule_id=schedule_id,
        zone=now.zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        balance=found.balance,
        night_balance=found.night_balance,
        weekend_balance=found.weekend_balance,
        people=[load_view(load, found) for load in found.loads],
    )


def load_view(load: Load, found: Fairness) -> LoadView:
    """Return one person's load as the API shows it."""
    return LoadView(
        responder_id=load.responder_id,
        hours=hours(load.on_call),
        nights=load.nights,
        night_hours=hours(load.at_night),
        weekend_hours=hours(load.at_weekends),
        holiday_hours=hours(load.on_holidays),
        shifts=load.shifts,
        overloaded=load.responder_id in found.overloaded,
    )


def hours(length: timedelta) -> float:
    """Return a length in hours, to the hundredth."""
    return round(length / _HOUR, 2)
