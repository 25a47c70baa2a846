"""Connection to an identity provider: what whoever runs Tocsin has decided about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from events.configuration.api_key import ApiScope
from services.identity.directory.group_rules import GroupRule

SCOPES: Final = ("openid", "profile", "email")


class Algorithm(StrEnum):
    """How an identity provider may sign. What has no public key is not among them."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    PS384 = "PS384"
    PS512 = "PS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """For whom an account is made at their first sign-in; nobody, where nothing is said."""

    domains: frozenset[str] = frozenset()  # of verified e-mail addresses, in lower case
    groups: frozenset[str] = frozenset()
    roles: frozenset[ApiScope] = frozenset()  # of everybody who signs in here


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An identity provider whose word counts, and for what."""

    name: str  # in addresses: /sign-in/oidc/{name}
    label: str  # on the button
    issuer: str
    client_id: str
    client_secret: SecretStr | None  # None: a public client, which PKCE alone protects
    scopes: tuple[str, ...] = SCOPES
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.RS256})
    groups_claim: str = "groups"
    verifies_email: bool = False  # every address it names is verified, though it does not say so
    allow_private: bool = False  # it may stand at a private address, and be asked without TLS
    admission: Admission = Admission()
    rules: tuple[GroupRule, ...] = ()
