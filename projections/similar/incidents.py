"""Words of every incident, and in how many incidents each word stands.

How rare a word is leaves out drills and what is private: no weight tells that there are any.
"""

from collections.abc import Hashable, Iterator
from typing import Final
from uuid import UUID

from msgspec import field
from msgspec.structs import replace

from events.alert.events import AlertTriggered
from events.ids import ServiceId
from events.incident.description.events import IncidentDescribed
from events.incident.events import IncidentDeclared, IncidentMitigated, IncidentResolved
from events.incident.mitigation.events import MitigationActionStarted
from events.incident.modes import Mode
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged
from events.log.recorded import Recorded
from projections.engine.keys import incident_key
from projections.engine.rows import Batch, Moment, Row, Rows, Table
from projections.similar.words import together, words_in

NAME: Final = "similar_incidents"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

EVERY: Final = ""  # the word that every incident has
MOST_MONITORS: Final = 50  # of one incident


class WordsRow(Row, frozen=True, kw_only=True):
    """The words of one incident, and what else it may share with others."""

    incident_id: UUID
    reference: str = ""  # until its declaration is read: an alert may come before it
    title: str = ""
    mode: Mode | None = None
    declared_at: Moment | None = None
    service_id: ServiceId | None = None
    monitors: tuple[str, ...] = ()  # each an integration and the name of an alert
    described: dict[str, int] = field(default_factory=dict)  # in title and summary, as they are now
    gathered: dict[str, int] = field(default_factory=dict)  # in its alerts, and in what helped
    words: dict[str, int] = field(default_factory=dict)  # both
    private: bool = False
    merged: bool = False

    @property
    def counts(self) -> bool:
        """Return whether it says how rare words are."""
        return self.mode is not None and self.mode is not Mode.DRILL and not self.private


class FrequencyRow(Row, frozen=True, kw_only=True):
    """In how many incidents a word stands."""

    word: str
    incidents: int = 0


WORDS = Table(
    "incident_words",
    "incident_id",
    WordsRow,
    indexes={"words": "using gin (words)", "monitors": "using gin (monitors)"},
)
FREQUENCY = Table("word_frequency", "word", FrequencyRow)
TABLES: Final = (WORDS, FREQUENCY)

EVENTS: Final = (
    IncidentDeclared,
    IncidentDescribed,
    IncidentMitigated,
    IncidentResolved,
    IncidentMerged,
    IncidentPrivacyChanged,
    MitigationActionStarted,
    AlertTriggered,
)

key_of = incident_key  # quarantined when an event cannot be applied


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the words of the batch's incidents up to date, and how rare they are."""
    events = [(incident_of(one), one) for one in batch if incident_of(one) is not None]
    if not events:
        return
    rows = await tx.load(WORDS, {key for key, _ in events})
    changed: dict[Hashable, WordsRow] = {}
    moves: list[tuple[str, int, int]] = []  # word, position, by how many more
    for key, recorded in events:
        before = rows.get(key)
        if before is not None and recorded.position <= before.position:
            continue
        after = replace(evolve(before, recorded), position=recorded.position)
        moves += [(word, recorded.position, by) for word, by in moved(before, after)]
        rows[key] = changed[key] = after
    if changed:
        await tx.store(WORDS, changed.values())
        await _count(tx, moves)


async def _count(tx: Rows, moves: list[tuple[str, int, int]]) -> None:
    known = await tx.load(FREQUENCY, {word for word, _, _ in moves})
    for word, position, by in moves:
        row = known.get(word) or FrequencyRow(word=word)
        known[word] = replace(row, position=position, incidents=row.incidents + by)
    await tx.store(FREQUENCY, known.values())


def incident_of(recorded: Recorded[object]) -> UUID | None:
    """Return the incident that an event tells words of."""
    return recorded.event.incident_id if isinstance(recorded.event, EVENTS) else None


def moved(before: WordsRow | None, after: WordsRow) -> Iterator[tuple[str, int]]:
    """Yield the words that stand in one incident more or less."""
    then = {EVERY, *before.words} if before is not None and before.counts else set[str]()
    now = {EVERY, *after.words} if after.counts else set[str]()
    yield from ((word, 1) for word in sorted(now - then))
    yield from ((word, -1) for word in sorted(then - now))


def evolve(row: WordsRow | None, recorded: Recorded[object]) -> WordsRow:
    """Return the row after the event."""
    event = recorded.event
    assert isinstance(event, EVENTS)  # noqa: S101  `incident_of` lets no other pass
    row = row or WordsRow(incident_id=event.incident_id)
    match event:
        case IncidentDeclared():
            row = replace(
                row,
                reference=event.reference,
                mode=event.mode,
                declared_at=event.declared_at,
                service_id=event.service_id,
            )
            return _describe(row, event.title, event.summary)
        case IncidentDescribed():
            return _describe(row, event.title, event.summary)
        case IncidentMitigated() | IncidentResolved():
            return _tell(row, event.summary)
        case MitigationActionStarted():
            return _tell(row, event.description)
        case IncidentMerged():
            return replace(row, merged=True)
        case IncidentPrivacyChanged():
            return replace(row, private=event.private)
        case AlertTriggered():
            return _alerted(row, event)


def _describe(row: WordsRow, title: str, summary: str) -> WordsRow:
    described = words_in((title, summary))
    return replace(row, title=title, described=described, words=together(described, row.gathered))


def _tell(row: WordsRow, *texts: str) -> WordsRow:
    gathered = together(row.gathered, words_in(texts))
    return replace(row, gathered=gathered, words=together(row.described, gathered))


def _alerted(row: WordsRow, event: AlertTriggered) -> WordsRow:
    """Return the row with what an alert says, once for each monitor: it may repeat all night."""
    monitor = f"{event.integration_id} {event.title}"
    if monitor in row.monitors or len(row.monitors) >= MOST_MONITORS:
        return row
    row = replace(row, monitors=(*row.monitors, monitor))
    return _tell(row, event.title, *(event.labels[name] for name in sorted(event.labels)))
