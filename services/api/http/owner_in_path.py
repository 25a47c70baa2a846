"""Owner of what a path names: asked by the guard where a permission is for what is one's own."""

from fastapi import Request

from events.ids import ResponderId
from services.access.callers import SPEAKS_FOR, Caller
from services.access.permissions import RIGHTS, Permission, Relation, is_unbound
from services.access.rights.own_person import leads, require_own
from services.access.rights.own_shifts import OwnShifts
from services.access.rights.owned_changes import OwnedChanges
from services.access.rights.owned_paths import answering_in_path
from services.api.http.dependencies import dependencies_of


async def require_owner_in_path(request: Request, caller: Caller, permission: Permission) -> None:
    """Let a caller pass who may do this to whatever there is, or to what the path names.

    What is not there yet has no owner: what is made of it is asked about when it is known.
    Raises: PermissionMissing, RoutingRulesRefused, LogUnavailable.
    """
    relation = RIGHTS[permission].to_responder
    if relation is None or is_unbound(caller.permissions):
        return
    named: dict[str, str] = request.path_params
    dependencies = dependencies_of(request)
    about = ResponderId(named.get("responder_id") or named.get("account_id", ""))
    match relation:
        case Relation.MANAGES:
            answering = await answering_in_path(dependencies.log, named)
            await _owned(request, caller).require(answering)
        case Relation.IS:
            require_own(caller.person, about, permission)
        case Relation.LEADS | Relation.BRINGS_IN:
            if not await leads(dependencies, caller.person, about):
                own = caller.person if relation is Relation.LEADS else None
                require_own(own, about, permission)
        case Relation.STANDS_IN:
            pass  # the change says whose shift it is


def owned_changes(request: Request, caller: Caller) -> OwnedChanges | None:
    """Return what the caller may change of what teams own; None: whatever there is."""
    return None if is_unbound(caller.permissions) else _owned(request, caller)


def bound_of(request: Request, caller: Caller) -> OwnedChanges | OwnShifts | None:
    """Return what the caller may change by this operation; None: whatever there is."""
    if is_unbound(caller.permissions):
        return None
    match RIGHTS[caller.asked].to_responder:
        case Relation.MANAGES:
            return _owned(request, caller)
        case Relation.STANDS_IN:
            # A shared key that says whom it speaks for may do what concerns only that person.
            return OwnShifts(
                log=dependencies_of(request).log,
                person=caller.actor.responder_id,
                advice=_advice(caller),
            )
        case _:
            return None


def _owned(request: Request, caller: Caller) -> OwnedChanges:
    log = dependencies_of(request).log
    return OwnedChanges(log=log, person=caller.person, advice=_advice(caller))


def _advice(caller: Caller) -> str:
    return SPEAKS_FOR if caller.has_more else ""
