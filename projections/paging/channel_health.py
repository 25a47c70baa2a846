"""Channel health: deliveries that wait, since when and why, and the outcomes of the rest."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from projections.engine.rows import Reader

DELAYED: Final = """
select channel, count(*) as waiting, min(delayed_since) as since,
    (array_agg(error order by position desc))[1] as error
from read.delivery where state = 'delayed' group by channel order by channel
"""
UNSENT: Final = """
select channel, count(*) as waiting, count(*) filter (where state = 'delayed') as delayed,
    extract(epoch from clock_timestamp() - min(coalesce(not_before, intended_at)))::float8
        as oldest_seconds
from read.delivery
where state in ('intended', 'delayed') and coalesce(not_before, intended_at) <= clock_timestamp()
group by channel order by channel
"""
SETTLED: Final = """
select channel, state, count(*) as number, max(settled_position) as position
from read.delivery
where settled_position > $1
group by channel, state
"""
EXHAUSTED: Final = "select count(*) from es.event where type = 'escalation.exhausted'"

EMPTY: Final = "select count(*) from es.event where type = 'page.level_empty'"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayedChannel:
    """A channel over which messages cannot be sent at the moment."""

    channel: str
    waiting: int  # messages that are tried again
    since: datetime  # the oldest of them could not be sent
    error: str  # of the newest attempt in vain, by name and code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentMessages:
    """What was meant to be sent over a channel and has no outcome yet."""

    channel: str
    waiting: int
    delayed: int  # of those: attempts failed
    oldest_seconds: float


@dataclass
class SettledDeliveries:
    """Counts outcomes by channel; each row is read once, the first time all of them."""

    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    position: int = 0

    async def catch_up(self, reader: Reader) -> None:
        """Count what has been settled since the last time."""
        after = self.position
        rows = await reader.fetch(SETTLED, after)
        if self.position != after:
            return  # somebody else has counted them meanwhile
        for row in rows:
            self.numbers[row["channel"], row["state"]] += row["number"]
        self.position = max((row["position"] for row in rows), default=self.position)


async def delayed_channels(reader: Reader) -> list[DelayedChannel]:
    """Return the channels that have messages waiting for their provider."""
    return [DelayedChannel(**row) for row in await reader.fetch(DELAYED)]


async def unsent(reader: Reader) -> list[UnsentMessages]:
    """Return what waits to be sent, by channel."""
    return [UnsentMessages(**row) for row in await reader.fetch(UNSENT)]


async def levels_empty(reader: Reader) -> int:
    """Return how often a page came to a level on which nobody could be paged."""
    number: int = await reader.fetchval(EMPTY)
    return number


async def pages_exhausted(reader: Reader) -> int:
    """Return how many pages ended without an answer and without anybody left."""
    number: int = await reader.fetchval(EXHAUSTED)
    return number
