"""Saved view rules: filters of the list of incidents under names, each once."""

from typing import Final

from events.account.commands import RemoveView, SaveView
from events.account.events import AccountEvent, AccountViewRemoved, AccountViewSaved
from events.account.life import require_active, require_there
from events.account.refusals import ViewNotFound, ViewsTooMany
from events.account.state import Account
from events.account.values import SavedView

MOST_VIEWS: Final = 30


def save(command: SaveView, account: Account) -> list[AccountEvent]:
    """Give filters a name; those of the name before, or the name before of these, is gone.

    Raises: AccountNotFound, AccountNotActive, ViewsTooMany.
    """
    require_active(command.account_id, account)
    if SavedView(name=command.name, query=command.query) in account.views:
        return []
    is_new = all(command.name != one.name and command.query != one.query for one in account.views)
    if is_new and len(account.views) >= MOST_VIEWS:
        raise ViewsTooMany(f"You have {MOST_VIEWS} views, which is the most: remove one first.")
    return [
        AccountViewSaved(
            account_id=command.account_id,
            name=command.name,
            query=command.query,
            saved_by=command.actor.name,
            saved_at=command.at,
        )
    ]


def remove(command: RemoveView, account: Account) -> list[AccountEvent]:
    """Keep a view no more.

    Raises: AccountNotFound, ViewNotFound.
    """
    require_there(command.account_id, account)
    if all(command.name != one.name for one in account.views):
        raise ViewNotFound(f"You have no view named {command.name}: list yours.")
    return [
        AccountViewRemoved(
            account_id=command.account_id,
            name=command.name,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]
