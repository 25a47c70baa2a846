"""Rows of the incident metrics: one incident with its stamps, its durations and what it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from events.incident.modes import Mode
from events.incident.timestamps.names import Timestamp
from events.values.severity import Severity
from projections.metrics.definitions import Answer, Measure, Measured, answer_to, microseconds
from projections.metrics.facts import FactsRow, Teller
from services.api.http.formats import Instant, View
from services.api.resources.learning.metrics_views import seconds

TIMELINE: Final = "/v1/incidents/{}/timeline"


class IncidentFactsView(View):
    """One incident behind the figures."""

    incident_id: str
    reference: str
    title: str
    service_id: str | None
    team_id: Annotated[str | None, Field(description="That owned the service when it began.")]
    severity: Annotated[Severity | None, Field(description="The last one; null: not judged.")]
    peak_severity: Severity | None
    cause: str | None
    declared_at: Instant
    began_at: Instant | None
    began_by: Teller | None
    detected_at: Instant
    called_at: Annotated[
        Instant | None, Field(description="When somebody was first asked to take it.")
    ]
    acknowledged_at: Instant | None
    mitigated_at: Instant | None
    resolved_at: Instant | None
    first_resolved_at: Instant | None
    ttd_seconds: float | None
    tta_seconds: float | None
    ttm_seconds: float | None
    ttr_seconds: float | None
    ttr_first_seconds: float | None
    tta_business_seconds: float | None
    ttr_business_seconds: float | None
    answer: Answer
    reopened: Annotated[int, Field(description="How often its resolution was taken back.")]
    retrospective: bool
    private: bool
    part_of: Annotated[str | None, Field(description="The greater incident.")]
    corrected: list[Timestamp]
    timeline: Annotated[str, Field(description="The events that its stamps come from.")]


class IncidentFactsList(View):
    """Incidents behind the figures that you may know of, in the order of their declaration."""

    incidents: list[IncidentFactsView]
    next_cursor: str | None


COLUMNS: Final = tuple(IncidentFactsView.model_fields)


def facts_view(
    row: FactsRow, now: datetime, spans: Mapping[Measure, Measured], hidden: frozenset[object]
) -> IncidentFactsView:
    """Return one incident; a greater one that the reader may not know of is not named."""
    named = row.part_of is not None and row.part_of not in hidden
    return IncidentFactsView.model_validate(
        {
            **{name: getattr(row, name) for name in COLUMNS if name in row.__struct_fields__},
            **{
                f"{measure}_seconds": seconds(microseconds(row, measure, now, spans))
                for measure in Measure
            },
            "incident_id": str(row.incident_id),
            "part_of": str(row.part_of) if named else None,
            "answer": answer_to(row, now),
            "retrospective": row.mode is Mode.BACKFILLED,
            "timeline": TIMELINE.format(row.incident_id),
        }
    )


def cells_of(view: IncidentFactsView) -> list[object]:
    """Return the cells of its line of a table."""
    facts = view.model_dump(mode="json")
    return [_cell(facts[name]) for name in COLUMNS]


def _cell(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value
