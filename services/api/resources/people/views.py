"""Views of accounts and sessions: no secret, and no address of who is forgotten."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.account.values import SignInMethod
from events.configuration.api_key import ApiScope
from projections.configuration.accounts import AccountRow
from services.access.permissions import Permission
from services.api.http.formats import Position, View
from services.api.views.rows import shows
from services.identity.sessions import OpenSession


class LinkedIdentityView(View):
    """Who an identity provider says the person is."""

    issuer: str
    identity_subject: str


class PasskeyView(View):
    """Passkey without its key."""

    passkey_id: UUID
    name: str
    added_at: datetime


@shows(AccountRow, "was_active")
class AccountView(View):
    """Account: how a person signs in, and their organisation roles."""

    account_id: Annotated[str, Field(description="The person's responder id.")]
    identities: tuple[LinkedIdentityView, ...]
    passkeys: tuple[PasskeyView, ...]


class AccountList(View):
    """Every account, by id."""

    accounts: list[AccountView]


class SessionView(View):
    """Session: a browser in which a person is signed in."""

    session_id: UUID
    method: SignInMethod
    created_at: datetime
    seen_at: Annotated[datetime, Field(description="To the minute.")]
    expires_at: datetime
    user_agent: str | None
    address_prefix: Annotated[str | None, Field(description="The network it began from.")]
    is_this_one: Annotated[bool, Field(description="Whether this request was made in it.")]


class SessionList(View):
    """The sessions that are good, the one used last first."""

    sessions: list[SessionView]


class SessionsEnded(View):
    """Which sessions were ended."""

    account_id: str
    session_id: Annotated[UUID | None, Field(description="null: every one.")]
    position: Position


class Invited(View):
    """The person is invited; the link went by mail, or it is in this answer."""

    account_id: str
    taken: Annotated[bool, Field(description="Whether the mail server took the message.")]
    fault: Annotated[str | None, Field(description="By name and code, if it did not.")]
    link: Annotated[
        str | None,
        Field(description="For admins, where no mail went: hand it over. It is good once."),
    ]
    expires_at: datetime
    position: Position


class Me(View):
    """Whoever makes this request: what they may do, and for whom."""

    account_id: Annotated[str | None, Field(description="null: an API key.")]
    session_id: str | None
    responder_id: Annotated[str | None, Field(description="null: a machine's key.")]
    roles: Annotated[list[ApiScope], Field(description="Of the account; empty for an API key.")]
    permissions: list[Permission]


def session_view(row: OpenSession, current: str | None) -> SessionView:
    """Return a session as its person, or an admin, sees it."""
    return SessionView(
        session_id=row.session_id,
        method=row.method,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        user_agent=row.user_agent,
        address_prefix=row.address_prefix,
        is_this_one=str(row.session_id) == current,
    )
