"""Calendar feeds as they are now, without their secrets."""

from typing import Final

from events.configuration.feed import FeedIssued, FeedRevoked
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Row, Table

NAME: Final = "feeds"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class FeedRow(Row, frozen=True, kw_only=True):
    """One feed, also a revoked one."""

    feed_id: str
    schedule_id: str | None
    responder_id: str | None
    meetings: bool = False
    issued_by: str
    issued_at: Moment
    revoked_at: Moment | None = None
    version: int


FEED = Table("feed", "feed_id", FeedRow, OWN_STREAM)
TABLES: Final = (FEED,)

project, key_of = defined(FEED, FeedIssued, FeedRevoked)
