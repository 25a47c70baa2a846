"""Sign-in attempts: counted for each account and each network, by one table for every process.

An attempt is counted before anything is looked at, and taken back when it succeeds: however many
come at once, no more are looked at than may be. After some failures one waits, longer each time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final, Protocol

A_DAY: Final = timedelta(days=1)
CUSTOMER: Final = 64  # bits of an IPv6 address that name a customer

# One row: this is the n-th failure of a streak. None: it is not time yet, and nothing was counted.
BEGIN: Final = """
with old as (
    select key from es.sign_in_attempt where newest < $5::timestamptz limit 100
    for update skip locked
), gone as (
    delete from es.sign_in_attempt where key in (select key from old where key <> $1)
)
insert into es.sign_in_attempt as known (key, failures, since, newest, wait_until)
values ($1, 1, $2::timestamptz, $2, $2)
on conflict (key) do update set
    failures = case when known.newest < $5 then 1 else known.failures + 1 end,
    since = case when known.newest < $5 then excluded.since else known.since end,
    newest = excluded.newest,
    wait_until = excluded.newest + case
        when known.newest < $5 or known.failures < $3::integer then interval '0'
        else least($4::interval, interval '1 second' * power(2, least(known.failures - $3, 20)))
    end
where known.wait_until <= excluded.newest
returning failures, since
"""
FORGET: Final = "delete from es.sign_in_attempt where key = $1"
TAKE_BACK: Final = """
update es.sign_in_attempt set failures = greatest(failures - 1, 0), wait_until = $2 where key = $1
"""


class Database(Protocol):
    """What the rows are kept in."""

    async def fetch(self, sql: str, *arguments: object) -> list[Any]: ...  # noqa: D102
    async def fetchrow(self, sql: str, *arguments: object) -> Any: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many failures are free, and how long one waits at most after more."""

    free: int
    longest: timedelta


OF_AN_ACCOUNT: Final = Patience(free=5, longest=timedelta(minutes=1))  # somebody else may fail
OF_A_NETWORK: Final = Patience(free=30, longest=timedelta(minutes=15))  # an office is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that may be looked at: which failure it is, unless it succeeds."""

    failures: int
    since: datetime


class Attempts:
    """Counts attempts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, name: str, address: str | None, now: datetime) -> Attempt | None:
        """Count an attempt, and return it if it may be looked at.

        Raises: LogUnavailable.
        """
        network = network_key(address)
        if network is not None and await self._count(network, OF_A_NETWORK, now) is None:
            return None
        return await self._count(account_key(name), OF_AN_ACCOUNT, now)

    async def succeeded(self, name: str, address: str | None, now: datetime) -> None:
        """Forget the failures of an account, and take back the one counted for the network.

        The network's others stay: whoever has one account must not use it to try many.
        Raises: LogUnavailable.
        """
        await self._database.fetch(FORGET, account_key(name))
        network = network_key(address)
        if network is not None:
            await self._database.fetch(TAKE_BACK, network, now)

    async def _count(self, key: bytes, patience: Patience, now: datetime) -> Attempt | None:
        row = await self._database.fetchrow(
            BEGIN, key, now, patience.free, patience.longest, now - A_DAY
        )
        return None if row is None else Attempt(failures=row["failures"], since=row["since"])


def account_key(name: str) -> bytes:
    """Return what an account is counted under, or a name that is nobody's."""
    return sha256(b"tocsin account\0" + name.casefold().encode()).digest()


def network_key(address: str | None) -> bytes | None:
    """Return what an address is counted under; None where none is known."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        named = str(mapped or ip_network(f"{found}/{CUSTOMER}", strict=False))
    else:
        named = str(found)
    return sha256(b"tocsin network\0" + named.encode()).digest()
