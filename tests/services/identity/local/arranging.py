"""Everything that signing in takes, on a real log, with quick hashes and a mail server of paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from pydantic import SecretStr

from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from activities.integrations.email.provider import EmailProvider
from events.account.commands import AddPasskey, ChangePassword
from events.account.decide import account_decider
from events.account.events import AccountEvent
from events.configuration.responder import ContactMethod
from events.handle import known
from events.ids import AccountId, account_stream
from events.log.codec import codec_for
from events.log.postgres import PostgresLog
from services.identity.admins import Admins
from services.identity.local.coming_in import ComingIn
from services.identity.local.entering import LocalSignIn, Visit
from services.identity.proofs.attempts import Attempts
from services.identity.proofs.passkeys import Passkeys, site_at
from services.identity.proofs.password_hashes import PasswordHashes
from services.identity.sessions import SessionLimits, Sessions
from services.identity.signed_links import SignedLinks
from services.identity.signing_in import Fresh
from tests.services.identity.signing_people_in import ADA, LAPTOP, People, operator
from tests.services.identity.software_passkey import SoftwarePasskey

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LINK_KEY = SecretStr("k" * 32)
HOME = "203.0.113.77"
PASSWORD = "correct horse battery"
SITE = "http://localhost:8080"


class Letters(EmailProvider):
    """A mail server that keeps what it was given."""

    def __init__(self) -> None:
        super().__init__(Outbound(allow_private=True))
        self.sent: list[tuple[str, Message]] = []

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        self.sent.append((to.address, message))
        return None

    def newest_token(self) -> str:
        """Return what stands behind the last slash of the newest letter's link."""
        return self.sent[-1][1].links[0].url.rpartition("/")[2]


@dataclass(kw_only=True)
class Door(People):
    """People who stand before the door, and what lets them in."""

    letters: Letters = field(default_factory=Letters)
    entering: LocalSignIn
    coming_in: ComingIn
    _fresh: Iterator[int] = field(default_factory=lambda: count(1_000))

    def visit(self, address: str | None = HOME) -> Visit:
        """Return a request of somebody who is not signed in."""
        token = next(self._fresh).to_bytes(32)
        fresh = Fresh(session_id=UUID(bytes=token[16:]), token=token)
        return Visit(client=LAPTOP, address=address, fresh=fresh, now=self.now)

    async def with_password(self, account_id: AccountId = ADA, email: str | None = None) -> None:
        """Let a person have an account with a password."""
        await self.with_account(account_id, email=email)
        await self.choose(account_id, PASSWORD)

    async def choose(self, account_id: AccountId, password: str) -> None:
        """Give an account a password."""
        hashed = QUICK.hash(password)
        command = ChangePassword(
            account_id=account_id, password_hash=hashed, actor=operator, at=self.now
        )
        await self.give(command)

    async def with_passkey(self, account_id: AccountId = ADA, **more: Any) -> SoftwarePasskey:
        """Add a passkey to an account."""
        device = SoftwarePasskey(**more)
        passkeys = self.entering.passkeys
        account = account_decider.initial
        number = UUID(int=next(self._fresh))
        asked = passkeys.ask_for_new(account_id, account, "Ada", number, self.now)
        passkey = await passkeys.read_new(
            account_id,
            asked.ticket,
            device.made(asked.options),
            passkey_id=number,
            name="Phone",
            now=self.now,
        )
        await self.give(
            AddPasskey(account_id=account_id, passkey=passkey, actor=operator, at=self.now)
        )
        return device

    async def history(self, account_id: AccountId = ADA) -> list[AccountEvent]:
        """Return what the log knows of an account."""
        stored = await self.log.read_stream(account_stream(account_id))
        codec = codec_for(account_decider.event_types)
        return [one.event for one in known(codec, await self.log.opened(stored))]


def door_to(log: PostgresLog) -> Door:
    """Return the door of an installation whose log this is."""
    sessions, links = Sessions(log, log.database, SessionLimits()), SignedLinks(LINK_KEY)
    hashes, attempts, letters = PasswordHashes(QUICK), Attempts(log.database), Letters()
    shared: dict[str, Any] = {
        "log": log,
        "database": log.database,
        "sessions": sessions,
        "hashes": hashes,
        "attempts": attempts,
        "links": links,
    }
    passkeys = Passkeys(links, log.database, site_at(SITE))
    admins = Admins(log, log.database)
    return Door(
        log=log,
        sessions=sessions,
        letters=letters,
        entering=LocalSignIn(**shared, passkeys=passkeys),
        coming_in=ComingIn(**shared, admins=admins, mail=letters, public_url=SITE),
    )


SOON = timedelta(minutes=2)
