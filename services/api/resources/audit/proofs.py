"""Log proofs: enough for auditors to check the log without trusting this server."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from events.log.proof.proofs import Prover
from events.log.proof.tree_heads import TreeHeads
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, Number
from services.api.views.audit import (
    AuditedLog,
    ConsistencyView,
    HeadList,
    HeadView,
    InclusionList,
    InclusionView,
    in_base64,
)
from services.request_refusals import Invalid, RequestInvalid

router = api_router("audit")

AUDIT: Final = [requires(Permission.LOG_READ)]
MOST_PROOFS: Final = 100  # in one answer


class HeadsQuery(BaseModel):
    """Which part of the signed heads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[Number, Field(description="The size of the last head before.")] = 0
    limit: Limit = 200


class InclusionQuery(BaseModel):
    """Which events, and in which tree."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Number
    position: Annotated[list[Number], Field(min_length=1, max_length=MOST_PROOFS)]


class ConsistencyQuery(BaseModel):
    """Which two trees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: Number
    second: Number


@router.get("/v1/audit/log", dependencies=AUDIT)
async def show_audited_log(dependencies: Deps) -> AuditedLog:
    """Say where the log ends, and show the newest signed head."""
    heads = TreeHeads(dependencies.database)
    newest = await heads.newest()
    return AuditedLog(
        position=await dependencies.log.head(),
        head=HeadView.of(newest) if newest else None,
        keys=await heads.keys(),
    )


@router.get("/v1/audit/heads", dependencies=AUDIT)
async def list_log_heads(dependencies: Deps, query: Annotated[HeadsQuery, Query()]) -> HeadList:
    """List the signed heads, the smallest first. Keep some of them where nobody here can write."""
    found = await TreeHeads(dependencies.database).after(query.after, query.limit)
    full = len(found) == query.limit
    return HeadList(
        heads=[HeadView.of(head) for head in found],
        next_after=str(found[-1].size) if full else None,
    )


@router.get("/v1/audit/proofs/inclusion", dependencies=AUDIT)
async def prove_inclusion(
    dependencies: Deps, query: Annotated[InclusionQuery, Query()]
) -> InclusionList:
    """Prove events to be in the tree of a size: RFC 6962 audit paths, the nearest hash first."""
    prover = Prover(TreeHeads(dependencies.database))
    await _require_size(dependencies, "query.size", query.size)
    if not all(0 < position <= query.size for position in query.position):
        raise RequestInvalid(
            Invalid(field="query.position", reason="Name positions from 1 to the size.")
        )
    return InclusionList(
        proofs=[
            InclusionView(
                position=position,
                size=query.size,
                path=in_base64(await prover.inclusion(position, query.size)),
            )
            for position in query.position
        ]
    )


@router.get("/v1/audit/proofs/consistency", dependencies=AUDIT)
async def prove_consistency(
    dependencies: Deps, query: Annotated[ConsistencyQuery, Query()]
) -> ConsistencyView:
    """Prove that the tree of one size begins the tree of a larger one (RFC 6962)."""
    await _require_size(dependencies, "query.second", query.second)
    if not 0 < query.first <= query.second:
        raise RequestInvalid(
            Invalid(field="query.first", reason="Name a size from 1 to the second one.")
        )
    prover = Prover(TreeHeads(dependencies.database))
    path = in_base64(await prover.consistency(query.first, query.second))
    return ConsistencyView(first=query.first, second=query.second, path=path)


async def _require_size(dependencies: Deps, field: str, size: int) -> None:
    """Refuse a tree of more events than there are.

    Raises: RequestInvalid.
    """
    if not 0 < size <= await dependencies.log.head():
        raise RequestInvalid(Invalid(field=field, reason="The log has no tree of this size."))
