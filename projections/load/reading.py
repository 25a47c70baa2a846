"""Reading of load: the messages of pages, people's hours, and who was on call, in a window."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from events.on_call.final import shifts
from events.on_call.reports.periods import Period, periods
from events.on_call.rota import Rota, Shift
from projections.configuration.tables import RESPONDER
from projections.engine.rows import Reader
from projections.load.bands import HoursEdition
from projections.load.carried import LOOKED_BACK, CarriedLoad, carried_by, together
from projections.load.personal_hours import PERSONAL_HOURS
from projections.load.shares import RotationShares, shares_of
from projections.metrics.facts import FACTS
from projections.metrics.interruptions import PAGE_MESSAGE, Interruption, interruptions_of
from projections.metrics.quarters import MetricWindow
from projections.on_call.rotas import every_schedule, rotas_around
from projections.on_call.schedules import ScheduleRow

# Of real incidents that are there for everybody to count; chat rooms are not woken.
COUNTED: Final = """
join {incident_facts} f on f.incident_id = t.incident_id and f.mode <> 'drill' and not f.private
left join {responder} r on r.responder_id = t.responder_id
where t.sent_at >= $1 and t.sent_at < $2 and t.incident_id <> all ($3)
    and coalesce(r.kind, 'person') = 'person'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallRecord:
    """Record of a stretch of time: who was on call in what, and by what they were interrupted."""

    window: MetricWindow  # not beyond now
    interruptions: tuple[Interruption, ...]  # from some time before the window on
    editions: Mapping[str, Sequence[HoursEdition]]
    schedules: Mapping[str, ScheduleRow]
    rotas: Mapping[str, Rota]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallLoad:
    """Load of everybody, and the shares of each rotation that had somebody on call."""

    people: Mapping[str, CarriedLoad]
    rotations: Mapping[str, RotationShares]
    turns: Mapping[str, Sequence[Period]]  # when each was on call, in whatever


async def recorded_load(
    reader: Reader, window: MetricWindow, left_aside: Collection[UUID]
) -> OnCallRecord:
    """Read what is known of a window; messages for the incidents left aside do not count."""
    begin, aside = window.begin - LOOKED_BACK, sorted(left_aside)
    messages = await PAGE_MESSAGE.select_beside(
        reader, COUNTED, (FACTS, RESPONDER), begin, window.end, aside
    )
    hours = await PERSONAL_HOURS.select(reader, "order by responder_id")
    schedules = await every_schedule(reader)
    return OnCallRecord(
        window=window,
        interruptions=interruptions_of(messages),
        editions={row.responder_id: row.editions for row in hours},
        schedules={row.schedule_id: row for row in schedules},
        rotas=await rotas_around(reader, window.begin, window.end),
    )


def load_in(record: OnCallRecord) -> OnCallLoad:
    """Return the load of each person and rotation; it takes a while, so not on the event loop."""
    window = record.window
    finals: dict[str, tuple[Shift, ...]] = {}
    if window.begin < window.end:
        expanded = {
            name: shifts(rota, window.begin, window.end) for name, rota in record.rotas.items()
        }
        finals = {name: final for name, final in expanded.items() if any(o.duties for o in final)}
    turns = _turns(finals.values())
    by_person: dict[str, list[Interruption]] = {}
    for one in record.interruptions:
        by_person.setdefault(one.responder_id, []).append(one)
    people = {
        who: carried_by(
            who,
            by_person.get(who, ()),
            record.editions.get(who, ()),
            window,
            turns.get(who, ()),
        )
        for who in sorted({*turns, *by_person})
    }
    return OnCallLoad(
        people={who: one for who, one in people.items() if one.interruptions or one.on_call},
        rotations={
            name: shares_of(
                final, record.schedules[name].holidays, record.interruptions, record.editions
            )
            for name, final in finals.items()
        },
        turns=turns,
    )


def _turns(finals: Iterable[Sequence[Shift]]) -> dict[str, list[Period]]:
    turns: dict[str, list[Period]] = {}
    for final in finals:
        for responder_id, theirs in periods(final).items():
            turns.setdefault(responder_id, []).extend(theirs)
    return {who: together(theirs) for who, theirs in turns.items()}


def hours(length: timedelta) -> float:
    """Return a length in hours, to the hundredth."""
    return round(length / timedelta(hours=1), 2)
