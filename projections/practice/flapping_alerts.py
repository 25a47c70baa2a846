"""Flapping alerts: which opened again and again in a window, each time they did, and its cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from events.alert.flapping import WINDOW, Episode, episodes
from projections.engine.rows import Reader

MOST_OPENINGS: Final = 5_000  # of one alert: the newest of the window


class Span(Struct, frozen=True, kw_only=True):
    """A time in which an alert flapped."""

    alert_id: UUID
    since: datetime
    until: datetime  # its last opening


class Cost(Struct, frozen=True, kw_only=True):
    """What an alert cost while it flapped; a page counts until an hour after the last opening."""

    incidents: int = 0  # that it called for
    pages: int = 0  # messages that people got for those
    pages_at_night: int = 0
    people_woken: int = 0


class Flaps(Struct, frozen=True, kw_only=True):
    """One time that an alert flapped, and what it cost."""

    episode: Episode
    cost: Cost


class FlappingAlert(Struct, frozen=True, kw_only=True):
    """An alert, and each time it flapped in the window."""

    alert_id: UUID
    integration_id: str
    dedup_key: str
    title: str
    openings: int  # in the window
    flaps: tuple[Flaps, ...]

    @property
    def pages(self) -> int:
        """Return what all of it cost in messages."""
        return sum(one.cost.pages for one in self.flaps)


FLAPPING: Final = f"""
with opened as materialized (
    select o.alert_id, o.integration_id, o.dedup_key, o.title, o.at, o.opened_position as position,
        o.flaps,
        row_number() over (partition by o.alert_id order by o.opened_position desc) as place
    from read.noise_opening o join read.noise n using (incident_id)
    where o.at >= $1 and o.at < $2 and n.mode = 'real' and not n.private
        and n.incident_id <> all ($3::uuid[])
)
select alert_id, max(integration_id) as integration_id, max(dedup_key) as dedup_key,
    (array_agg(title order by position desc))[1] as title, count(*) as openings,
    array_agg(at order by position) filter (where place <= {MOST_OPENINGS}) as times
from opened group by alert_id having bool_or(flaps)
order by openings desc, alert_id limit $4
"""  # noqa: S608  constants
COSTS: Final = f"""
select w.number, count(distinct i.incident_id) as incidents, count(p.position) as pages,
    count(p.position) filter (where p.night is not null) as pages_at_night,
    count(distinct p.responder_id) filter (where p.night is not null) as people_woken
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[])
    with ordinality w(alert_id, since, until, number)
join lateral (
    select distinct o.incident_id from read.noise_opening o join read.noise n using (incident_id)
    where o.alert_id = w.alert_id and o.at between w.since and w.until
        and n.mode = 'real' and not n.private and o.incident_id <> all ($4::uuid[])
) i on true
left join read.noise_page p on p.incident_id = i.incident_id and p.sent_at >= w.since
    and p.sent_at < w.until + interval '{int(WINDOW.total_seconds())} seconds'
group by w.number
"""  # noqa: S608  constants


async def flapping_alerts(
    reader: Reader, since: datetime, until: datetime, limit: int, hidden: frozenset[UUID]
) -> tuple[FlappingAlert, ...]:
    """Return the alerts that flapped in a window, those that opened most often first."""
    records = await reader.fetch(FLAPPING, since, until, sorted(hidden), limit)
    found = [(record, each) for record in records if (each := episodes(record["times"]))]
    spans = [
        Span(alert_id=record["alert_id"], since=one.since, until=one.until)
        for record, each in found
        for one in each
    ]
    costs = iter(await costs_of(reader, spans, hidden))
    return tuple(
        FlappingAlert(
            alert_id=record["alert_id"],
            integration_id=record["integration_id"],
            dedup_key=record["dedup_key"],
            title=record["title"],
            openings=record["openings"],
            flaps=tuple(Flaps(episode=one, cost=next(costs)) for one in each),
        )
        for record, each in found
    )


async def costs_of(
    reader: Reader, spans: Sequence[Span], hidden: frozenset[UUID]
) -> tuple[Cost, ...]:
    """Return what each of these cost; an incident of several alerts counts for each of them."""
    records = await reader.fetch(
        COSTS,
        [one.alert_id for one in spans],
        [one.since for one in spans],
        [one.until for one in spans],
        sorted(hidden),
    )
    costs = {
        record["number"]: Cost(**{name: record[name] for name in Cost.__struct_fields__})
        for record in records
    }
    return tuple(costs.get(number, Cost()) for number in range(1, len(spans) + 1))
