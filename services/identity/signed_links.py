"""Signed links and tickets: a purpose, an account and a time, under a key that is not in the log.

What a token allows is decided by whoever reads it, from the log: a token is no right. Those that
leave no trace there are spent in a table, so that they are good once.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Protocol
from uuid import UUID

from pydantic import SecretStr

from activities.page.ack_links import split_token
from events.ids import AccountId
from services.request_refusals import LinkKeyNeeded, LinkNotGood

CONTEXT: Final = b"tocsin sign-in link 1\0"  # a signature for this is good for nothing else
SHORTEST_KEY: Final = 32  # characters
EXPIRY: Final = slice(0, 8)  # seconds since 1970, big-endian
ERA: Final = slice(8, 12)
LINK: Final = slice(12, 28)
ACCOUNT: Final = slice(28, None)  # UTF-8
SPEND: Final = """
with old as (delete from es.spent_token where expires_at < $3)
insert into es.spent_token (token_hash, expires_at) values ($1, $2)
on conflict do nothing returning true as spent
"""


class Purpose(StrEnum):
    """What a token is for; it is good for nothing else."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password reset"  # noqa: S105  no password
    FIRST_ADMIN = "first admin"
    SECOND_FACTOR = "second factor"
    PASSKEY_CHALLENGE = "passkey challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLink:
    """What a token says."""

    purpose: Purpose
    account_id: AccountId | None  # None: it is not for an account
    link_id: UUID
    expires_at: datetime
    era: int = 0  # of the account when it was made, where that counts


class Database(Protocol):
    """What spent tokens are kept in."""

    async def fetchrow(self, sql: str, *arguments: object) -> Any: ...  # noqa: D102


class SignedLinks:
    """Makes and reads tokens with one secret key."""

    def __init__(self, key: SecretStr | None) -> None:
        if key is None or len(key.get_secret_value()) < SHORTEST_KEY:
            raise LinkKeyNeeded(
                "Links are signed with TOCSIN_LINK_KEY, which is not set: set it to 32 characters "
                "or more, the same in every process."
            )
        self._key = key.get_secret_value().encode()

    def make(self, link: SignedLink) -> str:
        """Return the token; the same link gives the same token."""
        claim = (
            int(link.expires_at.timestamp()).to_bytes(8)
            + link.era.to_bytes(4)
            + link.link_id.bytes
            + (link.account_id or "").encode()
        )
        signed = self._sign(link.purpose, claim) + claim
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def read(self, token: str, purpose: Purpose, now: datetime) -> SignedLink:
        """Return what a token says that was made for this purpose and is not over.

        Raises: LinkNotGood.
        """
        signature, claim = split_token(token)
        if not hmac.compare_digest(signature, self._sign(purpose, claim)):
            raise LinkNotGood("This link is not whole: open it from the message.")
        link = SignedLink(
            purpose=purpose,
            account_id=AccountId(claim[ACCOUNT].decode()) if claim[ACCOUNT] else None,
            link_id=UUID(bytes=claim[LINK]),
            expires_at=datetime.fromtimestamp(int.from_bytes(claim[EXPIRY]), UTC),
            era=int.from_bytes(claim[ERA]),
        )
        if now >= link.expires_at:
            raise LinkNotGood("This link is too old: ask for a new one.")
        return link

    def _sign(self, purpose: Purpose, claim: bytes) -> bytes:
        return hmac.digest(self._key, CONTEXT + purpose.encode() + b"\0" + claim, "sha256")


async def spend(database: Database, link: SignedLink, now: datetime) -> None:
    """Use a token up that is good once.

    Raises: LinkNotGood, LogUnavailable.
    """
    digest = sha256(f"{link.purpose}\0{link.link_id}".encode()).digest()
    if await database.fetchrow(SPEND, digest, link.expires_at, now) is None:
        raise LinkNotGood("This was used already: begin anew.")
