"""Account standings: read from the log at every question, from where it was read to before.

An account's stream grows with every sign-in, and every request of a browser asks for it; so a
process remembers how far it has read, and reads on from there. Nothing personal is remembered.
"""

from collections import OrderedDict
from functools import reduce
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary, proxy

from events.account.decide import account_decider
from events.account.events import AccountEvent
from events.account.standing import NOBODY, Standing, standing_after
from events.handle import known
from events.ids import AccountId, account_stream
from events.log.codec import Codec, codec_for
from events.log.recorded import Recorded
from events.log.store import Log

MOST_REMEMBERED: Final = 2000  # accounts
_CODEC: Final[Codec[AccountEvent]] = codec_for(account_decider.event_types)


class Read(NamedTuple):
    """A standing, and the version of the account's stream it was read up to."""

    standing: Standing
    version: int


class Standings:
    """Standings of accounts, as the log has them at the moment of asking."""

    def __init__(self, log: Log) -> None:
        self._log: Log = proxy(log)  # so that they go with it
        self._read: OrderedDict[AccountId, Read] = OrderedDict()

    async def of(self, account_id: AccountId) -> Standing:
        """Return the standing of an account now; one that was never there may not be used.

        Raises: LogUnavailable, EventTooNew.
        """
        before = self._read.get(account_id, Read(NOBODY, 0))
        after = await self._on(account_id, before)
        if after.version:
            self._remember(account_id, after)
        return after.standing

    async def at(self, account_id: AccountId, version: int) -> Standing:
        """Return the standing that an account had right after one of its events.

        Raises: LogUnavailable, EventTooNew.
        """
        return (await self._on(account_id, Read(NOBODY, 0), version)).standing

    async def _on(self, account_id: AccountId, before: Read, until: int | None = None) -> Read:
        stored = await self._log.read_stream(account_stream(account_id), before.version)
        events: tuple[Recorded[AccountEvent], ...] = known(_CODEC, await self._log.opened(stored))
        wanted = [one for one in events if until is None or one.version <= until]
        standing = reduce(standing_after, (one.event for one in wanted), before.standing)
        return Read(standing, wanted[-1].version if wanted else before.version)

    def _remember(self, account_id: AccountId, read: Read) -> None:
        known_before = self._read.get(account_id)
        if known_before is None or known_before.version <= read.version:
            self._read[account_id] = read
        self._read.move_to_end(account_id)
        while len(self._read) > MOST_REMEMBERED:
            self._read.popitem(last=False)


_OF_LOGS: Final[WeakKeyDictionary[Log, Standings]] = WeakKeyDictionary()


def standings_of(log: Log) -> Standings:
    """Return the standings in a log, which everybody in the process shares."""
    return _OF_LOGS.setdefault(log, Standings(log))
