"""Repeats: incidents of the cause and the service of one that was over not long before."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from projections.engine.rows import Reader, ask
from projections.metrics.facts import FACTS
from projections.metrics.figures import COUNTS_OF, FiguresWanted

CAUSED: Final = f"""
select t.incident_id, t.service_id, t.cause, t.declared_at, coalesce(t.resolved_at, t.closed_at)
from {{{FACTS.name}}} t
where {COUNTS_OF} and t.service_id is not null and t.cause is not null
    and t.incident_id <> all ($1) and ($2 or not t.private) and t.declared_at < $4
    and coalesce(t.resolved_at, t.closed_at, 'infinity') >= $3
order by t.declared_position
"""  # noqa: S608  constants


class Caused(NamedTuple):
    """One incident whose primary cause is known."""

    incident_id: UUID
    service_id: str
    cause: str
    declared_at: datetime
    over_at: datetime | None


async def repeats(reader: Reader, wanted: FiguresWanted, days: int) -> Counter[str]:
    """Return how many incidents of the window were repeats, by service."""
    begin, end = wanted.window
    reach = timedelta(days=days)
    records = await ask(
        reader, CAUSED, (FACTS,), sorted(wanted.left_aside), wanted.private, begin - reach, end
    )
    return repeats_among((Caused(*record) for record in records), begin, reach)


def repeats_among(incidents: Iterable[Caused], since: datetime, reach: timedelta) -> Counter[str]:
    """Return the repeats declared since then, by service."""
    alike: dict[tuple[str, str], list[Caused]] = defaultdict(list)
    for one in incidents:
        alike[one.service_id, one.cause].append(one)
    again: Counter[str] = Counter()
    for (service_id, _), some in alike.items():
        ends = sorted(one.over_at for one in some if one.over_at is not None)
        for one in some:
            if one.declared_at >= since:
                again[service_id] += _just_over(ends, one.declared_at, reach)
    return +again


def _just_over(ends: list[datetime], at: datetime, reach: timedelta) -> bool:
    place = bisect_right(ends, at)
    return place > 0 and at - ends[place - 1] <= reach
