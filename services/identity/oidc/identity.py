"""Proven identity: who has signed in at a provider, and what it says of them."""

from dataclasses import dataclass, field
from typing import Final

from services.identity.finding import as_typed
from services.identity.oidc.connection import Connection
from services.identity.oidc.tokens.signed_tokens import Claims
from services.request_refusals import IdentityNotAdmitted

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
MOST_GROUPS: Final = 2_000
_YES: Final = (True, "true")  # Amazon Cognito says it as a text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenIdentity:
    """A person as a provider knows them, at this moment."""

    issuer: str
    subject: str
    name: str
    email: str | None  # in lower case; only one that is verified
    groups: frozenset[str]
    provider_session: str | None  # by which a logout token names it
    id_token: str = field(repr=False)  # shown again when signing out there


def proven(connection: Connection, claims: Claims, id_token: str) -> ProvenIdentity:
    """Return the person of the claims.

    Raises: IdentityNotAdmitted.
    """
    subject = str(claims["sub"])
    session = claims.get("sid")
    email = verified_email(connection, claims)
    return ProvenIdentity(
        issuer=connection.issuer,
        subject=subject,
        name=_name(claims) or email or subject,
        email=email,
        groups=groups_in(connection, claims),
        provider_session=session if isinstance(session, str) else None,
        id_token=id_token,
    )


def verified_email(connection: Connection, claims: Claims) -> str | None:
    """Return the address that the provider has verified, or None."""
    email = claims.get("email")
    if not isinstance(email, str) or not 0 < len(email) <= LONGEST_EMAIL or email.count("@") != 1:
        return None
    if claims.get("email_verified", connection.verifies_email) not in _YES:
        return None
    return as_typed(email)


def groups_in(connection: Connection, claims: Claims) -> frozenset[str]:
    """Return the person's groups.

    A provider that leaves them out because they are too many has not said that there are none:
    then nobody would know which roles the person has lost.
    Raises: IdentityNotAdmitted.
    """
    name = connection.groups_claim
    said = claims.get(name)
    elsewhere = claims.get("_claim_names")  # Microsoft Entra, for more than 200 groups
    left_out = isinstance(elsewhere, dict) and name in elsewhere
    groups = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    if left_out or len(groups) > MOST_GROUPS:
        raise IdentityNotAdmitted(
            f"{connection.label} does not say which groups you are in, because there are too many:"
            " have it send only the groups that are assigned to Tocsin."
        )
    return frozenset(group for group in groups if isinstance(group, str))


def _name(claims: Claims) -> str:
    for claim in ("name", "preferred_username"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip():
            return " ".join(said.split())[:LONGEST_NAME]
    return ""
