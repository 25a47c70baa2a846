"""Redaction: private incidents taken out of what a public one shows to a reader.

That there is another incident may be shown; which one, and why, may not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from events.decider import members_of
from events.incident.relations.events import RelationEvent
from events.log.codec import wire_name
from events.repeat.judgement import RepeatJudged
from projections.engine.rows import Reader
from projections.incidents.board import BoardRow
from projections.incidents.detail import IncidentDetail
from projections.incidents.facets.alerts import AlertOfIncident
from projections.incidents.facets.relations import Relative, Relatives
from projections.incidents.timeline import TimelineEntry

WITHHELD: Final = "This has to do with an incident that is private."
REFERENCE: Final = re.compile(r"INC-[0-9]+", re.ASCII)
NAMING: Final = frozenset(map(wire_name, (*members_of(RelationEvent), RepeatJudged)))
NAMES: Final = "select reference from read.incident_board where incident_id = any ($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Private incidents whose members the reader is not among."""

    incidents: frozenset[UUID] = frozenset()
    references: frozenset[str] | None = frozenset()  # None: the board does not know them all yet

    def names_hidden(self, text: str) -> bool:
        """Say whether a text about related incidents names one of them, or may do so."""
        named = set(REFERENCE.findall(text)) if self.incidents else set()
        return bool(named) and (self.references is None or not named.isdisjoint(self.references))

    @property
    def unsearched(self) -> frozenset[str]:
        """Return the types of entries that a search leaves out: a find would tell their words."""
        return NAMING if self.incidents else frozenset()

    def board(self, row: BoardRow) -> BoardRow:
        """Return the row as the reader may see it."""
        return replace(row, merged_into=None) if row.merged_into in self.incidents else row

    def detail(self, detail: IncidentDetail) -> IncidentDetail:
        """Return the incident's page as the reader may see it."""
        if not self.incidents:
            return detail
        row = replace(
            detail.row,
            board=self.board(detail.row.board),
            relations=self._relatives(detail.row.relations),
        )
        return replace(detail, row=row, alerts=tuple(map(self._alert, detail.alerts)))

    def entries(self, entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
        """Return the timeline as the reader may see it."""
        return tuple(
            replace(entry, sentence=WITHHELD)
            if entry.type in NAMING and self.names_hidden(entry.sentence)
            else entry
            for entry in entries
        )

    def _alert(self, alert: AlertOfIncident) -> AlertOfIncident:
        return replace(alert, moved_to=None) if alert.moved_to in self.incidents else alert

    def _relatives(self, all_of_them: Relatives) -> Relatives:
        return Relatives(
            merged_into=self._relative(all_of_them.merged_into),
            merged=tuple(filter(self._relative, all_of_them.merged)),
            parent=self._relative(all_of_them.parent),
            children=tuple(filter(self._relative, all_of_them.children)),
        )

    def _relative(self, relative: Relative | None) -> Relative | None:
        return None if relative is None or relative.incident_id in self.incidents else relative


NOTHING: Final = Redaction()


async def redaction_of(reader: Reader, hidden: frozenset[UUID]) -> Redaction:
    """Return what takes hidden incidents out, by their names as well."""
    if not hidden:
        return NOTHING
    names = frozenset(row[0] for row in await reader.fetch(NAMES, list(hidden)))
    known = len(names - {""}) == len(hidden)
    return Redaction(incidents=hidden, references=names if known else None)
