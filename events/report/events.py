"""Report event: it was issued."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import ReportId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued:
    """The numbers of a quarter were published as the log had them at a position."""

    schema_version: ClassVar[int] = 2

    report_id: ReportId
    quarter: str  # 2026-Q4
    year_begins: int  # the month
    zone: str
    begins_at: datetime  # the window
    ends_at: datetime
    as_of: int  # the position that it is rendered from
    learning_policy_id: str
    policy_number: int
    sha256: str  # of its JSON form
    shape: int  # which sections it has
    issued_by: str
    issued_at: datetime
    type: Literal["report.issued"] = "report.issued"


REPORT_EVENTS: tuple[type, ...] = (ReportIssued,)
