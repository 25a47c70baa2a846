"""Notary status: how far the log is signed, and what keeps the notary from signing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.log.database import Database

# A head over more events than there are is no signature of them.
PROGRESS = """
with log as (select coalesce(max(position), 0) as events from es.event),
signed as (
    select coalesce(max(size), 0) as size from es.tree_head, log where size <= log.events
)
select
    log.events,
    signed.size as signed,
    coalesce((
        select extract(epoch from clock_timestamp() - recorded_at) from es.event
        where position = signed.size + 1
    ), 0)::float8 as unsigned_seconds,
    look.trouble,
    look.reason,
    look.trouble_since,
    extract(epoch from clock_timestamp() - look.looked_at)::float8 as look_seconds
from log cross join signed left join es.notary_look look on true
"""
LOOKED = """
insert into es.notary_look as look (looked_at, trouble, reason, trouble_since)
values (clock_timestamp(), $1, $2, $3)
on conflict (only_row) do update set
    looked_at = excluded.looked_at,
    trouble = excluded.trouble,
    reason = excluded.reason,
    trouble_since = excluded.trouble_since
"""


class Trouble(StrEnum):
    """Why the notary signs nothing, or what it has seen and a person has not looked at."""

    REWRITTEN = "log_rewritten"
    ROLLED_BACK = "log_rolled_back"
    KEYS = "keys_unusable"
    RECORD = "record_unusable"
    DISK = "disk_unusable"
    EVENT_ID = "event_id_wrong"  # it signs all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class NotaryFinding:
    """A trouble, since when, and what was found."""

    trouble: str  # a Trouble, unless somebody else wrote the row
    since: datetime  # UTC
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What health and metrics say of the notary."""

    events: int  # in the log
    signed: int  # of them, under the newest head
    unsigned_seconds: float  # age of the oldest event above it; 0: there is none
    look_seconds: float | None  # since the last look; None: there was none
    finding: NotaryFinding | None


async def signing(database: Database) -> Signing:
    """Return how far the log is signed, and what the notary said last.

    Raises: LogUnavailable.
    """
    row = await database.fetchrow(PROGRESS)
    if row is None:
        return Signing(events=0, signed=0, unsigned_seconds=0, look_seconds=None, finding=None)
    finding = None
    if row["trouble"] is not None:
        finding = NotaryFinding(
            trouble=row["trouble"], since=row["trouble_since"], reason=row["reason"]
        )
    return Signing(
        events=row["events"],
        signed=row["signed"],
        unsigned_seconds=row["unsigned_seconds"],
        look_seconds=row["look_seconds"],
        finding=finding,
    )


class NotaryLooks:
    """The one row in which the notary says what it found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def looked(self, finding: NotaryFinding | None) -> None:
        """Say that the notary looked just now, and what is wrong, if anything.

        Raises: LogUnavailable.
        """
        if finding is None:
            await self._database.fetch(LOOKED, None, None, None)
        else:
            await self._database.fetch(LOOKED, str(finding.trouble), finding.reason, finding.since)
