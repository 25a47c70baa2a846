"""Recurring incidents: of the same cause in the same service, or because people say so.

What people judged rules: a confirmed pair is a repeat whatever its causes, a rejected one is none.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

from events.postmortem.state import PostmortemState
from projections.engine.rows import Reader, ask
from projections.metrics.facts import FACTS, FACTS_SERVICE
from projections.metrics.figures import COUNTS_OF
from projections.metrics.quarters import MetricWindow
from projections.practice.postmortems import POSTMORTEM
from projections.similar.repeats import REPEAT

# Those with a cause in a service, and those that people confirmed, which need neither.
RECURRING: Final = f"""
select incident_id, reference, service_id, cause, declared_at, coalesce(resolved_at, closed_at)
from {{{FACTS.name}}} where {COUNTS_OF} and not private and declared_at >= $1 and declared_at < $2
    and incident_id <> all ($3) and ($4::text is null or service_id = $4)
    and ($5::text is null or team_id = $5)
    and ((service_id is not null and cause is not null) or incident_id = any ($6))
order by declared_at, incident_id
"""  # noqa: S608  constants
JUDGED: Final = "select incident_id, earlier_incident_id, confirmed from {repeat}"
HEARD: Final = f"""
select incident_id from {{{POSTMORTEM.name}}}
where incident_id = any ($1) and (first_published_at is not null or state = $2)
"""  # noqa: S608  constants
DEFINED: Final = "select service_id, defined_at from {facts_service}"

type Pair = tuple[UUID, UUID]  # the later incident and the earlier one


class PastIncident(NamedTuple):
    """An incident as far as it may come again."""

    incident_id: UUID
    reference: str
    service_id: str | None
    cause: str | None  # category of its primary factor
    declared_at: datetime
    over_at: datetime | None


class Repeated(NamedTuple):
    """A repeat, and the incident that it is again: of several, the newest."""

    later: PastIncident
    earlier: PastIncident


@dataclass(frozen=True, kw_only=True)
class PastIncidents:
    """What may have come again, the oldest first, and what people say of pairs."""

    incidents: Sequence[PastIncident] = ()
    judged: Mapping[Pair, bool] = field(default_factory=dict)
    heard: frozenset[UUID] = frozenset()  # whose postmortem was published, or waived with a reason
    defined: Mapping[str, datetime] = field(default_factory=dict)  # since when a service is known

    @cached_property
    def known(self) -> Mapping[UUID, PastIncident]:
        """Return each by its id."""
        return {one.incident_id: one for one in self.incidents}

    @cached_property
    def _alike(self) -> Mapping[tuple[str | None, str | None], list[PastIncident]]:
        alike: defaultdict[tuple[str | None, str | None], list[PastIncident]] = defaultdict(list)
        for one in self.incidents:
            alike[one.service_id, one.cause].append(one)
        return alike

    @cached_property
    def _confirmed(self) -> Mapping[UUID, list[PastIncident]]:
        confirmed: defaultdict[UUID, list[PastIncident]] = defaultdict(list)
        for (later, earlier), same in self.judged.items():
            if same and later in self.known:
                confirmed[earlier].append(self.known[later])
        return confirmed

    def of(
        self, service_id: str | None, cause: str, begin: datetime, end: datetime
    ) -> Sequence[PastIncident]:
        """Return what a cause brought to a service in a stretch of time."""
        alike = self._alike.get((service_id, cause), [])
        first, last = (
            bisect_left(alike, at, key=lambda one: one.declared_at) for at in (begin, end)
        )
        return alike[first:last]

    def again(
        self, earlier: PastIncident, cause: str | None, begin: datetime, end: datetime
    ) -> Iterator[PastIncident]:
        """Yield what came in a stretch of time and is an earlier incident again."""
        alike = () if cause is None else self.of(earlier.service_id, cause, begin, end)
        confirmed = self._confirmed.get(earlier.incident_id, ())
        for later in sorted({*alike, *confirmed}, key=lambda one: one.declared_at):
            pair = (later.incident_id, earlier.incident_id)
            another = later.incident_id != earlier.incident_id
            if another and begin <= later.declared_at < end and self.judged.get(pair, True):
                yield later

    def repeats(self, window: MetricWindow, within: timedelta) -> list[Repeated]:
        """Return the repeats of a window, the newest first."""
        found: dict[UUID, Repeated] = {}
        for earlier in self.incidents:
            over = earlier.over_at
            if over is None:
                continue
            begin, end = max(window.begin, over), min(window.end, over + within)
            for later in self.again(earlier, earlier.cause, begin, end):
                found[later.incident_id] = Repeated(later, earlier)
        return sorted(found.values(), key=lambda one: one.later.declared_at, reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringWanted:
    """Which incidents may have come again."""

    window: MetricWindow
    left_aside: Collection[UUID]
    service_id: str | None
    team_id: str | None


async def past_incidents(reader: Reader, wanted: RecurringWanted) -> PastIncidents:
    """Read what may have come again in a stretch of time."""
    judged = {(one[0], one[1]): one[2] for one in await ask(reader, JUDGED, [REPEAT])}
    in_pairs = sorted({one for pair, confirmed in judged.items() if confirmed for one in pair})
    scope = (sorted(wanted.left_aside), wanted.service_id, wanted.team_id)
    rows = await ask(reader, RECURRING, [FACTS], *wanted.window, *scope, in_pairs)
    incidents = [PastIncident(*row) for row in rows]
    ids = [one.incident_id for one in incidents]
    heard = await ask(reader, HEARD, [POSTMORTEM], ids, PostmortemState.WAIVED.value)
    defined = await ask(reader, DEFINED, [FACTS_SERVICE])
    return PastIncidents(
        incidents=incidents,
        judged=judged,
        heard=frozenset(row[0] for row in heard),
        defined={row[0]: row[1] for row in defined},
    )
