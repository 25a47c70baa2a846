"""New people: whom a directory names and nobody here knows yet."""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from events.account.commands import OpenAccount
from events.account.decide import account_decider
from events.account.standing import AccountState
from events.configuration.api_key import ApiScope
from events.configuration.responder import ContactMethod, RegisterResponder, responder_decider
from events.errors import StreamConflict
from events.ids import AccountId, ResponderId, account_stream, responder_stream
from events.loading import load
from projections.configuration.tables import RESPONDER
from projections.engine.rows import as_json
from services.identity.directory.directory import Directory
from services.identity.finding import account_of

EMAIL: Final = "email"
LONGEST_ID: Final = 63
TRIES: Final = 50
_OTHERS: Final = re.compile(r"[^a-z0-9._-]+")


async def registered(directory: Directory, name: str, email: str | None) -> ResponderId:
    """Register a person under an id that people can read, and that nobody has.

    Raises: LogUnavailable.
    """
    methods = () if email is None else (ContactMethod(channel=EMAIL, address=email),)
    for responder_id in ids_for(email or name):
        command = RegisterResponder(
            responder_id=responder_id,
            name=name,
            contact_methods=methods,
            actor=directory.actor,
            at=directory.now,
        )
        stream = responder_stream(responder_id)
        try:
            await directory.carried_out(
                responder_decider, stream, command, f"register {responder_id}", expected_version=0
            )
        except StreamConflict:
            continue
        return responder_id
    raise RuntimeError("an id made of 128 random bits is taken")


async def opened(
    directory: Directory, person: ResponderId, email: str | None, roles: tuple[ApiScope, ...]
) -> AccountId:
    """Let a person sign in who could not yet.

    Raises: AccountInUse, RolesInvalid, LogUnavailable.
    """
    account_id = AccountId(person)
    if ApiScope.ADMIN in roles:
        await directory.admins.note(account_id)
    command = OpenAccount(
        account_id=account_id, email=email, roles=roles, actor=directory.actor, at=directory.now
    )
    await directory.carried_out(account_decider, account_stream(account_id), command, "open")
    return account_id


async def person_with_email(directory: Directory, email: str | None) -> ResponderId | None:
    """Return who has proved here that the address is theirs, and cannot sign in yet.

    Raises: LogUnavailable.
    """
    if email is None:
        return None
    method = as_json([{"channel": "email", "address": email}])
    async with directory.database.connection() as reader:
        rows = await RESPONDER.select(reader, "where t.contact_methods @> $1::text::jsonb", method)
    proved = [
        ResponderId(row.responder_id)
        for row in rows
        for contact in row.contact_methods
        if contact.address == email and contact.verified_at is not None
    ]
    free = [one for one in proved if await _has_no_account(directory, one)]
    return free[0] if len(free) == 1 else None


async def renamed(
    directory: Directory, person: ResponderId, name: str, email: str | None, new_email: str | None
) -> None:
    """Give a person another name, and the address they are paged at if it was this one.

    Raises: LogUnavailable.
    """
    known, version = await load(directory.log, responder_decider, responder_stream(person))
    if known is None:
        return
    methods = tuple(
        replace(one, address=new_email)
        if new_email and email and (one.channel, one.address) == (EMAIL, email)
        else one
        for one in known.contact_methods
    )
    command = RegisterResponder(
        responder_id=person,
        name=name,
        contact_methods=methods,
        kind=known.kind,
        notification_rules=known.notification_rules,
        quiet_hours=known.quiet_hours,
        actor=directory.actor,
        at=directory.now,
    )
    await directory.carried_out(
        responder_decider, responder_stream(person), command, "rename", expected_version=version
    )


async def _has_no_account(directory: Directory, person: ResponderId) -> bool:
    account = await account_of(directory.log, AccountId(person))
    return account.standing.state is AccountState.ABSENT


def ids_for(said: str) -> Iterator[ResponderId]:
    """Yield ids for a person: as their address or name has it, then with numbers behind."""
    plain = unicodedata.normalize("NFKD", said.partition("@")[0]).encode("ascii", "ignore")
    word = _OTHERS.sub("-", plain.decode().lower()).strip("-._")[: LONGEST_ID - 4] or "person"
    yield ResponderId(word)
    for number in range(2, TRIES):
        yield ResponderId(f"{word}-{number}")
    yield ResponderId(f"person-{secrets.token_hex(16)}")
