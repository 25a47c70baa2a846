"""Incidents behind the figures, one by one, in the order of their declaration."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from projections.engine.rows import Reader
from projections.metrics.facts import FACTS, FACTS_SERVICE, FactsRow
from projections.metrics.figures import COUNTS_OF, FiguresWanted, TeamOf

OPEN: Final = "resolved_at is null and closed_at is null"
LISTED: Final = """
where t.{by}_at >= $1 and t.{by}_at < $2 and t.incident_id <> all ($3) and ($4 or not t.private)
    and ($5::text is null or t.service_id = $5) and ($6::text is null or t.team_id = $6)
    and ($7::text[] is null or t.service_id = any ($7))
    and t.declared_position > $8 and {counts} and {only}
order by t.declared_position limit $9
"""


async def incidents_counted(
    reader: Reader,
    wanted: FiguresWanted,
    hidden: Iterable[UUID],
    *,
    after: int = 0,
    limit: int,
    only_open: bool = False,
) -> list[FactsRow]:
    """Return the incidents that count, and that the reader may know of."""
    services: Sequence[str] | None = None
    team_id = wanted.team_id
    if team_id is not None and wanted.team_of is TeamOf.CURRENT:
        owned = await FACTS_SERVICE.select(reader, "where team_id = $1", team_id)
        services, team_id = sorted(row.service_id for row in owned), None
    return await FACTS.select(
        reader,
        LISTED.format(by=wanted.by, counts=COUNTS_OF, only=_only(wanted, only_open=only_open)),
        wanted.window.begin,
        wanted.window.end,
        sorted({*wanted.left_aside, *hidden}),
        wanted.private,
        wanted.service_id,
        team_id,
        services,
        after,
        limit,
    )


def _only(wanted: FiguresWanted, *, only_open: bool) -> str:
    if wanted.only_resolved:
        return "false" if only_open else "resolved_at is not null"
    return OPEN if only_open else "true"
