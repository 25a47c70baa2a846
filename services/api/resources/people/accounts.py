"""Accounts: who may sign in, and in which organisation roles."""

from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field

from events.account.commands import (
    ChangeAccountEmail,
    ChangeAccountRoles,
    ReinstateAccount,
    SuspendAccount,
)
from events.account.decide import account_decider
from events.account.refusals import AccountNotFound
from events.configuration.api_key import ApiScope
from events.ids import AccountId, account_stream
from projections.configuration import accounts
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.api_keys import require_held
from services.api.resources.people.addresses import EmailAddress
from services.api.resources.people.views import AccountList, AccountView
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.identity.admins import Admins
from services.identity.one_address import address_for

router = api_router("accounts")

ACCOUNT: Final = "/v1/accounts/{account_id}"
READ: Final = [requires(Permission.ACCOUNT_READ)]
MANAGE: Final = [requires(Permission.ACCOUNT_MANAGE)]

type Roles = Annotated[
    tuple[Choice[ApiScope], ...],
    Field(
        min_length=1,
        max_length=len(ApiScope),
        strict=False,
        description="`admin`, `responder`, `observer`, `auditor`; `ingest` is for machines.",
    ),
]


class RolesBody(Strict, json_schema_extra={"examples": [{"roles": ["responder"]}]}):
    """Organisation roles to give, in place of those the person has."""

    roles: Roles


class EmailBody(Strict, json_schema_extra={"examples": [{"email": "grace@example.com"}]}):
    """Address to sign in with."""

    email: EmailAddress | None


class SuspensionBody(Strict, json_schema_extra={"examples": [{"reason": "Left the company."}]}):
    """Why an account is suspended."""

    reason: Line


@router.get("/v1/accounts", dependencies=READ)
async def list_accounts(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> AccountList:
    """List the accounts, by id."""
    async with reads.of(query, accounts.NAME) as connection:
        rows = await every(accounts.ACCOUNT, connection)
    return AccountList(accounts=[AccountView.model_validate(row) for row in rows])


@router.get(ACCOUNT, dependencies=READ)
async def show_account(
    response: Response, reads: TheReads, account_id: Name, query: Annotated[ReadQuery, Query()]
) -> AccountView:
    """Show an account; its ETag is what If-Match takes."""
    stream = account_stream(AccountId(account_id))
    async with reads.of(query, accounts.NAME, stream=stream) as connection:
        row = await one(accounts.ACCOUNT, connection, account_id)
    if row is None:
        raise AccountNotFound(f"{account_id} has no account.")
    response.headers["ETag"] = f'"{row.version}"'
    return AccountView.model_validate(row)


@router.put(f"{ACCOUNT}/roles", dependencies=MANAGE, response_model=Receipt)
async def change_account_roles(
    account_id: Name, body: RolesBody, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Give a person other organisation roles; a lost role ends their sessions at once."""
    require_held(caller, body.roles)
    named, admins = AccountId(account_id), admins_of(change)
    async with admins.alone():
        if ApiScope.ADMIN in body.roles:
            await admins.note(named)
        command = ChangeAccountRoles(
            account_id=named,
            roles=body.roles,
            is_last_admin=not await admins.others(than=named),
            actor=change.actor,
            at=change.at,
        )
        return await change.receipt(account_decider, account_stream(named), command)


@router.put(f"{ACCOUNT}/email", dependencies=MANAGE, response_model=Receipt)
async def change_account_email(
    account_id: Name, body: EmailBody, change: TheConfigurationChange
) -> Response:
    """Change the address that a person signs in with; links go there from now on."""
    named, dependencies = AccountId(account_id), change.dependencies
    command = ChangeAccountEmail(
        account_id=named, email=body.email, actor=change.actor, at=change.at
    )
    async with address_for(dependencies.log, dependencies.database, named, body.email):
        return await change.receipt(account_decider, account_stream(named), command)


@router.post(f"{ACCOUNT}/suspension", dependencies=MANAGE, response_model=Receipt)
async def suspend_account(
    account_id: Name, body: SuspensionBody, change: TheConfigurationChange
) -> Response:
    """Suspend an account: its sessions, and the person's API keys and calendars, end at once."""
    named, admins = AccountId(account_id), admins_of(change)
    async with admins.alone():
        command = SuspendAccount(
            account_id=named,
            reason=body.reason,
            is_last_admin=not await admins.others(than=named),
            actor=change.actor,
            at=change.at,
        )
        return await change.receipt(account_decider, account_stream(named), command)


@router.delete(f"{ACCOUNT}/suspension", dependencies=MANAGE, response_model=Receipt)
async def reinstate_account(account_id: Name, change: TheConfigurationChange) -> Response:
    """Reinstate a suspended account; the person signs in anew."""
    named = AccountId(account_id)
    command = ReinstateAccount(account_id=named, actor=change.actor, at=change.at)
    return await change.receipt(account_decider, account_stream(named), command)


def admins_of(change: HttpConfigurationChange) -> Admins:
    """Return who is an admin, as the log has it."""
    dependencies = change.dependencies
    return Admins(dependencies.log, dependencies.database)
