"""Report command: issue one."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ReportId


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReport:
    """Publish the numbers of a quarter."""

    report_id: ReportId
    quarter: str
    year_begins: int
    zone: str
    begins_at: datetime
    ends_at: datetime
    as_of: int
    learning_policy_id: str
    policy_number: int
    sha256: str
    shape: int
    actor: Actor
    at: datetime
