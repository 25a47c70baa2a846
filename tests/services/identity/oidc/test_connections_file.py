"""Whoever runs Tocsin writes down which providers count; what is wrong is said with its place."""

from pathlib import Path

import pytest

from events.configuration.api_key import ApiScope
from events.ids import TeamId
from services.identity.directory.group_rules import GroupRule
from services.identity.oidc.connection import Algorithm
from services.identity.oidc.connections_file import ConnectionsWrong, connections_in

WHOLE = """
providers:
  - name: keycloak
    label: Company account
    issuer: https://sso.example.com/realms/company
    client_id: tocsin
    client_secret_file: secret.txt
    scopes: [openid, profile, email, groups]
    algorithms: [ES256, RS256]
    groups_claim: groups
    admission:
      domains: [Example.com]
      groups: [oncall]
      roles: [observer]
    rules:
      - group: sre
        roles: [admin]
      - group: oncall
        roles: [responder]
        teams:
          - team: payments
          - {team: platform, manager: true}
  - name: other
    issuer: http://127.0.0.1:8080
    client_id: tocsin
    client_secret: 01234567890123456789
    allow_private: true
"""
LEAST = "providers: [{name: a, issuer: 'https://a.example.com', client_id: tocsin}]"


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "oidc.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_file_says_whose_word_counts_and_for_what(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("of keycloak\n")
    read = connections_in(written(tmp_path, WHOLE))
    assert list(read) == ["keycloak", "other"]
    keycloak = read["keycloak"]
    assert keycloak.label == "Company account"
    assert keycloak.client_secret is not None
    assert keycloak.client_secret.get_secret_value() == "of keycloak"
    assert keycloak.algorithms == {Algorithm.ES256, Algorithm.RS256}
    assert keycloak.admission.domains == {"example.com"}
    assert keycloak.rules[1] == GroupRule(
        group="oncall",
        roles=frozenset({ApiScope.RESPONDER}),
        teams={TeamId("payments"): False, TeamId("platform"): True},
    )
    assert read["other"].label == "other"


def test_little_has_to_be_written(tmp_path: Path) -> None:
    [connection] = connections_in(written(tmp_path, LEAST)).values()
    assert connection.algorithms == {Algorithm.RS256}
    assert connection.client_secret is None
    assert not connection.admission.domains


def test_no_file_is_no_provider() -> None:
    assert connections_in(None) == {}


WRONG: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "valid dictionary"),
    "not YAML": ("providers: [", "is not YAML"),
    "not text": (b"\xff\xfe\x00", "is not YAML"),
    "a word of another program": (LEAST.replace("client_id", "clientId"), "providers.0.client"),
    "no encryption": (LEAST.replace("https:", "http:"), "https address"),
    "a query in the issuer": (LEAST.replace("example.com", "example.com/?a=b"), "without [?]"),
    "no address at all": (LEAST.replace("https://a.example.com", "a"), "https address"),
    "a name that is no part of an address": (LEAST.replace("name: a,", "name: A/b,"), "0.name"),
    "a symmetric algorithm": (LEAST.replace("}", ", algorithms: [HS256]}"), "algorithms.0"),
    "no signature": (LEAST.replace("}", ", algorithms: [none]}"), "algorithms.0"),
    "no algorithm": (LEAST.replace("}", ", algorithms: []}"), "algorithms"),
    "no openid": (LEAST.replace("}", ", scopes: [email]}"), "contain openid"),
    "a role of machines": (
        LEAST.replace("}", ", rules: [{group: g, roles: [ingest]}]}"),
        "rules.0.roles.0",
    ),
    "a domain that is an address": (
        LEAST.replace("}", ", admission: {domains: [a@b.example.com]}}"),
        "domains.0",
    ),
    "the same provider twice": (
        LEAST.replace("]", ", {name: a, issuer: 'https://b.example.com', client_id: t}]"),
        "same name",
    ),
    "two names for one provider": (
        LEAST.replace("]", ", {name: b, issuer: 'https://a.example.com', client_id: t}]"),
        "same issuer",
    ),
    "a secret that is not there": (
        LEAST.replace("}", ", client_secret_file: nowhere}"),
        "cannot be read",
    ),
    "two secrets": (
        LEAST.replace("}", ", client_secret: a, client_secret_file: b}"),
        "not both",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, kind: str) -> None:
    text, words = WRONG[kind]
    with pytest.raises(ConnectionsWrong, match=words):
        connections_in(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectionsWrong, match=r"TOCSIN_IDENTITY_FILE names .*: No such file"):
        connections_in(tmp_path / "nowhere.yaml")


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    text = LEAST.replace("}", ", client_secret: [a secret], rules: 7}")
    with pytest.raises(ConnectionsWrong) as wrong:
        connections_in(written(tmp_path, text))
    assert "a secret" not in str(wrong.value)
