"""Issued reports, the newest first."""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from events.log.recorded import Recorded
from events.report.events import ReportIssued
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)

NAME: Final = "issued_reports"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class IssuedReportRow(Row, frozen=True, kw_only=True):
    """One report as it was issued."""

    report_id: UUID
    quarter: str
    year_begins: int
    zone: str
    begins_at: Moment
    ends_at: Moment
    as_of: int
    learning_policy_id: str
    policy_number: int
    sha256: str
    shape: int
    issued_by: str
    issued_at: Moment


ISSUED_REPORT = Table("issued_report", "report_id", IssuedReportRow, OWN_STREAM)
TABLES: Final = (ISSUED_REPORT,)


async def issued_reports(reader: Reader, before: int | None, limit: int) -> list[IssuedReportRow]:
    """Return reports, the newest first; `before` is the position that the last part ended at."""
    clauses = "where $1::bigint is null or position < $1 order by position desc limit $2"
    return await ISSUED_REPORT.select(reader, clauses, before, limit)


async def issued_report(reader: Reader, report_id: UUID) -> IssuedReportRow | None:
    """Return the report with this id."""
    return (await ISSUED_REPORT.load(reader, [report_id])).get(report_id)


async def project(batch: Batch, tx: Rows) -> None:
    """Add the reports that the batch issues."""
    await fold(ISSUED_REPORT, tx, batch, reports_in, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return which report is quarantined when the event cannot be applied."""
    return stream_key(recorded, "report")


def reports_in(event: object) -> tuple[UUID, ...]:
    """Return the report that an event issues."""
    return (event.report_id,) if isinstance(event, ReportIssued) else ()


def evolve(
    row: IssuedReportRow | None, recorded: Recorded[object], _key: Hashable
) -> IssuedReportRow | None:
    """Return the report; it never changes."""
    event = recorded.event
    if not isinstance(event, ReportIssued):
        return row
    return IssuedReportRow(**same_named(event, IssuedReportRow))
