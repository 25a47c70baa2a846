"""Restatement: which incidents of an issued report are others by now, and by which events.

An incident that became private since is taken as it was: its figure was public then, and what
happened to it since is told to nobody.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.incident.events import IncidentDeclared
from events.incident.modes import Mode
from events.log.recorded import COLUMNS, Recorded, RecordedEvent
from projections.engine.log_batches import decoded
from projections.engine.rows import Connection
from projections.metrics.definitions import microseconds
from projections.metrics.facts import FactsRow, declared_as, fact_after, incidents_of
from projections.metrics.figures import FiguresWanted
from projections.reports.population import MEASURES, Counted

MOST: Final = 20_000  # events that are looked at
SINCE: Final = f"""
select {COLUMNS} from es.event
where stream = any ($1) and position > $2 order by position limit {MOST}
"""  # noqa: S608  constants

type Opened = Callable[[Sequence[RecordedEvent]], Awaitable[list[RecordedEvent]]]
type Aspects = Mapping[str, object]  # of one incident: what each figure takes from it


class Because(Struct, frozen=True, kw_only=True):
    """One event that changed what an incident gives to the figures."""

    incident_id: UUID
    reference: str
    position: int
    type: str
    name: str | None  # of the stamp that was corrected
    aspects: frozenset[str]  # that it changed


COUNTS: Final = "counts"
SEVERITY: Final = "severity"
CAUSE: Final = "cause"


def as_published(
    then: Iterable[Counted], now: Iterable[Counted], private: Collection[UUID]
) -> list[Counted]:
    """Return the incidents as they are now, those that are private by now as they were."""
    kept = [one for one in then if one.incident_id in private]
    shown = [one for one in now if one.incident_id not in private]
    return sorted((*kept, *shown), key=lambda one: (one.declared_at, one.reference))


def changed(then: Iterable[Counted], now: Iterable[Counted]) -> list[UUID]:
    """Return the incidents that give something else to the figures, or nothing any more."""
    before = {one.incident_id: _of_counted(one) for one in then}
    after = {one.incident_id: _of_counted(one) for one in now}
    return sorted(
        incident_id
        for incident_id in before.keys() | after.keys()
        if before.get(incident_id) != after.get(incident_id)
    )


def _of_counted(one: Counted) -> Aspects:
    values = {measure.value: one.value(measure) for measure in MEASURES}
    return {SEVERITY: one.severity, CAUSE: one.cause, **values}


async def events_since(
    connection: Connection, incidents: Collection[UUID], position: int, opened: Opened
) -> dict[UUID, list[Recorded[object]]]:
    """Return what happened to incidents after a position, as far as it can count."""
    streams = [f"{noun}-{one}" for one in sorted(incidents) for noun in ("incident", "postmortem")]
    records = await connection.fetch(SINCE, streams, position)
    stored = await opened([RecordedEvent(*record) for record in records])
    found: dict[UUID, list[Recorded[object]]] = defaultdict(list)
    for recorded in map(decoded, stored):
        for incident_id in incidents_of(recorded.event):
            found[incident_id].append(recorded)
    return found


def because(
    row: FactsRow | None, events: Iterable[Recorded[object]], wanted: FiguresWanted
) -> list[Because]:
    """Return the events by which an incident gives something else; `row` is from before them.

    What led back to where it was is none of them.
    """
    published = before = _of_row(row, wanted)
    found: list[Because] = []
    for recorded in events:
        row = _after(row, recorded)
        if row is None:
            continue
        after = _of_row(row, wanted)
        differing = {
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        }
        back = {name for name in differing if after.get(name) == published.get(name)}
        if back:
            found = [replace(one, aspects=one.aspects - back) for one in found]
        found.append(_because(row, recorded, frozenset(differing - back)))
        before = after
    return [one for one in found if one.aspects]


def _after(row: FactsRow | None, recorded: Recorded[object]) -> FactsRow | None:
    if isinstance(recorded.event, IncidentDeclared):
        return declared_as(recorded.event, recorded.position, None)
    return None if row is None else fact_after(row, recorded)


def _because(row: FactsRow, recorded: Recorded[object], aspects: frozenset[str]) -> Because:
    return Because(
        incident_id=row.incident_id,
        reference=row.reference,
        position=recorded.position,
        type=getattr(recorded.event, "type", ""),
        name=_stamp(recorded.event),
        aspects=aspects,
    )


def _stamp(event: object) -> str | None:
    name = getattr(event, "name", None)
    return None if name is None else str(name)


def _of_row(row: FactsRow | None, wanted: FiguresWanted) -> Aspects:
    """Return what a row gives to the figures; nothing, where it does not count."""
    if row is None or not _counts(row, wanted):
        return {}
    values = {
        measure.value: microseconds(row, measure, wanted.now, wanted.spans) for measure in MEASURES
    }
    return {COUNTS: True, SEVERITY: row.severity, CAUSE: row.cause, **values}


def _counts(row: FactsRow, wanted: FiguresWanted) -> bool:
    begin, end = wanted.window
    return (
        begin <= row.declared_at < end
        and row.mode is not Mode.DRILL
        and row.declined_as is None
        and row.merged_into is None
        and not row.private
    )
