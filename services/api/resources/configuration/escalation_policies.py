"""Escalation policies: who is paged, in which order, how patiently and how often."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from activities.page.dry_run import differences
from activities.page.policies import require_no_circle
from events.actor import Actor
from events.configuration.escalation_policy import (
    MOST_LEVELS,
    DefineEscalationPolicy,
    EscalationPolicyDefined,
    EscalationPolicyNotFound,
    escalation_policy_decider,
    require_sound,
)
from events.definition import fact_of
from events.ids import EscalationPolicyId, TeamId, escalation_policy_stream
from events.loading import load
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.formats import Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.contact_warnings import warnings_of_paged
from services.api.resources.configuration.reach import warnings_of_levels
from services.api.views.configuration import EscalationPolicyList, EscalationPolicyView
from services.api.views.escalation import LevelBody, Targets
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")


class EscalationPolicyBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Payments",
                "levels": [
                    {
                        "targets": [{"schedule_id": "payments"}],
                        "escalation_timeout_seconds": 300,
                    },
                    {
                        "targets": [{"responder_id": "ada"}, {"responder_id": "ben"}],
                        "escalation_timeout_seconds": 600,
                        "assign": "round_robin",
                    },
                ],
                "repeats": 1,
                "on_exhausted": [{"responder_id": "payments-room"}],
            }
        ]
    },
):
    """Escalation policy to set; pages under way keep the plan they began with."""

    name: Line
    levels: Annotated[
        tuple[LevelBody, ...], Field(min_length=1, max_length=MOST_LEVELS, strict=False)
    ]
    repeats: Annotated[
        int, Field(ge=0, le=9, description="Times to begin again after the last level.")
    ] = 0
    hand_over_to: Annotated[
        Name | None,
        Field(description="The escalation policy that goes on when all of that is through."),
    ] = None
    on_exhausted: Annotated[
        Targets, Field(description="Told when nobody has answered: a channel, a manager.")
    ] = ()
    team_id: Annotated[
        Name | None,
        Field(description="Owns it; its managers are told of levels that reach nobody."),
    ] = None


@router.get("/v1/escalation-policies", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_escalation_policies(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> EscalationPolicyList:
    """List the escalation policies, by id."""
    async with reads.of(query, configuration.NAME) as connection:
        rows = await every(configuration.ESCALATION_POLICY, connection)
    return EscalationPolicyList(
        escalation_policies=[EscalationPolicyView.model_validate(row) for row in rows]
    )


@router.get(
    "/v1/escalation-policies/{escalation_policy_id}",
    dependencies=[requires(Permission.CONFIGURATION_READ)],
)
async def show_escalation_policy(
    response: Response,
    reads: TheReads,
    escalation_policy_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> EscalationPolicyView:
    """Show an escalation policy; its ETag is what If-Match takes."""
    stream = escalation_policy_stream(EscalationPolicyId(escalation_policy_id))
    async with reads.of(query, configuration.NAME, stream=stream) as connection:
        row = await one(configuration.ESCALATION_POLICY, connection, escalation_policy_id)
    if row is None:
        raise EscalationPolicyNotFound(f"No such escalation policy: {escalation_policy_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return EscalationPolicyView.model_validate(row)


@router.put(
    "/v1/escalation-policies/{escalation_policy_id}",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def define_escalation_policy(
    escalation_policy_id: Name, body: EscalationPolicyBody, change: TheConfigurationChange
) -> Response:
    """Create an escalation policy, or replace what it says."""
    command = policy_command(escalation_policy_id, body, change.actor, change.at)
    stream = escalation_policy_stream(command.escalation_policy_id)
    require_sound(command)  # before what it would do is worked out
    await require_no_circle(change.dependencies.log, command)
    warnings = await warnings_of_levels(change.dependencies.log, command.levels, change.at)
    warnings += await warnings_of_paged(change.dependencies.log, command.levels)
    before, _ = await load(change.dependencies.log, escalation_policy_decider, stream)
    after = fact_of(EscalationPolicyDefined, command)
    effects = await differences(change.dependencies.log, before, after, change.at)
    return await change.receipt(escalation_policy_decider, stream, command, warnings, effects)


def policy_command(
    escalation_policy_id: str, body: EscalationPolicyBody, actor: Actor, at: datetime
) -> DefineEscalationPolicy:
    """Return the command that a body asks for."""
    return DefineEscalationPolicy(
        escalation_policy_id=EscalationPolicyId(escalation_policy_id),
        name=body.name,
        levels=tuple(level.level() for level in body.levels),
        repeats=body.repeats,
        hand_over_to=EscalationPolicyId(body.hand_over_to) if body.hand_over_to else None,
        on_exhausted=tuple(one.target() for one in body.on_exhausted),
        team_id=TeamId(body.team_id) if body.team_id else None,
        actor=actor,
        at=at,
    )
