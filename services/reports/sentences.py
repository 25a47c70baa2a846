"""Report sentences: what stands right under the box."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from services.reports.document import Report


def opening(report: Report) -> Iterator[str]:
    """Yield what the report is about, and whether it may still change."""
    zone = ZoneInfo(report.zone)
    begin, end = _clock(report.begin, zone), _clock(report.end, zone)
    hours = (report.end - report.begin).total_seconds() / 3_600
    yield f"{begin} to {end}, {report.zone}: {hours:g} hours. {_policy(report)}"
    if report.as_of is not None:
        yield f"As the log had it at position {report.as_of}."
    if report.preliminary is not None:
        yield f"Preliminary: {report.preliminary}"


def _policy(report: Report) -> str:
    number = f"version {report.policy_number}" if report.policy_number else "as the practice asks"
    return f"Targets and causes: learning policy {report.learning_policy_id}, {number}."


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
