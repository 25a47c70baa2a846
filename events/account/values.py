"""Account values: passkeys, identities and recovery codes, and the ways to sign in."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from events.values.personal import Personal


class SignInMethod(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105  the name of a way in, as the next two
    PASSKEY = "passkey"
    PASSWORD_AND_PASSKEY = "password_and_passkey"  # noqa: S105
    PASSWORD_AND_RECOVERY_CODE = "password_and_recovery_code"  # noqa: S105
    IDENTITY_PROVIDER = "identity_provider"
    LINK = "link"  # of an invitation, a password reset or the first admin


class EndReason(StrEnum):
    """Why sessions ended that nobody signed out of."""

    BY_PERSON = "by_person"  # by the person, from another session
    BY_ADMIN = "by_admin"
    IDENTITY_PROVIDER = "identity_provider"  # its back-channel logout


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey: a key pair whose secret half never leaves the person's device."""

    passkey_id: UUID
    name: Annotated[str, Personal("account_id")]
    credential_id: Annotated[str, Personal("account_id")]  # base64url, as the browser says it
    public_key: Annotated[str, Personal("account_id")]  # base64url of the COSE key
    sign_count: int
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCode:
    """A recovery code, as the log keeps it."""

    code_hash: Annotated[str, Personal("account_id")] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A set of filters of the list of incidents that a person gave a name."""

    name: str
    query: str  # of the list's address


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as an identity provider knows them."""

    issuer: str
    identity_subject: str
