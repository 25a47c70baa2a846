"""Incident references: the short names of the incidents that the rows of a list are about."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from projections.engine.rows import Reader
from projections.incidents.board import BOARD


async def references_of(
    reader: Reader, incident_ids: Iterable[UUID | None]
) -> Mapping[UUID | None, str | None]:
    """Return the references by id; an incident whose declaration is not read yet has none."""
    wanted = {one for one in incident_ids if one is not None}
    found = await BOARD.load(reader, wanted) if wanted else {}
    return {row.incident_id: row.reference or None for row in found.values()}
