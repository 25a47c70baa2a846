"""Report rules: what is issued stays; a correction is another report."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.definition import fact_of, newest_event
from events.errors import NotFound
from events.ids import ReportId
from events.report.commands import IssueReport
from events.report.events import REPORT_EVENTS, ReportIssued


class ReportNotFound(NotFound):
    """There is no such report."""


def decide(command: IssueReport, issued: ReportIssued | None) -> list[ReportIssued]:
    """Return the fact that the report is issued; once."""
    return [] if issued is not None else [fact_of(ReportIssued, command)]


report_decider: Decider[IssueReport, ReportIssued | None, ReportIssued] = Decider(
    initial=None, decide=decide, evolve=newest_event, event_types=REPORT_EVENTS
)

AGGREGATE = Aggregate(noun="report", id=ReportId, decider=report_decider, commands=IssueReport)
