"""Local sign-in: a password and, if the account has a passkey, a second proof; or a passkey alone.

Whatever is wrong is answered in the same words and about the same time, so that nobody learns
which accounts there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from events.account.commands import (
    RecordSignInFailed,
    RehashPassword,
    UseRecoveryCode,
)
from events.account.refusals import AccountNotActive, AccountNotFound, RecoveryCodeWrong
from events.account.uses import is_noted
from events.account.values import SignInMethod
from events.actor import Actor
from events.ids import AccountId, ResponderId
from events.log.database import Database
from events.log.recorded import Metadata
from events.log.store import Log
from services.identity.clients import Client, prefix_of
from services.identity.finding import Known, account_named, account_of, as_typed
from services.identity.proofs.attempts import Attempt, Attempts
from services.identity.proofs.passkeys import Asked, Passkeys
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.proofs.recovery_codes import code_hash
from services.identity.sessions import OpenSession, Sessions
from services.identity.signed_links import Purpose, SignedLink, SignedLinks, spend
from services.identity.signing_in import Fresh, Proven, by_person, carried_out, sign_in
from services.request_refusals import LinkNotGood, PasskeyRefused, SignInRefused

SECOND_PROOF_WITHIN: Final = timedelta(minutes=5)
WRONG: Final = (
    "The name or the password is wrong, or there were too many attempts: wait a minute, or have a "
    "link sent to choose a new password."
)
NOT_PROVEN: Final = "That did not prove who you are: try again, or begin anew with your password."
VISITOR: Final = Metadata(principal="visitor", via="web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where an attempt comes from, when, and what a session of it would be made of."""

    client: Client
    address: str | None
    fresh: Fresh
    now: datetime
    via: str = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondProofNeeded:
    """The password was right: a passkey or a recovery code is asked for, within some minutes."""

    ticket: str
    account_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSignIn:
    """Everything that signing in takes."""

    log: Log
    database: Database
    sessions: Sessions
    hashes: PasswordHashes
    attempts: Attempts
    links: SignedLinks
    passkeys: Passkeys

    async def with_password(
        self, name: str, password: str, visit: Visit
    ) -> OpenSession | SecondProofNeeded:
        """Sign in with a name and a password, or say that a second proof is needed.

        Raises: SignInRefused, SignInBusy, LogUnavailable.
        """
        known = await account_named(self.log, self.database, name)
        counted = known.account_id if known else as_typed(name)
        attempt = await self.attempts.begin(counted, visit.address, visit.now)
        if attempt is None:
            raise SignInRefused(WRONG)
        password_hash = known.account.password_hash if known else None
        compared = await self.hashes.compare(password_hash, password)
        if known is None or not compared.is_right:
            await self._failed(known, attempt, visit)
            raise SignInRefused(WRONG)
        if compared.rehashed is not None and password_hash is not None:
            await self._keep(known.account_id, compared.rehashed, password_hash, visit)
        await self.attempts.succeeded(counted, visit.address, visit.now)
        if known.account.passkeys:
            return self._second(known, visit)
        return await self._in(known.account_id, SignInMethod.PASSWORD, visit)

    async def with_recovery_code(self, ticket: str, code: str, visit: Visit) -> OpenSession:
        """Sign in with a password that was right before, and a recovery code.

        Raises: SignInRefused, LinkNotGood, LogUnavailable.
        """
        link, (account_id, _) = await self._after_password(ticket, visit.now)
        attempt = await self.attempts.begin(f"code {account_id}", visit.address, visit.now)
        if attempt is None:
            raise SignInRefused(NOT_PROVEN)
        command = UseRecoveryCode(
            account_id=account_id,
            code_hash=code_hash(code),
            actor=person(account_id),
            at=visit.now,
        )
        by = by_person(account_id, visit.via)
        try:
            await carried_out(self.log, command, by, uuid5(visit.fresh.session_id, "code"))
        except (RecoveryCodeWrong, AccountNotFound, AccountNotActive) as wrong:
            known = Known(account_id, await account_of(self.log, account_id))
            await self._failed(known, attempt, visit)
            raise SignInRefused(NOT_PROVEN) from wrong
        await spend(self.database, link, visit.now)
        await self.attempts.succeeded(f"code {account_id}", visit.address, visit.now)
        return await self._in(account_id, SignInMethod.PASSWORD_AND_RECOVERY_CODE, visit)

    async def ask_for_second(self, ticket: str, challenge: UUID, now: datetime) -> Asked:
        """Return the question to the passkeys of whoever's password was right.

        Raises: LinkNotGood, LogUnavailable.
        """
        _, known = await self._after_password(ticket, now)
        return self.passkeys.ask(challenge, now, known)

    async def with_passkey(
        self, asked: str, answer: str, visit: Visit, second: str | None = None
    ) -> OpenSession:
        """Sign in with a passkey; after a password with its ticket, otherwise alone.

        Raises: SignInRefused, LinkNotGood, LogUnavailable.
        """
        link = None
        if second is not None:
            link, (account_id, account) = await self._after_password(second, visit.now)
        else:
            account_id = self._named_by(answer)
            account = await account_of(self.log, account_id)
        if not account.standing.is_active:
            raise SignInRefused(NOT_PROVEN)
        try:
            alone = second is None
            used = await self.passkeys.read(
                account_id, account, asked, answer, visit.now, alone=alone
            )
        except PasskeyRefused as refused:
            raise SignInRefused(NOT_PROVEN) from refused
        if link is not None:
            await spend(self.database, link, visit.now)
        proven = Proven(
            account_id=account_id,
            method=SignInMethod.PASSKEY if link is None else SignInMethod.PASSWORD_AND_PASSKEY,
            passkey_id=used.passkey_id,
            passkey_sign_count=used.sign_count,
        )
        return await self._proven(proven, visit)

    def _named_by(self, answer: str) -> AccountId:
        try:
            return self.passkeys.named_by(answer)
        except PasskeyRefused as refused:
            raise SignInRefused(NOT_PROVEN) from refused

    def _second(self, known: Known, visit: Visit) -> SecondProofNeeded:
        link = SignedLink(
            purpose=Purpose.SECOND_FACTOR,
            account_id=known.account_id,
            link_id=visit.fresh.session_id,
            expires_at=visit.now + SECOND_PROOF_WITHIN,
            era=known.account.standing.era,
        )
        return SecondProofNeeded(ticket=self.links.make(link), account_id=known.account_id)

    async def _after_password(self, ticket: str, now: datetime) -> tuple[SignedLink, Known]:
        link = self.links.read(ticket, Purpose.SECOND_FACTOR, now)
        account_id = AccountId(link.account_id or "")
        account = await account_of(self.log, account_id)
        if account.standing.era != link.era:
            raise LinkNotGood("The password was changed since, or more: begin anew.")
        return link, Known(account_id, account)

    async def _in(self, account_id: AccountId, method: SignInMethod, visit: Visit) -> OpenSession:
        return await self._proven(Proven(account_id=account_id, method=method), visit)

    async def _proven(self, proven: Proven, visit: Visit) -> OpenSession:
        try:
            return await sign_in(
                self.log,
                self.sessions,
                proven,
                visit.client,
                visit.fresh,
                now=visit.now,
                via=visit.via,
            )
        except (AccountNotFound, AccountNotActive) as gone:  # suspended in this moment
            raise SignInRefused(WRONG) from gone

    async def _failed(self, known: Known | None, attempt: Attempt, visit: Visit) -> None:
        if known is None or not is_noted(attempt.failures):
            return
        command = RecordSignInFailed(
            account_id=known.account_id,
            failures=attempt.failures,
            since=attempt.since,
            address_prefix=prefix_of(visit.address),
            at=visit.now,
        )
        command_id = uuid5(visit.fresh.session_id, "failed")
        await carried_out(self.log, command, VISITOR, command_id)

    async def _keep(
        self, account_id: AccountId, password_hash: str, replaces: str, visit: Visit
    ) -> None:
        command = RehashPassword(
            account_id=account_id, password_hash=password_hash, replaces=replaces, at=visit.now
        )
        by = by_person(account_id, visit.via)
        await carried_out(self.log, command, by, uuid5(visit.fresh.session_id, "rehashed"))


def person(account_id: AccountId) -> Actor:
    """Return the actor of what a person does to their own account."""
    return Actor(principal=f"account:{account_id}", responder_id=ResponderId(account_id))
