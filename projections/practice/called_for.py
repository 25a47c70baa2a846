"""Called for: how many incidents alerts called for in a window, and the pages people got."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from projections.engine.rows import Reader


class CalledFor(Struct, frozen=True, kw_only=True):
    """What alerts really called for."""

    incidents: int
    paged: int  # of them: somebody got a message for it
    pages: int  # messages that people got for those


CALLED_FOR: Final = """
select count(*) as incidents, count(*) filter (where n.pages > 0) as paged,
    coalesce(sum(n.pages), 0)::bigint as pages
from read.noise n
where n.mode = 'real' and not n.private and n.declared_at >= $1 and n.declared_at < $2
    and n.incident_id <> all ($3::uuid[])
    and exists (
        select from read.noise_opening o where o.incident_id = n.incident_id
    )
"""


async def called_for(
    reader: Reader, since: datetime, until: datetime, hidden: frozenset[UUID]
) -> CalledFor:
    """Return what alerts called for, of incidents declared in the window; none of the hidden."""
    record = await reader.fetchrow(CALLED_FOR, since, until, sorted(hidden))
    return CalledFor(**record)
