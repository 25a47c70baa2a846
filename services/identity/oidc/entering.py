"""Entering: which account a proven identity opens, and as whom."""

from hashlib import sha256

import structlog

from events.account.commands import LinkIdentity
from events.account.decide import account_decider
from events.account.refusals import LastAdmin
from events.account.standing import AccountState
from events.account.values import Identity
from events.ids import AccountId, ResponderId, account_stream
from projections.configuration.accounts import with_email, with_identity
from services.identity.directory.directory import Directory
from services.identity.directory.group_rules import Granted
from services.identity.directory.memberships import set_memberships
from services.identity.directory.newcomers import alone
from services.identity.directory.people import opened, person_with_email, registered
from services.identity.directory.standing import change_roles, let_in, suspend
from services.identity.finding import Known, account_of
from services.identity.oidc.connection import Connection
from services.identity.oidc.identity import ProvenIdentity
from services.identity.oidc.rules import granted, is_admitted
from services.request_refusals import IdentityNotAdmitted

logs = structlog.get_logger(__name__)


async def entered(
    directory: Directory, connection: Connection, identity: ProvenIdentity
) -> AccountId:
    """Return the account that the identity opens, with the rights that its groups give now.

    Raises: IdentityNotAdmitted, LogUnavailable.
    """
    given = granted(connection, identity.groups)
    known = await _found(directory, connection, identity)
    if known is None:
        async with alone(directory):
            known = await _found(directory, connection, identity)
            if known is None:
                new = await _new_account(directory, connection, identity, given)
                known = await _known(directory, new)
    account_id = known.account_id
    await link(directory, account_id, identity)
    await _apply(directory, connection, known, given)
    await set_memberships(directory, ResponderId(account_id), given.teams, given.teams_decided)
    return account_id


async def _found(
    directory: Directory, connection: Connection, identity: ProvenIdentity
) -> Known | None:
    linked = await account_opened_by(directory, identity.issuer, identity.subject)
    return linked or await _account_with_email(directory, connection, identity)


async def account_opened_by(directory: Directory, issuer: str, subject: str) -> Known | None:
    """Return the account that the identity is linked to.

    Raises: IdentityNotAdmitted, LogUnavailable.
    """
    named = Identity(issuer=issuer, identity_subject=subject)
    async with directory.database.connection() as reader:
        rows = await with_identity(reader, issuer, subject)
    known = [await _known(directory, AccountId(row.account_id)) for row in rows]
    linked = [one for one in known if named in one.account.identities]
    if len(linked) > 1:
        raise IdentityNotAdmitted(
            "This identity opens several accounts: an administrator has to unlink it from all but"
            " one."
        )
    return linked[0] if linked else None


async def link(directory: Directory, account_id: AccountId, identity: ProvenIdentity) -> None:
    """Let the identity open the account from now on.

    Raises: AccountNotFound, LogUnavailable.
    """
    command = LinkIdentity(
        account_id=account_id,
        issuer=identity.issuer,
        identity_subject=identity.subject,
        actor=directory.actor,
        at=directory.now,
    )
    await directory.carried_out(account_decider, account_stream(account_id), command, "link")


def session_name(issuer: str, provider_session: str) -> str:
    """Return under which name sessions of ours know the one at a provider."""
    return sha256(f"{issuer}\0{provider_session}".encode()).hexdigest()


async def _account_with_email(
    directory: Directory, connection: Connection, identity: ProvenIdentity
) -> Known | None:
    """Return the account of whoever has this verified address.

    An account that the provider knows under another name is not taken over: addresses are given to
    somebody else when people leave.
    """
    if identity.email is None:
        return None
    async with directory.database.connection() as reader:
        rows = await with_email(reader, identity.email)
    found = [await _known(directory, AccountId(row.account_id)) for row in rows]
    same = [one for one in found if one.account.email == identity.email]
    if not same:
        return None
    others = [one for one in same[0].account.identities if one.issuer == identity.issuer]
    if len(same) > 1 or others:
        raise IdentityNotAdmitted(
            f"{identity.email} belongs to an account that {connection.label} knows under another"
            " name: an administrator has to unlink that one first."
        )
    return same[0]


async def _new_account(
    directory: Directory, connection: Connection, identity: ProvenIdentity, given: Granted
) -> AccountId:
    """Make an account for whom the connection admits.

    Raises: IdentityNotAdmitted, LogUnavailable.
    """
    roles = given.with_others(())
    if not is_admitted(connection, identity) or not roles:
        raise IdentityNotAdmitted(
            f"{connection.label} says who you are, but you have no account here, and none is made"
            " for your address or groups: ask an administrator to invite you."
        )
    person = await person_with_email(directory, identity.email)
    if person is None:
        person = await registered(directory, identity.name, identity.email)
    return await opened(directory, person, identity.email, roles)


async def _apply(
    directory: Directory, connection: Connection, known: Known, given: Granted
) -> None:
    """Give and take what the groups decide about.

    Raises: IdentityNotAdmitted, LogUnavailable.
    """
    account_id, account = known
    roles = given.with_others(account.standing.roles)
    if not roles:
        await _shut_out(directory, connection, known)
        raise IdentityNotAdmitted(
            f"None of your groups at {connection.label} gives you a role here any more: ask an"
            " administrator."
        )
    try:
        await change_roles(directory, account_id, account.standing, roles)
    except LastAdmin:
        logs.warning("last_admin_kept", account=account_id, connection=connection.name)
    await let_in(directory, account_id, account.standing)


async def _shut_out(directory: Directory, connection: Connection, known: Known) -> None:
    if known.account.standing.state is AccountState.SUSPENDED:
        return
    try:
        await suspend(directory, known.account_id, f"no role by the groups of {connection.label}")
    except LastAdmin:
        logs.warning("last_admin_kept", account=known.account_id, connection=connection.name)


async def _known(directory: Directory, account_id: AccountId) -> Known:
    return Known(account_id, await account_of(directory.log, account_id))
