"""Backtests: a changed escalation policy or schedule, tried on the incidents of the past."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from activities.page.policies import require_no_circle
from events.backtest.on_call_then import OnCallThen, as_if_always
from events.backtest.past import PastPage, PastPlan, policies_in, schedules_in
from events.backtest.policies_then import changed_plan
from events.backtest.replay import Plans, Replay
from events.backtest.totals import TriedIncident, TriedPage, totals_of
from events.configuration.escalation_policy import (
    EscalationPolicyDefined,
    EscalationPolicyNotFound,
    require_sound,
)
from events.definition import fact_of
from events.ids import (
    EscalationPolicyId,
    ResponderId,
    ScheduleId,
    escalation_policy_stream,
    schedule_stream,
)
from events.on_call.layer_rules import check_layers
from events.on_call.rota import Edition
from events.page.paged import Paged
from events.page.plan import PagePlan
from events.references import references
from events.schedule.refusals import ScheduleNotFound
from projections.paging import paged_incidents
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Name
from services.api.http.guard import api_router, requires
from services.api.reading.backtest_reads import (
    MOST,
    READ_MODELS,
    Material,
    material_of,
    policies_of,
    with_rota,
)
from services.api.reading.one_at_a_time import OneAtATime
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.reading.time_windows import TimeWindow, window_of, within_reach
from services.api.resources.configuration.escalation_policies import (
    EscalationPolicyBody,
    policy_command,
)
from services.api.resources.on_call.schedules import schedule_command
from services.api.views.backtest import ASSUMED, BacktestView, incident_view, totals_view
from services.api.views.on_call.schedules import ScheduleBody
from services.commanding.named import require_named
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

READ: Final = [requires(Permission.INCIDENT_READ)]  # who may, may read the configuration too
DAYS: Final = 90

QUEUE: Final = OneAtATime("backtests", waiting=3)  # each of them holds a place among the reads

type IsMeant = Callable[[PagePlan], bool]


class BacktestQuery(BaseModel):
    """Which pages: those that began in the period, at most 400 days; none of drills."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    begin: Annotated[
        Instant | None, Field(alias="from", description=f"Left out: {DAYS} days before the end.")
    ] = None
    until: Annotated[
        Instant | None, Field(description="Not included; left out or yet to come: now.")
    ] = None
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


@router.post(
    "/v1/escalation-policies/{escalation_policy_id}/backtest",
    dependencies=READ,
    response_model=BacktestView,
)
async def backtest_escalation_policy(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    escalation_policy_id: Name,
    query: Annotated[BacktestQuery, Query()],
    body: EscalationPolicyBody | None = None,
) -> Response:
    """Say whom this policy would have paged for past incidents; without a body, as it is now.

    Nothing is stored and nobody is paged. Private incidents are in it for those who may see them.
    """
    QUEUE.require_place()  # before anything is read for it
    now = dependencies.clock()
    policy_id = EscalationPolicyId(escalation_policy_id)
    begin, end = backtest_window(query, now)
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, *READ_MODELS) as connection:
        newest = await paged_incidents.paged_by_policy(
            connection, policy_id, begin, end, hidden, MOST + 1
        )
        material = await material_of(connection, newest, begin, end)
    plan_of = await plans_by(dependencies, caller, policy_id, body, material)
    return await _apart(material, plan_of, lambda plan: policy_id in policies_in(plan))


async def plans_by(
    dependencies: Deps,
    caller: TheCaller,
    policy_id: EscalationPolicyId,
    body: EscalationPolicyBody | None,
    material: Material,
) -> Plans:
    """Return how pages would be planned by a policy; without a body, as it is now.

    Raises: EscalationPolicyNotFound, and what saving the policy would raise.
    """
    log = dependencies.log
    history = await policies_of(log, material.incidents, policy_id)
    if not history[policy_id]:
        raise EscalationPolicyNotFound(f"No such escalation policy: {policy_id}.")
    changed = history[policy_id][-1]
    if body is not None:
        command = policy_command(policy_id, body, caller.actor, dependencies.clock())
        require_sound(command)  # in the order in which saving it refuses
        await require_no_circle(log, command)
        await require_named(log, references(command, escalation_policy_stream(policy_id)))
        changed = fact_of(EscalationPolicyDefined, command)
        history |= await policies_of(log, (), changed.hand_over_to)
    return partial(changed_plan, history, changed)


@router.post("/v1/schedules/{schedule_id}/backtest", dependencies=READ, response_model=BacktestView)
async def backtest_schedule(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    schedule_id: Name,
    query: Annotated[BacktestQuery, Query()],
    body: ScheduleBody | None = None,
) -> Response:
    """Say whom past incidents would have paged, had this schedule always been so.

    Without a body: as it is now. Its overrides stay. Nothing is stored and nobody is paged.
    """
    QUEUE.require_place()  # before anything is read for it
    log, now = dependencies.log, dependencies.clock()
    named = ScheduleId(schedule_id)
    begin, end = backtest_window(query, now)
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, *READ_MODELS) as connection:
        newest = await paged_incidents.paged_by_schedule(
            connection, named, begin, end, hidden, MOST + 1
        )
        material = await material_of(connection, newest, begin, end)
    rota = material.rotas.get(named)
    if rota is None or not rota.editions:
        raise ScheduleNotFound(f"No such schedule: {schedule_id}.")
    edition = rota.editions[-1]
    if body is not None:
        command = schedule_command(schedule_id, body, caller.actor, now)
        check_layers(command.zone, command.layers, command.holidays, now)
        await require_named(log, references(command, schedule_stream(named)))
        edition = Edition(
            holds_from=begin, zone=command.zone, layers=command.layers, holidays=command.holidays
        )
    material = with_rota(material, named, as_if_always(rota, edition))
    return await _apart(material, _as_planned, lambda plan: named in schedules_in(plan))


async def _apart(material: Material, plan_of: Plans, is_meant: IsMeant) -> Response:
    """Return the answer, made beside the event loop: it takes up to some seconds.

    Raises: BacktestTooLarge, Overloaded.
    """

    def written() -> str:
        return backtested(material, plan_of, is_meant).model_dump_json()

    return Response(await QUEUE.done(written), media_type="application/json")


def backtested(material: Material, plan_of: Plans, is_meant: IsMeant) -> BacktestView:
    """Return the backtest of the pages whose plans are meant.

    Raises: BacktestTooLarge.
    """
    on_call = OnCallThen(material.rotas, material.begin, material.end)
    replay = Replay(
        plan_of=plan_of,
        on_call=on_call,
        teams=material.teams,
        reach=material.reach,
        until=material.end,
    )
    incidents = [
        TriedIncident(
            incident_id=one.incident_id,
            reference=one.reference,
            service_id=one.service_id,
            pages=tuple(
                TriedPage(past=page, before=page.steps, after=replay.steps_of(one, page))
                for page in one.pages
                if any(is_meant(past.plan) for past in page.plans)
            ),
        )
        for one in material.incidents
    ]
    tested = [one for one in incidents if one.pages]

    def zone_of(paged: Paged) -> str:
        schedule = paged.target.schedule_id
        by_schedule = on_call.zone_of(schedule) if schedule else None
        return material.zones.get(ResponderId(paged.responder_id)) or by_schedule or "UTC"

    return BacktestView(
        starts_at=material.begin,
        ends_at=material.end,
        incidents=tuple(map(incident_view, tested)),
        cut=material.cut,
        totals=totals_view(totals_of(tested, zone_of)),
        assumed=ASSUMED,
    )


def _as_planned(_page: PastPage, past: PastPlan) -> PagePlan:
    return past.plan


def backtest_window(query: BacktestQuery, now: datetime) -> TimeWindow:
    """Return the period that is asked about, up to now: later nobody can have been paged.

    Raises: RequestInvalid.
    """
    if query.begin is not None and query.begin >= now:
        raise RequestInvalid(Invalid(field="query.from", reason="Give a time that has come."))
    end = min(within_reach("query.until", query.until or now), now)
    return window_of(query.begin or end - timedelta(days=DAYS), end, now, days=DAYS)
