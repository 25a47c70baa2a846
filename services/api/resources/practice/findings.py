"""Findings over HTTP: the anti-patterns of the practice, measured, with what they rest on."""

import asyncio
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from events.learning_policy.policy import CapturedLearningPolicy
from projections.configuration import learning_policies, tables
from projections.engine.rows import Reader
from projections.findings import answers
from projections.findings.answers import FINDING_ANSWER, finding_id_of
from projections.findings.finding import FindingState
from projections.findings.patterns import all_findings
from projections.findings.record import PracticeScope, read_practice, recorded
from projections.incidents import changes
from projections.load import personal_hours
from projections.metrics import engagements, facts, interruptions
from projections.metrics.quarters import MetricWindow
from projections.on_call import schedules
from projections.paging import paged_incidents
from projections.practice import action_items, noise, postmortems
from projections.privacy import team_sight
from projections.privacy.apart import Apart
from projections.similar import repeats
from services.access.permissions import Permission
from services.access.visibility import apart_for, private_now
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.formats import Choice, Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.resources.learning.sight import require_known
from services.api.resources.practice.findings_views import (
    PracticeView,
    PracticeWindowView,
    finding_view,
)
from services.api.resources.practice.fixes_views import fix_view
from services.api.resources.practice.names import names_shown_to
from services.request_refusals import Invalid, KeptToItself, RequestInvalid

router = api_router("learning")

READ: Final = (
    *(facts.NAME, engagements.NAME, interruptions.NAME, personal_hours.NAME, schedules.NAME),
    *(paged_incidents.NAME, noise.NAME, action_items.NAME, postmortems.NAME, answers.NAME),
    *(learning_policies.NAME, tables.NAME, repeats.NAME, changes.NAME, team_sight.NAME),
)
NOT_BOTH: Final = "Ask for a service or for a team, not for both."


class PracticeQuery(BaseModel):
    """Whose practice, and which findings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: Name | None = None
    team: Name | None = None
    state: Annotated[
        Choice[FindingState] | None, Field(description="Only those of this state.")
    ] = None
    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


@router.get("/v1/practice", dependencies=[requires(Permission.INCIDENT_READ)])
async def show_practice(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[PracticeQuery, Query()],
) -> PracticeView:
    """Show what the last 90 days say of hero culture, alert fatigue, blame and follow-up.

    Each finding is a question to the team, with the incidents and action items it rests on.
    """
    scope = PracticeScope(service_id=query.service, team_id=query.team)
    now, seen = dependencies.clock(), ReadQuery(after_position=query.after_position)
    private = await private_now(dependencies)
    hidden = await reads.hidden(seen, caller.visibility)
    async with reads.of(seen, *READ) as reader:
        apart = await apart_for(dependencies, caller.visibility)
        await _require_shown(dependencies, apart, query)
        policy = await _policy(reader, query.service)
        thresholds = policy.policy.thresholds
        window = MetricWindow(now - timedelta(days=thresholds.window_days), now)
        rows = await read_practice(reader, window, scope, private, thresholds)
        said = {row.finding_id: row for row in await FINDING_ANSWER.select(reader, "")}
    record = await asyncio.to_thread(recorded, rows, now, thresholds)
    found = await asyncio.to_thread(all_findings, record)
    names = await names_shown_to(dependencies, caller)
    return PracticeView(
        window=PracticeWindowView(begin=window.begin, until=window.end),
        service=query.service,
        team=query.team,
        learning_policy_id=policy.learning_policy_id,
        policy_number=policy.number,
        findings=[
            finding_view(
                one, scope, names, hidden, said.get(finding_id_of(one.measure, scope, one.about))
            )
            for one in found
            if query.state in {None, one.state} and not record.is_apart(one, apart)
        ],
        fixes=[
            fix_view(one, record.references[one.item.incident_id], hidden)
            for one in record.fixes
            if one.item.incident_id not in hidden
        ],
    )


async def _require_shown(
    dependencies: HttpDependencies, apart: Apart, query: PracticeQuery
) -> None:
    """Let a scope pass that is there, and not kept from the caller.

    Raises: RequestInvalid, KeptToItself, LogUnavailable.
    """
    if query.service is not None and query.team is not None:
        raise RequestInvalid(Invalid(field="query.team", reason=NOT_BOTH))
    await require_known(dependencies, query.service, query.team)
    if query.service in apart.services or query.team in apart.teams:
        raise KeptToItself(
            f"The findings of {query.service or query.team} are there for its team only."
        )


async def _policy(reader: Reader, service_id: str | None) -> CapturedLearningPolicy:
    """Return the learning policy whose thresholds count."""
    if service_id is not None:
        versions = await learning_policies.versions_of(reader, service_id)
        if versions:
            newest = versions[0]
            return CapturedLearningPolicy(
                learning_policy_id=newest.learning_policy_id,
                number=newest.number,
                policy=newest.policy,
            )
    return await learning_policies.of_everybody(reader)
