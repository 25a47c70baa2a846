"""Door: sign-in through the identity providers of this installation, as the web app opens it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Final
from uuid import UUID, uuid4, uuid5

from events.account.commands import EndSessions
from events.account.values import EndReason, SignInMethod
from events.ids import AccountId
from events.log.database import Database
from events.log.store import Log
from services.identity.admins import Admins
from services.identity.clients import Client
from services.identity.directory.directory import Directory
from services.identity.oidc.code_flow import Arrival, Departure, arrive, depart
from services.identity.oidc.entering import (
    account_opened_by,
    entered,
    link,
    session_name,
)
from services.identity.oidc.provider import Provider
from services.identity.oidc.round_trips import Sealer, Souvenir
from services.identity.oidc.sign_out import way_out
from services.identity.oidc.tokens.logout_tokens import Logout, logout_in
from services.identity.sessions import TOKEN_BYTES, Sessions
from services.identity.signed_links import SPEND
from services.identity.signing_in import Fresh, Proven, carried_out, end_for_provider, sign_in
from services.request_refusals import IdentityNotAdmitted, RouteNotFound

LONGEST_COOKIE: Final = 3_800  # bytes: browsers drop what is longer than 4096 with its name
REMEMBERED: Final = timedelta(hours=3)  # longer than any logout token is taken
IS_SPENT: Final = "select 1 from es.spent_token where token_hash = $1"
VIA: Final = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody who came in: what their browser gets, and where it goes."""

    token: bytes
    destination: str
    souvenir: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Everything that signing in through a provider takes."""

    log: Log
    database: Database
    sessions: Sessions
    admins: Admins
    providers: Mapping[str, Provider]
    sealer: Sealer
    public_url: str
    clock: Callable[[], datetime]

    def provider(self, name: str) -> Provider:
        """Return a provider of this installation.

        Raises: RouteNotFound.
        """
        if name not in self.providers:
            raise RouteNotFound("There is no such way to sign in.")
        return self.providers[name]

    async def out(self, name: str, destination: str, session_id: str | None = None) -> Departure:
        """Return the way to a provider, for a browser that is signed in already if it links.

        Raises: RouteNotFound, IdentityProviderUnavailable.
        """
        return await depart(
            self.provider(name),
            self.sealer,
            redirect_uri=self._redirect_uri(name),
            destination=destination,
            session_id=session_id,
        )

    async def back(
        self, name: str, query: Mapping[str, str], cookies: Mapping[str, str]
    ) -> Arrival:
        """Return who came back from a provider.

        Raises: RouteNotFound, SignInNotBegun, IdentityNotProven, IdentityNotAdmitted,
        IdentityProviderRefused, IdentityProviderUnavailable.
        """
        return await arrive(
            self.provider(name),
            self.sealer,
            redirect_uri=self._redirect_uri(name),
            query=query,
            cookies=cookies,
        )

    async def enter(self, arrival: Arrival, client: Client) -> Entered:
        """Begin a session for whoever came back.

        Raises: IdentityNotAdmitted, AccountNotActive, ProjectionBehind, LogUnavailable.
        """
        identity, trip = arrival.identity, arrival.trip
        request_id, now = uuid4(), self.clock()
        directory = self._directory(trip.connection, request_id, now)
        account_id = await entered(directory, self.provider(trip.connection).connection, identity)
        fresh = Fresh(session_id=request_id, token=token_bytes(TOKEN_BYTES))
        session = identity.provider_session
        proven = Proven(
            account_id=account_id,
            method=SignInMethod.IDENTITY_PROVIDER,
            provider_session=session_name(identity.issuer, session) if session else None,
        )
        await sign_in(self.log, self.sessions, proven, client, fresh, now=now, via=VIA)
        return Entered(
            token=fresh.token,
            destination=trip.destination,
            souvenir=self._souvenir(trip.connection, identity.id_token),
        )

    async def link(self, arrival: Arrival, account_id: AccountId) -> None:
        """Let whoever is signed in be opened to by the identity they have just proved, too.

        Raises: IdentityNotAdmitted, AccountNotFound, ProjectionBehind, LogUnavailable.
        """
        directory = self._directory(arrival.trip.connection, uuid4(), self.clock())
        identity = arrival.identity
        known = await account_opened_by(directory, identity.issuer, identity.subject)
        if known is not None and known.account_id != account_id:
            raise IdentityNotAdmitted(
                "This identity opens another account: sign in there and unlink it first."
            )
        await link(directory, account_id, identity)

    async def hang_up(self, name: str, logout_token: str) -> None:
        """End the sessions that a provider says are over. The same token again ends nothing more.

        Raises: RouteNotFound, LogoutTokenRefused, IdentityProviderUnavailable, LogUnavailable.
        """
        logout = await logout_in(self.provider(name), logout_token)
        now = self.clock()
        if await self.database.fetchrow(IS_SPENT, logout.token_hash) is not None:
            return
        if logout.provider_session is not None:
            named = session_name(logout.issuer, logout.provider_session)
            await end_for_provider(self.log, self.sessions, named, now)
        else:
            await self._end_all(name, logout, now)
        await self.database.fetchrow(SPEND, logout.token_hash, now + REMEMBERED, now)

    async def way_out(self, sealed: str) -> tuple[str, str] | None:
        """Return where the browser signs out at its provider, and what that is called.

        Raises: IdentityProviderUnavailable.
        """
        souvenir = self.sealer.souvenir(sealed)
        provider = self.providers.get(souvenir.connection) if souvenir else None
        if souvenir is None or provider is None:
            return None
        back_to = f"{self.public_url}/sign-in"
        address = await way_out(provider, back_to=back_to, id_token=souvenir.id_token)
        return None if address is None else (address, provider.connection.label)

    async def _end_all(self, name: str, logout: Logout, now: datetime) -> None:
        """End every session of a person, because the provider names no single one."""
        command_id = uuid5(_LOGOUTS, logout.token_hash.hex())
        directory = self._directory(name, command_id, now)
        known = await account_opened_by(directory, logout.issuer, logout.subject or "")
        if known is None:
            return
        command = EndSessions(
            account_id=known.account_id,
            session_id=None,
            reason=EndReason.IDENTITY_PROVIDER,
            actor=directory.actor,
            at=now,
        )
        await carried_out(self.log, command, directory.metadata, command_id)
        await self.sessions.end_all(known.account_id, now)

    def _souvenir(self, connection: str, id_token: str) -> str | None:
        sealed = self.sealer.sealed(Souvenir(connection=connection, id_token=id_token))
        return sealed if len(sealed) <= LONGEST_COOKIE else None

    def _directory(self, name: str, request_id: UUID, now: datetime) -> Directory:
        return Directory(
            log=self.log,
            database=self.database,
            admins=self.admins,
            principal=f"identity_provider:{name}",
            via=VIA,
            request_id=request_id,
            now=now,
        )

    def _redirect_uri(self, name: str) -> str:
        return f"{self.public_url}/sign-in/oidc/{name}/callback"


_LOGOUTS: Final = UUID("0d1f6c6e-31a6-4e0a-9d55-6f0c7a5f2b11")
