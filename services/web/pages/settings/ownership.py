"""Ownership: whether a form for what a team owns is worth showing; the API decides."""

from services.web.rights.leading import leading
from services.web.visit import Visit


async def may_change(visit: Visit, team_id: str | None) -> bool:
    """Return whether whoever looks may change what this team owns; None: the organisation does.

    Raises: Refused.
    """
    return not visit.as_of and (await leading(visit)).may_change(team_id)
