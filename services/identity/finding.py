"""Finding accounts: by the name somebody types, or by their person; what counts is the log."""

import unicodedata
from typing import NamedTuple

from events.account.decide import account_decider
from events.account.state import Account
from events.ids import AccountId, ResponderId, account_stream
from events.loading import load
from events.log.database import Database
from events.log.store import Log
from projections.configuration.accounts import with_email
from services.access.people import is_forgotten

LONGEST_NAME = 254  # characters, of an address


class Known(NamedTuple):
    """An account, and what the log knows of it."""

    account_id: AccountId
    account: Account


async def account_of(log: Log, account_id: AccountId) -> Account:
    """Return an account as the log has it now; of who was forgotten, none.

    Raises: LogUnavailable, EventTooNew.
    """
    account, _ = await load(log, account_decider, account_stream(account_id))
    if await is_forgotten(log, ResponderId(account_id)):
        return account_decider.initial
    return account


async def account_named(log: Log, database: Database, name: str) -> Known | None:
    """Return the account that signs in by a name, an e-mail address or an id; None: no or several.

    Raises: LogUnavailable, EventTooNew.
    """
    plain = as_typed(name)
    if not plain or len(plain) > LONGEST_NAME or "\0" in plain:
        return None
    if "@" not in plain:
        return await _known(log, AccountId(plain))
    async with database.connection() as connection:
        rows = await with_email(connection, plain)
    found = [await _known(log, AccountId(row.account_id)) for row in rows]
    named = [one for one in found if one is not None and one.account.email == plain]
    return named[0] if len(named) == 1 else None


def as_typed(name: str) -> str:
    """Return a name or an address as it is kept and compared."""
    return unicodedata.normalize("NFC", name.strip().casefold())


async def _known(log: Log, account_id: AccountId) -> Known | None:
    account = await account_of(log, account_id)
    return Known(account_id, account) if account.standing.is_active else None
