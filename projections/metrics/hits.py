"""Hits: when incidents hit their services, and what that comes to for each."""

from collections import defaultdict
from typing import Final

from projections.engine.rows import Reader, ask
from projections.metrics.facts import FACTS, FACTS_SERVICE
from projections.metrics.failures import Hit, Reliability, reliability
from projections.metrics.figures import COUNTS_OF, FiguresWanted

# A SEV4 is no failure; what nobody has judged may be one. Who looks at a stretch of time has to
# know what began before it and touches it.
HITS: Final = f"""
select t.service_id, coalesce(t.began_at, t.detected_at) as begin,
    coalesce(t.mitigated_at, t.resolved_at, t.closed_at) as end
from {{{FACTS.name}}} t
where {COUNTS_OF} and t.severity is distinct from 'SEV4' and t.incident_id <> all ($1)
    and ($2 or not t.private) and t.service_id = any ($3)
    and coalesce(t.began_at, t.detected_at) < $5
    and coalesce(t.mitigated_at, t.resolved_at, t.closed_at, 'infinity') >= $4
    and coalesce(t.mitigated_at, t.resolved_at, t.closed_at, 'infinity')
        >= coalesce(t.began_at, t.detected_at)
"""  # noqa: S608  constants
WANTED: Final = """
where ($1::text is null or service_id = $1) and ($2::text is null or team_id = $2)
order by service_id
"""


async def services_hit(reader: Reader, wanted: FiguresWanted) -> dict[str, Reliability]:
    """Return how each service did in the window: those of the team now, if one is asked about."""
    rows = await FACTS_SERVICE.select(reader, WANTED, wanted.service_id, wanted.team_id)
    services = {row.service_id: row.defined_at for row in rows}
    records = await ask(
        reader,
        HITS,
        (FACTS,),
        sorted(wanted.left_aside),
        wanted.private,
        sorted(services),
        wanted.window.begin,
        wanted.window.end,
    )
    hits: dict[str, list[Hit]] = defaultdict(list)
    for service_id, begin, end in records:
        hits[service_id].append(Hit(begin, end))
    return {
        service_id: reliability(hits[service_id], wanted.window, defined_at, wanted.now)
        for service_id, defined_at in services.items()
    }
