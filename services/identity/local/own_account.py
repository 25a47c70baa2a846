"""Own account: what a signed-in person changes of how they sign in, after proving it is them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from events.account.commands import (
    AccountCommand,
    AddPasskey,
    ChangePassword,
    IssueRecoveryCodes,
    RemovePasskey,
    UnlinkIdentity,
)
from events.account.state import Account
from events.account.values import Identity, RecoveryCode
from events.ids import AccountId
from events.log.store import Log
from services.identity.finding import account_of
from services.identity.local.entering import person
from services.identity.proofs.attempts import Attempts
from services.identity.proofs.passkeys import Asked, Passkeys
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.proofs.password_rules import require_good
from services.identity.proofs.recovery_codes import code_hash, codes_from
from services.identity.signing_in import by_person, carried_out
from services.request_refusals import SignInRefused

WRONG: Final = "That is not your password, or there were too many attempts: wait a minute."
VIA: Final = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Everything that changing one's own account takes."""

    log: Log
    hashes: PasswordHashes
    attempts: Attempts
    passkeys: Passkeys

    async def of(self, account_id: AccountId) -> Account:
        """Return the account.

        Raises: LogUnavailable.
        """
        return await account_of(self.log, account_id)

    async def require_password(
        self, account_id: AccountId, password: str, now: datetime
    ) -> Account:
        """Let somebody go on who knows the account's password; one without has none to know.

        A browser that was left open must not be enough to take an account over.
        Raises: SignInRefused, SignInBusy, LogUnavailable.
        """
        account = await account_of(self.log, account_id)
        if account.password_hash is None:
            return account
        if await self.attempts.begin(account_id, None, now) is None:
            raise SignInRefused(WRONG)
        if not (await self.hashes.compare(account.password_hash, password)).is_right:
            raise SignInRefused(WRONG)
        await self.attempts.succeeded(account_id, None, now)
        return account

    async def change_password(
        self, account_id: AccountId, current: str, new: str, command_id: UUID, now: datetime
    ) -> int:
        """Set another password, and return the version that ended the other sessions.

        Raises: SignInRefused, PasswordRefused, SignInBusy, LogUnavailable.
        """
        account = await self.require_password(account_id, current, now)
        require_good(new, account_id, account.email)
        command = ChangePassword(
            account_id=account_id,
            password_hash=await self.hashes.hash(new),
            actor=person(account_id),
            at=now,
        )
        return await self._give(command, command_id)

    async def ask_for_passkey(
        self, account_id: AccountId, password: str, challenge: UUID, now: datetime
    ) -> Asked:
        """Return the question that makes a passkey of the person's device.

        Raises: SignInRefused, SignInBusy, LogUnavailable.
        """
        account = await self.require_password(account_id, password, now)
        name = account.email or account_id
        return self.passkeys.ask_for_new(account_id, account, name, challenge, now)

    async def add_passkey(
        self,
        account_id: AccountId,
        ticket: str,
        answer: str,
        name: str,
        command_id: UUID,
        now: datetime,
    ) -> None:
        """Add the passkey that the device made.

        Raises: PasskeyRefused, PasskeyKnown, PasskeysTooMany, LinkNotGood, LogUnavailable.
        """
        passkey = await self.passkeys.read_new(
            account_id, ticket, answer, passkey_id=uuid5(command_id, "passkey"), name=name, now=now
        )
        command = AddPasskey(
            account_id=account_id, passkey=passkey, actor=person(account_id), at=now
        )
        await self._give(command, command_id)

    async def remove_passkey(
        self,
        account_id: AccountId,
        passkey_id: UUID,
        password: str,
        command_id: UUID,
        now: datetime,
    ) -> int:
        """Remove a passkey, and return the version that ended the other sessions.

        Raises: SignInRefused, PasskeyNotFound, LastWayIn, SignInBusy, LogUnavailable.
        """
        await self.require_password(account_id, password, now)
        command = RemovePasskey(
            account_id=account_id, passkey_id=passkey_id, actor=person(account_id), at=now
        )
        return await self._give(command, command_id)

    async def unlink(
        self,
        account_id: AccountId,
        identity: Identity,
        password: str,
        command_id: UUID,
        now: datetime,
    ) -> int:
        """Unlink an identity, and return the version that ended the other sessions.

        Raises: SignInRefused, IdentityNotFound, LastWayIn, SignInBusy, LogUnavailable.
        """
        await self.require_password(account_id, password, now)
        command = UnlinkIdentity(
            account_id=account_id,
            issuer=identity.issuer,
            identity_subject=identity.identity_subject,
            actor=person(account_id),
            at=now,
        )
        return await self._give(command, command_id)

    async def new_codes(
        self,
        account_id: AccountId,
        password: str,
        random: bytes,
        command_id: UUID,
        now: datetime,
    ) -> tuple[str, ...]:
        """Return new recovery codes, which are shown this once.

        Raises: SignInRefused, SignInBusy, LogUnavailable.
        """
        await self.require_password(account_id, password, now)
        codes = codes_from(random)
        command = IssueRecoveryCodes(
            account_id=account_id,
            codes=tuple(RecoveryCode(code_hash=code_hash(code)) for code in codes),
            actor=person(account_id),
            at=now,
        )
        await self._give(command, command_id)
        return codes

    async def _give(self, command: AccountCommand, command_id: UUID) -> int:
        by = by_person(command.account_id, VIA)
        return (await carried_out(self.log, command, by, command_id)).result.version
