"""Loudest: who called for nothing most, of incidents declared in a window, and in the one before.

What became of an incident is asked of all its alerts together. It is by what people did while they
fired: ending it when the monitor had said so before is no work.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from events.incident.noise import DeclineCategory
from projections.engine.rows import Reader


class NoiseBy(StrEnum):
    """What the incidents are counted by."""

    SERVICE = "service"
    INTEGRATION = "integration"
    MONITOR = "monitor"  # alerts of one name, from one integration
    ALERT = "alert"
    RULE = "rule"


class AlertOutcome(StrEnum):
    """What became of an incident that alerts called for."""

    WORKED = "worked"  # a person did more than to acknowledge it
    DECLINED = "declined"  # a person said that it was none
    ACKNOWLEDGED = "acknowledged"  # and no more: the monitor said that it was over
    UNTOUCHED = "untouched"  # no person did anything: the monitor said that it was over
    OPEN = "open"  # it fires still, and nobody has done more than to acknowledge it


IN_VAIN: Final = (AlertOutcome.DECLINED, AlertOutcome.ACKNOWLEDGED, AlertOutcome.UNTOUCHED)


class Noise(Struct, frozen=True, kw_only=True):
    """The noise of one service, integration, monitor, alert or routing rule."""

    key: str | None  # None: incidents without one
    title: str | None  # of the alert, as it called last; of the rule
    incidents: int
    declined: int
    categories: dict[DeclineCategory, int]
    pages: int
    wasted_pages: int  # for incidents that were none
    outcomes: dict[AlertOutcome, int]  # of the incidents that alerts called for
    in_vain: int
    pages_in_vain: int  # for incidents that came to nothing
    pages_at_night: int
    people_woken: int
    alerts: int  # how often one opened
    flapping: int  # alerts that did
    minutes_open: int

    @property
    def share(self) -> float:
        """Return the part of the incidents that were none."""
        return self.declined / self.incidents

    @property
    def actionable(self) -> float | None:
        """Return the part of what alerts called for, and is over, that people worked on."""
        worked = self.outcomes.get(AlertOutcome.WORKED, 0)
        return worked / (worked + self.in_vain) if worked + self.in_vain else None


class Window(Struct, frozen=True, kw_only=True):
    """Incidents declared from `since` on, and before `until`; None: no end to it."""

    since: datetime | None = None
    until: datetime | None = None

    def before(self) -> "Window | None":
        """Return the window of the same length before it; None where it has no ends."""
        if self.since is None or self.until is None:
            return None
        return Window(since=self.since - (self.until - self.since), until=self.since)


class NoiseWanted(Struct, frozen=True, kw_only=True):
    """What is counted, and for whom."""

    by: NoiseBy
    window: Window
    now: datetime  # until when it is open, what fires still
    limit: int = 50
    hidden: frozenset[UUID] = frozenset()  # from the reader: not counted
    only: tuple[str | None, ...] | None = None  # these keys; None: all


COUNTS: Final = ", ".join(
    f"count(*) filter (where s.{column} = '{one.value}') as {column}_{one.value}"
    for column, kind in (("category", DeclineCategory), ("outcome", AlertOutcome))
    for one in kind
)

KEYS: Final = {
    NoiseBy.SERVICE: ("o.service_id", "null::text", ""),
    NoiseBy.INTEGRATION: ("o.integration_id", "null::text", ""),
    NoiseBy.MONITOR: ("o.integration_id || '/' || o.title", "o.title", ""),
    NoiseBy.ALERT: ("o.alert_id::text", "o.title", ""),
    NoiseBy.RULE: (
        "(r.one->>'routing_rules_id') || '/' || (r.one->>'rule')",
        "r.one->>'rule'",
        "left join lateral jsonb_array_elements(o.rules) r(one) on true",
    ),
}
BY_HAND: Final = "union select service_id, incident_id, null from counted"
COUNTED: Final = """
counted as materialized (
    select n.* from read.noise n
    where n.mode = 'real' and not n.private and ($1::timestamptz is null or n.declared_at >= $1)
        and ($2::timestamptz is null or n.declared_at < $2)
        and n.incident_id <> all ($3::uuid[])
)"""
OPENED: Final = """
opened as materialized (
    select o.incident_id, o.alert_id, o.integration_id, o.title, o.rules, o.at, o.over_at, o.flaps,
        c.service_id
    from counted c join read.noise_opening o using (incident_id)
)"""
LOUDEST: Final = f"""
with {COUNTED}, {OPENED},
over as (
    select incident_id, case when bool_and(over_at is not null) then max(over_at) end as over_at
    from opened group by incident_id
),
judged as (
    select c.*, case
        when o.incident_id is null then null
        when c.category is not null then 'declined'
        when c.worked_at is not null
            or c.settled_at < coalesce(o.over_at, 'infinity'::timestamptz) then 'worked'
        when o.over_at is null then 'open'
        when c.acknowledged_at is not null then 'acknowledged'
        else 'untouched' end as outcome
    from counted c left join over o using (incident_id)
),
keyed as (
    select coalesce({{key}}, '') as key, {{title}} as title, o.incident_id, o.alert_id, o.at,
        o.flaps, coalesce(o.over_at, $4) - o.at as open_for
    from opened o {{join}}
),
source as (
    select s.key, s.title, j.* from (
        select coalesce(key, '') as key, incident_id, max(title) as title from (
            select key, incident_id, title from keyed {{by_hand}}
        ) every (key, incident_id, title) group by 1, 2
    ) s join judged j using (incident_id)
    where $6::text[] is null or s.key = any ($6)
),
sums as materialized (
    select s.key, (array_agg(s.title order by s.declared_at desc))[1] as title,
        count(*) as incidents, count(s.category) as declined, sum(s.pages) as pages,
        coalesce(sum(s.pages) filter (where s.category is not null), 0) as wasted_pages,
        count(*) filter (where s.outcome = any ($7)) as in_vain,
        coalesce(sum(s.pages) filter (where s.outcome = any ($7)), 0) as pages_in_vain,
        {COUNTS}
    from source s group by s.key
    order by in_vain desc, declined desc, pages_in_vain desc, wasted_pages desc, s.key limit $5
),
woken as materialized (
    select incident_id, p.responder_id
    from counted c join read.noise_page p using (incident_id) where p.night is not null
),
nights as materialized (
    select s.key, count(*) as pages_at_night, count(distinct w.responder_id) as people_woken
    from source s join woken w using (incident_id)
    where s.key in (select key from sums) group by s.key
),
opening as materialized (
    select key, count(*) as alerts, count(distinct alert_id) filter (where flaps) as flapping,
        floor(sum(extract(epoch from greatest(open_for, interval '0'))) / 60) as minutes_open
    from keyed where key in (select key from sums) group by key
)
select s.*, nullif(s.key, '') as key_or_none, coalesce(n.pages_at_night, 0) as pages_at_night,
    coalesce(n.people_woken, 0) as people_woken, coalesce(p.alerts, 0) as alerts,
    coalesce(p.flapping, 0) as flapping, coalesce(p.minutes_open, 0) as minutes_open
from sums s left join nights n using (key) left join opening p using (key)
order by s.in_vain desc, s.declined desc, s.pages_in_vain desc, s.wasted_pages desc, s.key
"""  # noqa: S608  constants


async def loudest(reader: Reader, wanted: NoiseWanted) -> tuple[Noise, ...]:
    """Return those who called for nothing most, of incidents declared in the window."""
    key, title, join = KEYS[wanted.by]
    by_hand = BY_HAND if wanted.by is NoiseBy.SERVICE else ""
    records = await reader.fetch(
        LOUDEST.format(key=key, title=title, join=join, by_hand=by_hand),
        wanted.window.since,
        wanted.window.until,
        sorted(wanted.hidden),
        wanted.now,
        wanted.limit,
        None if wanted.only is None else [one or "" for one in wanted.only],
        [one.value for one in IN_VAIN],
    )
    return tuple(_noise(record) for record in records)


def _noise(record: Mapping[str, Any]) -> Noise:
    apart = ("key", "title", "categories", "outcomes")
    counts = {name: int(record[name]) for name in Noise.__struct_fields__ if name not in apart}
    return Noise(
        key=record["key_or_none"],
        title=record["title"],
        categories={
            one: number for one in DeclineCategory if (number := record[f"category_{one.value}"])
        },
        outcomes={
            one: number for one in AlertOutcome if (number := record[f"outcome_{one.value}"])
        },
        **counts,
    )
