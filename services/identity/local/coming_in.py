"""Coming in: an invitation is accepted, a password reset, the first admin made; each link once."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from activities.delivery.provider import Provider
from events.account.commands import (
    ActivateAccount,
    ChangePassword,
    OpenAccount,
    RequestPasswordReset,
)
from events.account.openers import RESET_GOOD_FOR
from events.account.refusals import (
    AccountNotActive,
    AccountNotFound,
    InvitationOver,
    PasswordResetOver,
    PasswordResetTooOften,
)
from events.account.standing import AccountState
from events.account.values import SignInMethod
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    responder_decider,
)
from events.errors import AlreadyExists
from events.handle import handle
from events.ids import AccountId, ResponderId, responder_stream
from events.log.database import Database
from events.log.recorded import Metadata
from events.log.store import Log
from services.identity.admins import Admins
from services.identity.finding import Known, account_named, account_of, as_typed
from services.identity.local.entering import Visit, person
from services.identity.local.letters import EMAIL, password_reset, sent
from services.identity.one_address import alone, require_free
from services.identity.proofs.attempts import Attempts
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.proofs.password_rules import require_good
from services.identity.sessions import OpenSession, Sessions
from services.identity.signed_links import Purpose, SignedLink, SignedLinks, spend
from services.identity.signing_in import Proven, by_person, carried_out, sign_in
from services.request_refusals import LinkNotGood

FIRST: Final = Metadata(principal="installation:first_admin", via="web")
FIRST_ADMIN_ROLES: Final = (ApiScope.ADMIN, ApiScope.RESPONDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdmin:
    """Who the first admin is to be."""

    responder_id: ResponderId
    name: str
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingIn:
    """Everything that coming in takes."""

    log: Log
    database: Database
    sessions: Sessions
    hashes: PasswordHashes
    attempts: Attempts
    links: SignedLinks
    admins: Admins
    mail: Provider | None
    public_url: str

    async def invited(self, token: str, now: datetime) -> Known:
        """Return the account that a link invites to.

        Raises: LinkNotGood, LogUnavailable.
        """
        link = self.links.read(token, Purpose.INVITATION, now)
        account_id = AccountId(link.account_id or "")
        account = await account_of(self.log, account_id)
        open_ = account.invitation
        waiting = account.standing.state is AccountState.INVITED and open_ is not None
        if open_ is None or not waiting or open_.link_id != link.link_id:
            raise LinkNotGood("The invitation was used, or a newer one was sent: sign in instead.")
        return Known(account_id, account)

    async def accept(self, token: str, password: str, visit: Visit) -> OpenSession:
        """Accept an invitation, choose a password and be signed in.

        Raises: LinkNotGood, PasswordRefused, SignInBusy, LogUnavailable.
        """
        account_id, account = await self.invited(token, visit.now)
        require_good(password, account_id, account.email)
        password_hash = await self.hashes.hash(password)
        link = self.links.read(token, Purpose.INVITATION, visit.now)
        command = ActivateAccount(
            account_id=account_id,
            invitation_id=link.link_id,
            actor=person(account_id),
            at=visit.now,
        )
        by = by_person(account_id, visit.via)
        try:
            await carried_out(self.log, command, by, uuid5(visit.fresh.session_id, "accepted"))
        except InvitationOver as over:
            raise LinkNotGood(over.detail) from over
        await self._choose(account_id, password_hash, None, visit)
        return await self._in(account_id, visit)

    async def send_reset(
        self, name: str, reset_id: UUID, now: datetime, address: str | None = None
    ) -> None:
        """Send a link to choose a new password, if the name is somebody's who has an address.

        Meant to run after the answer, which is the same whether or not there is such an account.
        Raises: LogUnavailable.
        """
        known = await account_named(self.log, self.database, name)
        counted = f"reset {known.account_id if known else as_typed(name)}"
        if await self.attempts.begin(counted, address, now) is None or known is None:
            return
        account_id, account = known
        is_local = account.password_hash is not None or not account.identities
        if account.email is None or not is_local:
            return
        command = RequestPasswordReset(
            account_id=account_id, reset_id=reset_id, actor=VISITOR, at=now
        )
        try:
            await carried_out(self.log, command, VISITING, uuid5(reset_id, "asked"))
        except (PasswordResetTooOften, AccountNotActive, AccountNotFound):
            return
        link = SignedLink(
            purpose=Purpose.PASSWORD_RESET,
            account_id=account_id,
            link_id=reset_id,
            expires_at=now + RESET_GOOD_FOR,
        )
        url = f"{self.public_url}/reset/{self.links.make(link)}"
        await sent(self.mail, account.email, password_reset(reset_id, url, now))

    async def resetting(self, token: str, now: datetime) -> Known:
        """Return the account whose password a link chooses.

        Raises: LinkNotGood, LogUnavailable.
        """
        link = self.links.read(token, Purpose.PASSWORD_RESET, now)
        account_id = AccountId(link.account_id or "")
        account = await account_of(self.log, account_id)
        open_ = account.reset if account.standing.is_active else None
        if open_ is None or open_.link_id != link.link_id:
            raise LinkNotGood("The link was used, or a newer one was sent: ask for another.")
        return Known(account_id, account)

    async def reset(self, token: str, password: str, visit: Visit) -> AccountId:
        """Choose a new password by a link; one signs in with it then, with a second proof if need.

        Raises: LinkNotGood, PasswordRefused, SignInBusy, LogUnavailable.
        """
        account_id, account = await self.resetting(token, visit.now)
        require_good(password, account_id, account.email)
        password_hash = await self.hashes.hash(password)
        link = self.links.read(token, Purpose.PASSWORD_RESET, visit.now)
        try:
            await self._choose(account_id, password_hash, link.link_id, visit)
        except (PasswordResetOver, AccountNotActive, AccountNotFound) as over:
            raise LinkNotGood(over.detail) from over
        await self.sessions.end_all(account_id, visit.now)
        await self.attempts.succeeded(account_id, None, visit.now)
        return account_id

    async def require_first(self, token: str, now: datetime) -> SignedLink:
        """Return the link of the first admin, if there is none yet.

        Raises: LinkNotGood, LogUnavailable.
        """
        link = self.links.read(token, Purpose.FIRST_ADMIN, now)
        if await self.admins.others():
            raise LinkNotGood("There is an admin: sign in, or have them invite you.")
        return link

    async def first_admin(
        self, token: str, who: NewAdmin, password: str, visit: Visit
    ) -> OpenSession:
        """Make the first admin, who is signed in at once. It works once, while there is none.

        Raises: LinkNotGood, PasswordRefused, AlreadyExists, EmailTaken, SignInBusy,
        ProjectionBehind, LogUnavailable, LogOverloaded.
        """
        await self.require_first(token, visit.now)
        require_good(password, who.responder_id, who.email, who.name)
        password_hash = await self.hashes.hash(password)
        account_id = AccountId(who.responder_id)
        email = as_typed(who.email) if who.email else None
        async with self._address(email), self.admins.alone():
            link = await self.require_first(token, visit.now)
            account = await account_of(self.log, account_id)
            if account.standing.state is not AccountState.ABSENT:
                raise AlreadyExists(f"{account_id} has an account: choose another id.")
            if email is not None:
                await require_free(self.database, account_id, email)
            await spend(self.database, link, visit.now)
            await self.admins.note(account_id)
            await self._register(who, visit)
            command = OpenAccount(
                account_id=account_id,
                email=email,
                roles=FIRST_ADMIN_ROLES,
                actor=person(account_id),
                at=visit.now,
            )
            await carried_out(self.log, command, FIRST, uuid5(visit.fresh.session_id, "opened"))
            await self._choose(account_id, password_hash, None, visit)
        return await self._in(account_id, visit)

    def _address(self, email: str | None) -> AbstractAsyncContextManager[None]:
        return nullcontext() if email is None else alone(self.log, self.database)

    async def _register(self, who: NewAdmin, visit: Visit) -> None:
        """Add the person, unless there is one of that id, who is left as they are."""
        stream = responder_stream(who.responder_id)
        if await self.log.read_stream(stream):
            return
        address = as_typed(who.email) if who.email else None
        command_id = uuid5(visit.fresh.session_id, "registered")
        await handle(
            self.log,
            responder_decider,
            stream,
            RegisterResponder(
                responder_id=who.responder_id,
                name=who.name,
                contact_methods=(ContactMethod(channel=EMAIL, address=address),) if address else (),
                actor=Actor(principal=FIRST.principal, is_admin=True),
                at=visit.now,
            ),
            command_id=command_id,
            request_digest=command_id.bytes * 2,
            metadata=FIRST,
        )

    async def _choose(
        self, account_id: AccountId, password_hash: str, reset_id: UUID | None, visit: Visit
    ) -> None:
        command = ChangePassword(
            account_id=account_id,
            password_hash=password_hash,
            reset_id=reset_id,
            actor=person(account_id),
            at=visit.now,
        )
        by = by_person(account_id, visit.via)
        await carried_out(self.log, command, by, uuid5(visit.fresh.session_id, "chosen"))

    async def _in(self, account_id: AccountId, visit: Visit) -> OpenSession:
        proven = Proven(account_id=account_id, method=SignInMethod.LINK)
        return await sign_in(
            self.log,
            self.sessions,
            proven,
            visit.client,
            visit.fresh,
            now=visit.now,
            via=visit.via,
        )


VISITOR: Final = Actor(principal="visitor")
VISITING: Final = Metadata(principal="visitor", via="web")
