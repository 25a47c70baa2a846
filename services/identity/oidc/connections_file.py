"""Connections file: the identity providers whose word counts, as whoever runs Tocsin wrote them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from events.configuration.api_key import ApiScope
from events.ids import TeamId
from services.identity.directory.group_rules import DirectoryRules, GroupRule
from services.identity.oidc.connection import (
    SCOPES,
    Admission,
    Algorithm,
    Connection,
)
from services.settings import SettingsWrong

MOST: Final = 20  # connections
LONGEST: Final = 1_000_000  # bytes
ISSUER_SCHEMES: Final = {"https", "http"}

type Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
type Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
type Domain = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+\.[^@\s]+$", to_lower=True, max_length=253)
]
type Role = Literal["admin", "responder", "observer", "auditor"]


class ConnectionsWrong(SettingsWrong):
    """The connections file cannot be used: the message says where, and what to write instead."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Team(_Section):
    team: Text
    manager: bool = False


class _Rule(_Section):
    group: Text
    roles: tuple[Role, ...] = ()
    teams: tuple[_Team, ...] = ()

    def rule(self) -> GroupRule:
        return GroupRule(
            group=self.group,
            roles=frozenset(map(ApiScope, self.roles)),
            teams={TeamId(one.team): one.manager for one in self.teams},
        )


class _Admission(_Section):
    domains: tuple[Domain, ...] = ()
    groups: tuple[Text, ...] = ()
    roles: tuple[Role, ...] = ()


class _Connection(_Section):
    name: Name
    label: Text | None = None
    issuer: str
    client_id: Text
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    scopes: tuple[Text, ...] = SCOPES
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = (Algorithm.RS256,)
    groups_claim: Text = "groups"
    verifies_email: bool = False
    allow_private: bool = False
    admission: _Admission = _Admission()
    rules: tuple[_Rule, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        parts = urlsplit(self.issuer)
        schemes = ISSUER_SCHEMES if self.allow_private else {"https"}
        if parts.scheme not in schemes or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(
                "issuer is the https address that the provider calls itself by, without ? or #"
                " (http only with allow_private: true)"
            )
        if "openid" not in self.scopes:
            raise ValueError("scopes must contain openid")
        if self.client_secret is not None and self.client_secret_file is not None:
            raise ValueError("write client_secret or client_secret_file, not both")
        return self

    def connection(self, beside: Path) -> Connection:
        return Connection(
            name=self.name,
            label=self.label or self.name,
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret=self._secret(beside),
            scopes=self.scopes,
            algorithms=frozenset(self.algorithms),
            groups_claim=self.groups_claim,
            verifies_email=self.verifies_email,
            allow_private=self.allow_private,
            admission=Admission(
                domains=frozenset(self.admission.domains),
                groups=frozenset(self.admission.groups),
                roles=frozenset(map(ApiScope, self.admission.roles)),
            ),
            rules=tuple(one.rule() for one in self.rules),
        )

    def _secret(self, beside: Path) -> SecretStr | None:
        if self.client_secret_file is None:
            return self.client_secret
        try:
            text = (beside / self.client_secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise ConnectionsWrong(
                f"{self.name}: client_secret_file {self.client_secret_file} cannot be read"
                f" ({type(fault).__name__})."
            ) from None
        if not text:
            raise ConnectionsWrong(f"{self.name}: {self.client_secret_file} is empty.")
        return SecretStr(text)


class _Scim(_Section):
    roles: tuple[Role, ...] = ("responder",)
    rules: tuple[_Rule, ...] = ()


class _File(_Section):
    providers: Annotated[tuple[_Connection, ...], Field(max_length=MOST)] = ()
    scim: _Scim = _Scim()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for what, values in (
            ("name", [one.name for one in self.providers]),
            ("issuer", [one.issuer for one in self.providers]),
        ):
            if len(values) != len(set(values)):
                raise ValueError(f"two providers have the same {what}")
        return self


def connections_in(file: Path | None) -> Mapping[str, Connection]:
    """Return the connections by their names; none where no file is named.

    Raises: ConnectionsWrong.
    """
    if file is None:
        return {}
    return {one.name: one.connection(file.parent) for one in _read(file).providers}


def directory_rules_in(file: Path | None) -> DirectoryRules:
    """Return what groups of the directory are worth.

    Raises: ConnectionsWrong.
    """
    if file is None:
        return DirectoryRules()
    scim = _read(file).scim
    return DirectoryRules(
        roles=frozenset(map(ApiScope, scim.roles)), rules=tuple(one.rule() for one in scim.rules)
    )


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(_document(file))
    except ValidationError as wrong:
        raise ConnectionsWrong(f"{file}: {_first(wrong)}") from None


def _document(file: Path) -> Any:
    try:
        with file.open("rb") as opened:
            raw = opened.read(LONGEST + 1)
        if len(raw) > LONGEST:
            raise ConnectionsWrong(f"{file} is longer than {LONGEST} bytes.")
        return yaml.safe_load(raw)
    except OSError as fault:
        reason = os.strerror(fault.errno) if fault.errno else type(fault).__name__
        raise ConnectionsWrong(f"TOCSIN_IDENTITY_FILE names {file}: {reason}.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConnectionsWrong(f"{file} is not YAML.") from None


def _first(wrong: ValidationError) -> str:
    """Return the first thing that is wrong and where; no value, because it may be the secret."""
    error = wrong.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg']}" if where else error["msg"]
