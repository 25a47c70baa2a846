"""Asked report: what each section of a report is made from, and what its reader may know of."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.learning_policy.policy import CapturedLearningPolicy
from projections.engine.rows import Reader
from projections.findings.record import PracticeRecord
from projections.metrics.figures import AllFigures, FiguresWanted
from projections.metrics.quarters import MetricWindow, Quarter
from projections.privacy.apart import Apart
from projections.reports.population import Counted
from services.reports.document import Cell, Linked

KEPT_TO_ITSELF = "one that its team keeps to itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a section; its reader is in one snapshot."""

    reader: Reader
    quarter: Quarter
    zone: str
    wanted: FiguresWanted  # of the quarter
    figures: AllFigures
    incidents: Sequence[Counted]
    before: Sequence[Counted]  # of the quarter before
    year_ago: Sequence[Counted]
    captured: CapturedLearningPolicy
    labels: Mapping[str, str]  # of the categories of causes
    hidden: frozenset[UUID]  # incidents that are never named
    apart: Apart  # teams and services that are never a line of their own
    shape: int  # of the report: what an older one counted, it counts still
    practice: Callable[[], Awaitable[PracticeRecord]]  # of the quarter; read once for all sections

    @property
    def over(self) -> MetricWindow:
        """Return the quarter as far as it is over."""
        begin, end = self.wanted.window
        return MetricWindow(begin, max(min(end, self.wanted.now), begin))

    def named(self, incident: Counted) -> Cell:
        """Return an incident's name, for whoever may know of it."""
        if incident.incident_id in self.hidden:
            return KEPT_TO_ITSELF
        return Linked(text=incident.reference, address=f"/incidents/{incident.reference}")

    def label(self, category: str) -> str:
        """Return what people call a category of causes."""
        return self.labels.get(category, category)
