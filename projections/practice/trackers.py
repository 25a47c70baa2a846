"""Trackers as they are now: where action items become issues. No secret is in these rows."""

from typing import Final

from events.configuration.tracker import TrackerDefined, TrackerRemoved, TrackerVendor
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Row, Table

NAME: Final = "trackers"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class TrackerRow(Row, frozen=True, kw_only=True):
    """One tracker."""

    tracker_id: str
    vendor: TrackerVendor
    site: str
    project: str
    issue_type: str | None
    is_signed: bool
    changed_by: str
    changed_at: Moment
    removed_at: Moment | None = None
    version: int


TRACKER = Table("tracker", "tracker_id", TrackerRow, OWN_STREAM)
TABLES: Final = (TRACKER,)

project, key_of = defined(TRACKER, TrackerDefined, TrackerRemoved)
