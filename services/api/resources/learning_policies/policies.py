"""Learning policies: what is asked of postmortems and action items, targets, causes, thresholds."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.ids import LearningPolicyId, ServiceId, service_stream
from events.learning_policy.commands import DefineLearningPolicy
from events.learning_policy.decide import AGGREGATE, learning_policy_decider
from events.learning_policy.policy import DEFAULT, EVERYBODY
from events.learning_policy.taxonomy import hints_for
from projections.configuration import learning_policies
from projections.configuration.learning_policies import LearningPolicyRow
from services.access.permissions import Permission
from services.api.http.formats import Name, Position, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.learning_policies.bodies import (
    LearningPolicyBody,
    learning_body_of,
    learning_policy_in,
)
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.commanding.named import require_named

router = api_router("configuration")

POLICY = "/v1/learning-policies/{learning_policy_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]


class LearningPolicyView(View):
    """One version of a learning policy."""

    learning_policy_id: Annotated[
        str, Field(description="A service, or `default`: of all services without one.")
    ]
    number: int  # 0 is the default, which nobody has defined
    policy: LearningPolicyBody
    defined_by: str | None
    defined_at: datetime | None
    version: int
    position: Position


class LearningPolicyVersions(View):
    """Every version of a learning policy, the newest first; the default is none."""

    versions: list[LearningPolicyView]


class LearningPolicyList(View):
    """What somebody has defined, by id."""

    learning_policies: list[LearningPolicyView]


@router.get("/v1/learning-policies", dependencies=READ)
async def list_learning_policies(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> LearningPolicyList:
    """List the learning policies that somebody has defined, by id."""
    async with reads.of(query, learning_policies.NAME) as connection:
        rows = await learning_policies.newest(connection)
    return LearningPolicyList(learning_policies=[_view(row) for row in rows])


@router.get(POLICY, dependencies=READ)
async def show_learning_policy(
    response: Response,
    reads: TheReads,
    learning_policy_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> LearningPolicyView:
    """Show what a learning policy says; its ETag is what If-Match takes."""
    versions = await _versions(reads, learning_policy_id, query)
    shown = versions[0] if versions else _default(learning_policy_id)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.get(f"{POLICY}/versions", dependencies=READ)
async def list_learning_policy_versions(
    reads: TheReads, learning_policy_id: Name, query: Annotated[ReadQuery, Query()]
) -> LearningPolicyVersions:
    """List every version there was, with who defined it and when."""
    return LearningPolicyVersions(versions=await _versions(reads, learning_policy_id, query))


@router.put(POLICY, dependencies=WRITE, response_model=Receipt)
async def define_learning_policy(
    learning_policy_id: Name, body: LearningPolicyBody, change: TheConfigurationChange
) -> Response:
    """Replace what a service's learning policy says, or that of all services without one.

    Postmortems and reports that there are keep the version that they were made by.
    """
    if learning_policy_id != EVERYBODY:
        named = [("learning_policy_id", service_stream(ServiceId(learning_policy_id)))]
        await require_named(change.dependencies.log, named, at="path")
    command = DefineLearningPolicy(
        learning_policy_id=LearningPolicyId(learning_policy_id),
        policy=learning_policy_in(body),
        actor=change.actor,
        at=change.at,
    )
    stream = AGGREGATE.stream(learning_policy_id)
    hints = hints_for(command.policy.causes)
    return await change.receipt(learning_policy_decider, stream, command, warnings=hints)


async def _versions(
    reads: TheReads, learning_policy_id: str, query: ReadQuery
) -> list[LearningPolicyView]:
    async with reads.of(query, learning_policies.NAME) as connection:
        rows = await learning_policies.versions_of(connection, learning_policy_id)
    return [_view(row) for row in rows]


def _view(row: LearningPolicyRow) -> LearningPolicyView:
    return LearningPolicyView(
        learning_policy_id=row.learning_policy_id,
        number=row.number,
        policy=learning_body_of(row.policy),
        defined_by=row.defined_by,
        defined_at=row.defined_at,
        version=row.version,
        position=row.position,
    )


def _default(learning_policy_id: str) -> LearningPolicyView:
    return LearningPolicyView(
        learning_policy_id=learning_policy_id,
        number=0,
        policy=learning_body_of(DEFAULT),
        defined_by=None,
        defined_at=None,
        version=0,
        position=0,
    )
