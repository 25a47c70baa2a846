"""Answers by another policy, over HTTP: when past incidents would have been answered by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from events.backtest.delays import KnownDelays, delays_in, together
from events.backtest.on_call_then import OnCallThen
from events.backtest.past import PastIncident, PastPage, policies_in
from events.backtest.replay import Plans, Replay
from events.backtest.what_if import AskedAgain, Model, WhatIf, response_page, unanswered
from events.configuration.escalation_policy import EscalationPolicyNotFound
from events.ids import EscalationPolicyId, ResponderId
from projections.engine.rows import Reader
from projections.load import personal_hours
from projections.load.bands import HoursEdition, band_at, hours_at, night_at
from projections.load.personal_hours import PERSONAL_HOURS
from projections.paging import paged_incidents
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.backtest_reads import MOST, READ_MODELS, Material, material_of
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.escalation_policies import EscalationPolicyBody
from services.api.resources.history.backtests import (
    QUEUE,
    BacktestQuery,
    backtest_window,
    plans_by,
)
from services.api.resources.practice.names import names_shown_to
from services.api.resources.practice.what_if_views import WhatIfView, what_if_view
from services.request_refusals import Invalid, RequestInvalid

router = api_router("learning")

READ: Final = [requires(Permission.INCIDENT_READ)]
LEARNT_FROM: Final = timedelta(days=365)  # of pages before the end: how people answer
MOST_LEARNT: Final = 2_000  # incidents
LARGEST_SEED: Final = 2**31 - 1


class WhatIfQuery(BacktestQuery):
    """Which pages, and by which draw."""

    seed: Annotated[
        int, Field(ge=0, le=LARGEST_SEED, description="The same seed gives the same answer.")
    ] = 0


class WhatIfBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "escalation_policy_id": "payments",
                "policy": {
                    "name": "Payments",
                    "levels": [
                        {
                            "targets": [{"schedule_id": "payments"}],
                            "escalation_timeout_seconds": 180,
                        }
                    ],
                },
            }
        ]
    },
):
    """An escalation policy as it might be."""

    escalation_policy_id: Name
    policy: Annotated[
        EscalationPolicyBody | None, Field(description="Left out: as the policy is now.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What is known of how people answer, and by which clocks they live."""

    incidents: Sequence[PastIncident]
    hours: Mapping[str, Sequence[HoursEdition]]

    def band_of(self, responder_id: ResponderId, at: datetime) -> str:
        """Return in which band of a person's day an instant is."""
        return band_at(hours_at(self.hours.get(responder_id, ()), at), at)

    def night_of(self, responder_id: ResponderId, at: datetime) -> date | None:
        """Return the night of a person that an instant is in."""
        return night_at(hours_at(self.hours.get(responder_id, ()), at), at)


@router.post("/v1/what-if", dependencies=READ, response_model=WhatIfView)
async def ask_what_if(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[WhatIfQuery, Query()],
    body: WhatIfBody,
) -> Response:
    """Say when past incidents would have been answered by this policy, and how sure that is.

    The plan is computed by the rules that page; the answers are a model of how people answered.
    Nothing is stored and nobody is paged.
    """
    QUEUE.require_place()  # before anything is read for it
    policy_id = EscalationPolicyId(body.escalation_policy_id)
    begin, end = backtest_window(query, dependencies.clock())
    seen = ReadQuery(after_position=query.after_position)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, *READ_MODELS, personal_hours.NAME) as reader:
        newest = await paged_incidents.paged_by_policy(
            reader, policy_id, begin, end, hidden, MOST + 1
        )
        material = await material_of(reader, newest, begin, end)
        learnt = await _learnt(reader, end, hidden)
    try:
        plan_of = await plans_by(dependencies, caller, policy_id, body.policy, material)
    except EscalationPolicyNotFound as unknown:
        field = "body.escalation_policy_id"
        raise RequestInvalid(Invalid(field=field, reason=unknown.detail)) from unknown
    names = await names_shown_to(dependencies, caller)

    def written() -> str:
        said = answered(material, plan_of, policy_id, learnt, query.seed)
        return what_if_view(material, said, query.seed, names).model_dump_json()

    return Response(await QUEUE.done(written), media_type="application/json")


def answered(
    material: Material, plan_of: Plans, policy_id: EscalationPolicyId, learnt: Learnt, seed: int
) -> WhatIf:
    """Return when the incidents whose first page went by a policy would have been answered.

    Raises: BacktestTooLarge.
    """
    replay = Replay(
        plan_of=plan_of,
        on_call=OnCallThen(material.rotas, material.begin, material.end),
        teams=material.teams,
        reach=material.reach,
        until=material.end,
        unanswered=True,
    )
    teams = [[one.responder_id for one in team.members] for team in material.teams.values()]
    known = delays_in(learnt.incidents, learnt.band_of, material.end)
    model = Model(
        known=KnownDelays(known, together(teams)),
        band_of=learnt.band_of,
        night_of=learnt.night_of,
        until=material.end,
        seed=seed,
    )
    return model.ask(
        [
            AskedAgain(incident=one, page=page, steps=replay.steps_of(one, unanswered(page)))
            for one in material.incidents
            if (page := response_page(one)) is not None and _went_by(policy_id, page)
        ]
    )


def _went_by(policy_id: EscalationPolicyId, page: PastPage) -> bool:
    return any(policy_id in policies_in(past.plan) for past in page.plans)


async def _learnt(reader: Reader, end: datetime, hidden: frozenset[UUID]) -> Learnt:
    incidents = await paged_incidents.paged_in(reader, end - LEARNT_FROM, end, hidden, MOST_LEARNT)
    hours = await PERSONAL_HOURS.select(reader, "order by responder_id")
    return Learnt(incidents=incidents, hours={row.responder_id: row.editions for row in hours})
