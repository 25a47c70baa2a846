"""Load of on call over HTTP: interruptions by each person's clock, and how evenly they fall."""

import asyncio
from typing import Annotated, Final

from fastapi import Query
from pydantic import ConfigDict

from projections.configuration import tables as configuration
from projections.load import personal_hours
from projections.load.reading import OnCallLoad, OnCallRecord, load_in, recorded_load
from projections.metrics import facts, interruptions
from projections.metrics.quarters import MetricWindow
from projections.on_call import schedules
from services.access.permissions import Permission
from services.access.rights.own_person import every_team
from services.access.visibility import apart_for, private_now
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.learning.metrics_query import WindowQuery
from services.api.resources.practice.load_views import (
    LoadWindowView,
    OnCallLoadView,
    RotationLoadView,
    TeamLoadView,
    person_view,
    rotation_view,
    spreads_view,
    team_view,
)
from services.api.resources.practice.names import NamesShown, names_shown_to
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

READ: Final = (
    *(configuration.NAME, facts.NAME, interruptions.NAME),
    *(personal_hours.NAME, schedules.NAME),
)
NOW_ONLY: Final = "Load is told as it is now: leave as_of out, and name the window."


class LoadQuery(WindowQuery):
    """Which stretch of time, and whose load."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    schedule: Name | None = None
    team: Name | None = None


@router.get("/v1/metrics/load", dependencies=[requires(Permission.METRICS_READ)])
async def show_load(
    dependencies: Deps, caller: TheCaller, reads: TheReads, query: Annotated[LoadQuery, Query()]
) -> OnCallLoadView:
    """Show what on call takes of people, by their own clocks, and how evenly it is shared.

    Whose a number is, each sees of their own; the managers of a team see it of its people, and
    whoever has people:read of everybody.
    """
    if query.as_of is not None:
        raise RequestInvalid(Invalid(field="query.as_of", reason=NOW_ONLY))
    now = dependencies.clock()
    quarter, window = query.window(now)
    over = MetricWindow(window.begin, max(min(window.end, now), window.begin))
    private = await private_now(dependencies)
    seen = ReadQuery(after_position=query.after_position)
    async with reads.of(seen, *READ) as reader:
        record = await recorded_load(reader, over, private)
    found = await asyncio.to_thread(load_in, record)
    names = await names_shown_to(dependencies, caller)
    teams: dict[str, set[str]] = {
        team.team_id: {*(one.responder_id for one in team.members)}
        for team in await every_team(dependencies.database)
    }
    _require_known(query, record, teams)
    people = [
        one
        for who, one in found.people.items()
        if (query.team is None or who in teams[query.team])
        and (query.schedule is None or _has_share(found, query.schedule, who))
    ]
    apart = (await apart_for(dependencies, caller.visibility)).teams
    return OnCallLoadView(
        window=LoadWindowView(
            quarter=quarter.name if quarter else None,
            zone=query.zone,
            begin=window.begin,
            until=window.end,
        ),
        preliminary=window.end > now,
        people=[person_view(one) for one in people if names.shows(one.responder_id)],
        people_counted=len(people),
        without_hours=sum(not one.hours_said for one in people),
        spread=spreads_view(people),
        rotations=_rotations(query, record, found, names, apart),
        teams=_teams(query, found, teams, apart),
    )


def _require_known(query: LoadQuery, record: OnCallRecord, teams: dict[str, set[str]]) -> None:
    """Let a filter pass that names something.

    Raises: RequestInvalid.
    """
    for field, name, known in (
        ("schedule", query.schedule, record.schedules),
        ("team", query.team, teams),
    ):
        if name is not None and name not in known:
            raise RequestInvalid(
                Invalid(field=f"query.{field}", reason=f"There is no {field} {name}.")
            )


def _has_share(found: OnCallLoad, schedule_id: str, responder_id: str) -> bool:
    rotation = found.rotations.get(schedule_id)
    return rotation is not None and any(
        one.load.responder_id == responder_id for one in rotation.shares
    )


def _rotations(
    query: LoadQuery,
    record: OnCallRecord,
    found: OnCallLoad,
    names: NamesShown,
    apart: frozenset[str],
) -> list[RotationLoadView]:
    shown = []
    for schedule_id, shares in sorted(found.rotations.items()):
        schedule = record.schedules[schedule_id]
        if schedule.team_id in apart or query.schedule not in {None, schedule_id}:
            continue
        if query.team in {None, schedule.team_id}:
            name = (schedule_id, schedule.name, schedule.team_id)
            shown.append(rotation_view(name, shares, names))
    return shown


def _teams(
    query: LoadQuery, found: OnCallLoad, teams: dict[str, set[str]], apart: frozenset[str]
) -> list[TeamLoadView]:
    """Return the load by team, but for those that keep their incidents to themselves."""
    if query.schedule is not None:
        return []
    shown = (
        (team_id, [found.people[who] for who in sorted(members) if who in found.people])
        for team_id, members in sorted(teams.items())
        if team_id not in apart and query.team in {None, team_id}
    )
    return [team_view(team_id, people) for team_id, people in shown if people]
