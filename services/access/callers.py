"""Callers: the API key or session that was shown, what it may do, and whom it speaks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.actor import Actor
from events.configuration.api_key import ApiKeyCreated, ApiScope, api_key_decider
from events.ids import AccountId, ApiKeyId, ResponderId, api_key_stream
from events.loading import load
from events.log.recorded import Metadata
from services.access.dependencies import ReadDependencies
from services.access.people import is_known, may_act
from services.access.permissions import (
    OF_A_RESPONDER,
    Permission,
    is_unbound,
    permissions_of,
)
from services.access.rights.standings import standings_of
from services.access.secret_keys import parse_key
from services.access.visibility import Visibility
from services.request_refusals import (
    Invalid,
    NotAuthenticated,
    PermissionMissing,
    RequestInvalid,
    SpeaksForAnother,
)

RESPONDER_HEADER: Final = "Tocsin-Responder"
SESSION: Final = "tocsin.session"  # of the ASGI scope: only this process itself can put it there
SPEAKS_FOR: Final = (
    f"Whoever speaks for a responder has a responder's rights: leave {RESPONDER_HEADER} out."
)
_REFUSED: Final = "Send a good API key: Authorization: Bearer tocsin_key_…"
_LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Session: a person who is signed in, with the roles of the account as they are now."""

    session_id: str
    account_id: str
    person: ResponderId
    roles: frozenset[ApiScope]

    @property
    def principal(self) -> str:
        """Return the name under which the log knows who acts in the session."""
        return f"account:{self.account_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Caller: an authenticated API key or session, and the person it speaks for."""

    actor: Actor
    permissions: frozenset[Permission]
    asked: Permission  # which of them this request needs
    person: ResponderId | None = None  # whose private incidents it sees
    expires_at: datetime | None = None  # None: the key is good until it is revoked
    session_id: str | None = None  # None: an API key
    has_more: bool = False  # a key of more rights, which it gave up to speak for the person

    @property
    def visibility(self) -> Visibility:
        """Return which incidents the caller may know of: who reads the whole log sees them all."""
        return Visibility(everything=Permission.LOG_READ in self.permissions, person=self.person)

    def metadata(self, *, via: str, correlation_id: str) -> Metadata:
        """Return what an event caused by this caller's request says of its cause."""
        return Metadata(
            principal=self.actor.principal,
            on_behalf_of=self.actor.responder_id,
            via=via,
            correlation_id=correlation_id,
        )


async def good_key(dependencies: ReadDependencies, text: str) -> ApiKeyCreated:
    """Return the key that was shown. It is read from the log, so revoking works at once.

    Raises: NotAuthenticated, LogUnavailable.
    """
    shown = parse_key(text)
    if shown is None or shown.kind != "key":
        raise NotAuthenticated(_REFUSED)
    stream = api_key_stream(ApiKeyId(shown.key_id))
    key, _ = await load(dependencies.log, api_key_decider, stream)
    if not isinstance(key, ApiKeyCreated):  # unknown, or revoked
        raise NotAuthenticated(_REFUSED)
    if not shown.matches(key.secret_hash) or not key.opens_at(dependencies.clock()):
        raise NotAuthenticated(_REFUSED)
    if key.responder_id is not None and not await may_act(dependencies.log, key.responder_id):
        raise NotAuthenticated(_REFUSED)
    return key


async def caller_with(
    dependencies: ReadDependencies, key: ApiKeyCreated, permission: Permission, named: str | None
) -> Caller:
    """Return the caller if its key may do this, for the responder that it names.

    A key that speaks for somebody gives up what it may do beyond that: it acts with the rights of a
    responder, or with fewer of its own. A person's key has at most what their account's roles carry
    now: a role that was taken away is taken from the keys, too.
    Raises: PermissionMissing, SpeaksForAnother, RequestInvalid, LogUnavailable.
    """
    made_with = permissions_of(key.scopes)
    whole = made_with & await _held_by(dependencies, key.responder_id)
    if permission in made_with - whole:
        why = f"{permission} is needed, and the roles of {key.responder_id} do not carry it now."
        raise PermissionMissing(why, permission=permission.value)
    permissions = whole if named in {None, key.responder_id} else whole & OF_A_RESPONDER
    if permission not in permissions:
        raise _missing(permission, key, given_up=permission in whole)
    spoken_for = await _spoken_for(dependencies, key, named)
    actor = Actor(
        principal=principal_of(key),
        responder_id=spoken_for,
        is_admin=Permission.API_KEY_MANAGE in permissions,
    )
    sees_all = Permission.LOG_READ in whole  # so it may also see what the person does, and no more
    return Caller(
        actor=actor,
        permissions=permissions,
        asked=permission,
        person=spoken_for if sees_all else key.responder_id,
        expires_at=key.expires_at,
        has_more=is_unbound(whole) and not is_unbound(permissions),
    )


async def _held_by(
    dependencies: ReadDependencies, person: ResponderId | None
) -> frozenset[Permission]:
    """Return what the keys of a person may carry; without an account, everything.

    Alerts are sent by programs, so that is no right of a person.
    """
    if person is None:
        return frozenset(Permission)
    standing = await standings_of(dependencies.log).of(AccountId(person))
    if not standing.was_active:
        return frozenset(Permission)
    return permissions_of(standing.roles) | {Permission.ALERT_SEND}


def signed_in_caller(session: Session, permission: Permission) -> Caller:
    """Return the caller if the roles of whoever is signed in carry the permission.

    Raises: PermissionMissing.
    """
    permissions = permissions_of(session.roles)
    if permission not in permissions:
        roles = ", ".join(sorted(session.roles)) or "none"
        why = f"{permission} is needed; your roles ({roles}) do not carry it. Ask an admin."
        raise PermissionMissing(why, permission=permission.value)
    actor = Actor(
        principal=session.principal,
        responder_id=session.person,
        is_admin=Permission.API_KEY_MANAGE in permissions,
    )
    return Caller(
        actor=actor,
        permissions=permissions,
        asked=permission,
        person=session.person,
        session_id=session.session_id,
    )


def principal_of(key: ApiKeyCreated) -> str:
    """Return the name under which the log knows who acts with a key."""
    return f"api_key:{key.api_key_id}"


def _missing(permission: Permission, key: ApiKeyCreated, *, given_up: bool) -> PermissionMissing:
    scopes = ", ".join(sorted(key.scopes)) or "none"
    why = (
        f"{permission} is needed. {SPEAKS_FOR}"
        if given_up
        else f"{permission} is needed; the key's scopes ({scopes}) do not carry it."
    )
    return PermissionMissing(why, permission=permission.value)


async def _spoken_for(
    dependencies: ReadDependencies, key: ApiKeyCreated, named: str | None
) -> ResponderId | None:
    if named is None or named == key.responder_id:
        return key.responder_id
    if key.responder_id is not None:
        raise SpeaksForAnother("This key belongs to a responder; leave Tocsin-Responder out.")
    if not 0 < len(named) <= _LONGEST_ID or not await is_known(
        dependencies.log, ResponderId(named)
    ):
        raise RequestInvalid(
            Invalid(field=f"header.{RESPONDER_HEADER}", reason="No such responder.")
        )
    return ResponderId(named)
