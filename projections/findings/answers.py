"""Answers to findings, the newest of each."""

from typing import Final

from events.log.recorded import Recorded
from events.practice.finding_answer import PracticeFindingAnswered
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Moment, Row, Table
from projections.findings.finding import PracticeMeasure
from projections.findings.record import PracticeScope

NAME: Final = "finding_answers"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class FindingAnswerRow(Row, frozen=True, kw_only=True):
    """One answer."""

    finding_id: str
    measure: str
    service_id: str | None
    team_id: str | None
    about: str | None
    reason: str
    until: Moment
    answered_by: str
    answered_at: Moment
    version: int


FINDING_ANSWER = Table("finding_answer", "finding_id", FindingAnswerRow, OWN_STREAM)
TABLES: Final = (FINDING_ANSWER,)

project = DefinedRows(FINDING_ANSWER, PracticeFindingAnswered).project


def finding_id_of(measure: PracticeMeasure, scope: PracticeScope, about: str | None) -> str:
    """Return the name under which a finding is answered."""
    return ".".join(filter(None, (measure.value, scope.name, about)))


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "practice")
