"""Postmortem document: what people wrote, and around it what the log says, at one moment.

Source: the practice's postmortem template (docs/architecture.md, "The practice, built in").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from events.postmortem.commands import ComputedSection
from events.postmortem.document.factors import RecordedFactor, whys
from events.postmortem.document.sections import Section, log_digest
from events.postmortem.state import Postmortem
from events.postmortem.timeline import EntryChoice, Timeline, is_shown
from events.response_policy.calendar import BusinessCalendar
from projections.engine.rows import Reader, held
from projections.incidents.changes import SuspectedChange
from projections.incidents.detail import ALERTS, DETAIL, IncidentDetail, find_incident_detail
from projections.incidents.redaction import NOTHING, Redaction
from projections.incidents.timeline import TIMELINE, TimelineEntry, read_timeline
from projections.practice.action_items import ACTION_ITEM, ActionItemRow, items_of
from projections.practice.postmortem_draft import computed_sections

MOST_ENTRIES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """A section as it is read."""

    section: Section
    revision: int  # 0: nobody has written it
    text: str
    computed: bool  # what the log says, now or when it was kept
    written_by: str | None
    text_id: UUID | None
    erased: bool
    log_says: str | None  # where that is something else than it was at the writing


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """An entry of the log's timeline, or one that people added."""

    at: datetime
    text: str
    shown: bool
    pinned: bool = False
    position: int | None = None  # in the log
    type: str | None = None
    annotation: str | None = None
    annotation_id: UUID | None = None
    entry_id: UUID | None = None  # of what people added
    text_id: UUID | None = None
    source_url: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemDocument:
    """A postmortem with everything that is read in it."""

    detail: IncidentDetail
    known: Postmortem
    sections: Mapping[Section, SectionText]
    timeline: tuple[TimelineLine, ...]  # in the order in which it happened
    newer: int  # entries of the log since the review that would stand in it by themselves
    action_items: tuple[ActionItemRow, ...]
    computed: Mapping[Section, str]
    unfinished: frozenset[int] = frozenset()  # factors that name a person, and no why of it
    calendar: BusinessCalendar | None = None  # of the policy that the incident was declared under
    version: int = 0  # of its stream

    @property
    def factors(self) -> Sequence[tuple[int, RecordedFactor]]:
        """Return its factors as five whys: each with its depth."""
        return tuple(whys(self.known.factors))

    @property
    def unwritten(self) -> tuple[ComputedSection, ...]:
        """Return what the log says of the sections that nobody has written."""
        return tuple(
            ComputedSection(section=section, text=text)
            for section, text in self.computed.items()
            if not self.known.revision_of(section)
        )


async def postmortem_document(
    reader: Reader,
    incident_id: UUID,
    known: Postmortem,
    suspected: Sequence[SuspectedChange] = (),
    untold: Redaction = NOTHING,
) -> PostmortemDocument | None:
    """Return the postmortem of an incident, None of one that nobody declared.

    `known` is what people wrote, at the moment that the reader shows; `untold` is what whoever
    reads it must not learn of.
    """
    async with reader.transaction(isolation="repeatable_read", readonly=True):
        await held(reader, DETAIL, ALERTS, TIMELINE, ACTION_ITEM)
        detail = await find_incident_detail(reader, incident_id)
        if detail is None:
            return None
        entries = await read_timeline(reader, incident_id, limit=MOST_ENTRIES)
        items = await items_of(reader, [incident_id])
    visible = untold.entries(entries)
    computed = computed_sections(detail, visible, suspected)
    return PostmortemDocument(
        detail=detail,
        known=known,
        sections={section: section_text(section, known, computed) for section in Section},
        timeline=timeline_lines(known.timeline, visible),
        newer=newer_entries(known.timeline, visible),
        action_items=items,
        computed=computed,
    )


def section_text(
    section: Section, known: Postmortem, computed: Mapping[Section, str]
) -> SectionText:
    """Return a section as people wrote it, else as the log says it."""
    written, log = known.sections.get(section), computed[section]
    if written is None:
        return SectionText(
            section=section,
            revision=0,
            text=log,
            computed=True,
            written_by=None,
            text_id=None,
            erased=False,
            log_says=None,
        )
    moved_on = log_digest(log) != written.log_digest and log != written.text
    return SectionText(
        section=section,
        revision=written.revision,
        text=written.text,
        computed=written.computed,
        written_by=written.written_by,
        text_id=written.text_id,
        erased=written.text_id in known.erased,
        log_says=log if moved_on else None,
    )


def timeline_lines(
    timeline: Timeline, entries: Iterable[TimelineEntry]
) -> tuple[TimelineLine, ...]:
    """Return every entry, shown or not, and what people added, in the order it happened."""
    lines = [*_of_the_log(timeline, entries), *_added(timeline)]
    return tuple(sorted(lines, key=lambda one: (one.at, one.position or 0)))


def _of_the_log(timeline: Timeline, entries: Iterable[TimelineEntry]) -> Iterator[TimelineLine]:
    seen: set[str] = set()
    for entry in entries:
        note = timeline.annotations.get(entry.position)
        said = note is not None and bool(note.text)
        first = entry.type not in seen
        seen.add(entry.type)
        yield TimelineLine(
            at=entry.occurred_at,
            text=entry.sentence,
            shown=is_shown(timeline, entry.position, entry.type, first=first),
            pinned=timeline.choices.get(entry.position) is EntryChoice.PINNED,
            position=entry.position,
            type=entry.type,
            annotation=note.text if note and said else None,
            annotation_id=note.text_id if note and said else None,
            by=entry.by,
        )


def _added(timeline: Timeline) -> Iterator[TimelineLine]:
    for one in timeline.added.values():
        if not one.removed:
            yield TimelineLine(
                at=one.happened_at,
                text=one.text,
                shown=True,
                entry_id=one.entry_id,
                text_id=one.text_id,
                source_url=one.source_url,
                by=one.added_by,
            )


def newer_entries(timeline: Timeline, entries: Iterable[TimelineEntry]) -> int:
    """Return how many entries came since the review that nobody has chosen on yet."""
    until = timeline.until
    if until is None:
        return 0
    free = Timeline(choices=timeline.choices)
    return sum(
        entry.position > until
        and entry.position not in timeline.choices
        and is_shown(free, entry.position, entry.type, first=False)
        for entry in entries
    )
