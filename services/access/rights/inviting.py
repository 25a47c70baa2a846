"""Inviting into a team: what its managers may do, so that nobody becomes somebody else by it.

Whoever opens an invitation is the person. So it goes to an address that the person has already, as
an admin or the person wrote it down, and with no more than a responder's roles.
"""

from collections.abc import Collection
from typing import Final

from events.configuration.api_key import ApiScope
from events.configuration.responder import responder_decider
from events.ids import ResponderId, responder_stream
from events.loading import load
from events.log.store import Log
from services.access.permissions import Permission
from services.request_refusals import PermissionMissing

GIVEN: Final = frozenset({ApiScope.RESPONDER, ApiScope.OBSERVER})
_EMAIL: Final = "email"


async def require_their_own_door(
    log: Log, person: ResponderId, email: str, roles: Collection[ApiScope]
) -> None:
    """Let a manager's invitation pass that only the person can open, as a responder at most.

    Raises: PermissionMissing, LogUnavailable.
    """
    beyond = sorted(set(roles) - GIVEN)
    if beyond:
        raise _refused(f"Managers invite responders and observers: {', '.join(beyond)} is an")
    responder, _ = await load(log, responder_decider, responder_stream(person))
    methods = responder.contact_methods if responder is not None else ()
    known = {one.address.casefold() for one in methods if one.channel == _EMAIL}
    if email.casefold() not in known:
        raise _refused(f"Managers invite {person} by an address they have: another is an")


def _refused(why: str) -> PermissionMissing:
    return PermissionMissing(f"{why} admin's to give.", permission=Permission.ACCOUNT_INVITE.value)
