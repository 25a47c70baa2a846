"""Response policies: what each severity asks for, service by service, and how one is found."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response

from events.ids import ServiceId, response_policy_stream, service_stream
from events.references import references
from events.response_policy.commands import ChangeMatrix, DefineResponsePolicy
from events.response_policy.decide import response_policy_decider
from events.response_policy.policy import DEFAULT
from projections.configuration import response_policies
from projections.configuration.response_policies import ResponsePolicyRow
from services.access.permissions import Permission
from services.api.http.formats import Name, Position, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.response_policies import (
    MatrixBody,
    ResponsePolicyBody,
    body_of,
    matrix_in,
    matrix_of,
    policy_in,
)
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.commanding.named import require_named

router = api_router("configuration")

POLICY = "/v1/response-policies/{service_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]


class ResponsePolicyView(View):
    """One version of a service's response policy."""

    service_id: str
    number: int  # 0 is the default, which nobody has defined
    policy: ResponsePolicyBody
    defined_by: str | None
    defined_at: datetime | None
    version: int
    position: Position


class ResponsePolicyVersions(View):
    """Every version of a service's response policy, the newest first; the default is none."""

    versions: list[ResponsePolicyView]


class ResponsePolicyList(View):
    """What somebody has defined, by service; every other service has the default."""

    response_policies: list[ResponsePolicyView]


@router.get("/v1/response-policies", dependencies=READ)
async def list_response_policies(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> ResponsePolicyList:
    """List the response policies that somebody has defined, by service."""
    async with reads.of(query, response_policies.NAME) as connection:
        rows = await response_policies.newest(connection)
    return ResponsePolicyList(response_policies=[_view(row) for row in rows])


@router.get(POLICY, dependencies=READ)
async def show_response_policy(
    response: Response, reads: TheReads, service_id: Name, query: Annotated[ReadQuery, Query()]
) -> ResponsePolicyView:
    """Show what a service's response policy says; its ETag is what If-Match takes."""
    versions = await _versions(reads, service_id, query)
    shown = versions[0] if versions else _default(service_id)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.get(f"{POLICY}/versions", dependencies=READ)
async def list_response_policy_versions(
    reads: TheReads, service_id: Name, query: Annotated[ReadQuery, Query()]
) -> ResponsePolicyVersions:
    """List every version there was, with who defined it and when."""
    return ResponsePolicyVersions(versions=await _versions(reads, service_id, query))


@router.get(f"{POLICY}/matrix", dependencies=READ)
async def show_matrix(
    reads: TheReads, service_id: Name, query: Annotated[ReadQuery, Query()]
) -> MatrixBody:
    """Show how a severity is found from impact and scope."""
    versions = await _versions(reads, service_id, query)
    cells = versions[0].policy.matrix if versions else matrix_of(DEFAULT).cells
    return MatrixBody(cells=cells)


@router.put(POLICY, dependencies=WRITE, response_model=Receipt)
async def define_response_policy(
    service_id: Name, body: ResponsePolicyBody, change: TheConfigurationChange
) -> Response:
    """Replace what a service's response policy says; incidents declared from now on follow it."""
    policy = policy_in(body)
    await _require_service(change, service_id)
    await require_named(change.dependencies.log, references(policy, ""))
    command = DefineResponsePolicy(
        service_id=ServiceId(service_id), policy=policy, actor=change.actor, at=change.at
    )
    stream = response_policy_stream(command.service_id)
    return await change.receipt(response_policy_decider, stream, command)


@router.put(f"{POLICY}/matrix", dependencies=WRITE, response_model=Receipt)
async def change_matrix(
    service_id: Name, body: MatrixBody, change: TheConfigurationChange
) -> Response:
    """Replace how a severity is found, and nothing else of the policy."""
    await _require_service(change, service_id)
    command = ChangeMatrix(
        service_id=ServiceId(service_id),
        matrix=matrix_in(body.cells),
        actor=change.actor,
        at=change.at,
    )
    stream = response_policy_stream(command.service_id)
    return await change.receipt(response_policy_decider, stream, command)


async def _require_service(change: TheConfigurationChange, service_id: str) -> None:
    named = [("service_id", service_stream(ServiceId(service_id)))]
    await require_named(change.dependencies.log, named, at="path")


async def _versions(reads: TheReads, service_id: str, query: ReadQuery) -> list[ResponsePolicyView]:
    async with reads.of(query, response_policies.NAME) as connection:
        rows = await response_policies.versions_of(connection, service_id)
    return [_view(row) for row in rows]


def _view(row: ResponsePolicyRow) -> ResponsePolicyView:
    return ResponsePolicyView(
        service_id=row.service_id,
        number=row.number,
        policy=body_of(row.policy),
        defined_by=row.defined_by,
        defined_at=row.defined_at,
        version=row.version,
        position=row.position,
    )


def _default(service_id: str) -> ResponsePolicyView:
    return ResponsePolicyView(
        service_id=service_id,
        number=0,
        policy=body_of(DEFAULT),
        defined_by=None,
        defined_at=None,
        version=0,
        position=0,
    )
