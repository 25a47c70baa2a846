"""Sight of the metrics: what counts for a caller, which of it is named, and which groups are shown.

Two people must not get two reports: what a team keeps to itself counts in the whole for everybody.
Private incidents are in nobody's figures, unless somebody who knows of them asks for them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from projections.engine.moments import time_of
from projections.engine.projection import Projection
from projections.engine.rows import Reader, held
from projections.metrics import facts
from projections.metrics.figures import FiguresWanted
from projections.metrics.quarters import MetricWindow, Quarter
from projections.privacy.apart import Apart
from services.access.callers import Caller
from services.access.reads import Reads
from services.access.visibility import Visibility, apart_for, private_now
from services.api.http.dependencies import HttpDependencies
from services.api.resources.learning.metrics_query import MetricsQuery
from services.request_refusals import Invalid, KeptToItself, RequestInvalid

# Declared private, but not so yet at the position that is asked about: it was never shown. Nor is
# what the read model does not know to be private.
NOT_YET_PRIVATE: Final = """
select incident_id from read.incident_facts where private_from > $1 and declared_position <= $1
union
select incident_id from read.incident_facts where not private and incident_id = any ($2)
"""
IS_TEAM: Final = "select exists (select from read.team_people where team_id = $1)"
IS_SERVICE: Final = "select exists (select from read.facts_service where service_id = $1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a caller gets to know."""

    wanted: FiguresWanted
    quarter: Quarter | None
    hidden: frozenset[UUID]  # never named
    apart: Apart  # never a group of its own

    @property
    def window(self) -> MetricWindow:
        """Return the window that is asked about."""
        return self.wanted.window


async def sight_of(
    dependencies: HttpDependencies, caller: Caller, reads: Reads, query: MetricsQuery
) -> Sight:
    """Return what counts for a caller and may be shown to them.

    Raises: RequestInvalid, KeptToItself, ProjectionBehind, LogUnavailable, DidNotExistYet.
    """
    return await sight_with(dependencies, caller.visibility, reads, query)


async def sight_with(
    dependencies: HttpDependencies, visibility: Visibility, reads: Reads, query: MetricsQuery
) -> Sight:
    """Return the same for whoever sees that much.

    Raises: RequestInvalid, KeptToItself, ProjectionBehind, LogUnavailable, DidNotExistYet.
    """
    hidden = await reads.hidden(query, visibility)
    apart = await apart_for(dependencies, visibility)
    await require_known(dependencies, query.service, query.team)
    if query.service in apart.services or query.team in apart.teams:
        what = query.service if query.service in apart.services else query.team
        raise KeptToItself(
            f"The numbers of {what} alone are there for its team only: leave the filter out, the"
            " whole is there for everybody."
        )
    position = await reads.position_of(query)
    now = await _now(dependencies, position)
    quarter, window = query.window(now)
    private = await private_now(dependencies)
    wanted = query.wanted(window, now)
    if wanted.private:
        aside = private & hidden
    elif position is None:
        aside = private
    else:
        aside = await _not_yet_private(dependencies, position, private)
    wanted = replace(wanted, left_aside=aside)
    return Sight(wanted=wanted, quarter=quarter, hidden=hidden, apart=apart)


@asynccontextmanager
async def one_snapshot(reads: Reads, query: MetricsQuery) -> AsyncIterator[Reader]:
    """Lend a reader to which all figures are of one moment.

    Raises: ProjectionBehind, LogUnavailable, RequestInvalid, DidNotExistYet.
    """
    async with snapshot_of(reads, query, facts) as reader:
        yield reader


@asynccontextmanager
async def snapshot_of(
    reads: Reads, query: MetricsQuery, *projections: Projection
) -> AsyncIterator[Reader]:
    """Lend a reader to which all these read models are of one moment.

    Raises: ProjectionBehind, LogUnavailable, RequestInvalid, DidNotExistYet.
    """
    tables = [table for projection in projections for table in projection.TABLES]
    async with (
        reads.of(query, *(projection.NAME for projection in projections)) as reader,
        reader.transaction(isolation="repeatable_read", readonly=True),
    ):
        await held(reader, *tables)
        yield reader


async def require_known(
    dependencies: HttpDependencies, service: str | None, team: str | None
) -> None:
    """Let a filter pass that names something.

    Raises: RequestInvalid.
    """
    filters = (("service", service, IS_SERVICE), ("team", team, IS_TEAM))
    async with dependencies.database.connection() as connection:
        for field, name, sql in filters:
            if name is not None and not await connection.fetchval(sql, name):
                reason = f"There is no {field} {name}."
                raise RequestInvalid(Invalid(field=f"query.{field}", reason=reason))


async def _now(dependencies: HttpDependencies, position: int | None) -> datetime:
    now = dependencies.clock()
    if position is None:
        return now
    async with dependencies.database.connection() as connection:
        return await time_of(connection, position) or now


async def _not_yet_private(
    dependencies: HttpDependencies, position: int, private: frozenset[UUID]
) -> frozenset[UUID]:
    async with dependencies.database.connection() as connection:
        rows = await connection.fetch(NOT_YET_PRIVATE, position, sorted(private))
    return frozenset(row[0] for row in rows)
