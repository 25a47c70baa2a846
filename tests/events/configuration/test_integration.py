"""An integration is created once and revoked for good."""

from datetime import UTC, datetime

from events.actor import Actor
from events.configuration.integration import (
    CreateIntegration,
    IntegrationCreated,
    IntegrationNotFound,
    IntegrationRevoked,
    IntegrationRevokedBefore,
    IntegrationSigningSecretChanged,
    RevokeIntegration,
    SetSigningSecret,
    integration_decider,
)
from events.errors import AlreadyExists
from events.ids import IntegrationId, ServiceId
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONITOR = IntegrationId("grafana")
root = Actor(principal="api_key:root", is_admin=True)

create = CreateIntegration(
    integration_id=MONITOR,
    name="Grafana",
    service_id=ServiceId("checkout"),
    secret_hash="ab" * 32,
    actor=root,
    at=NOW,
)
created = IntegrationCreated(
    integration_id=MONITOR,
    name="Grafana",
    service_id=ServiceId("checkout"),
    secret_hash="ab" * 32,
    created_by="api_key:root",
    created_at=NOW,
)
revoke = RevokeIntegration(actor=root, at=NOW)
revoked = IntegrationRevoked(integration_id=MONITOR, revoked_by="api_key:root", revoked_at=NOW)


def test_a_monitor_gets_an_integration() -> None:
    given().when(create).then(created)


def test_an_integration_is_never_made_twice_because_its_key_is_shown_once() -> None:
    given(created).when(create).refused(AlreadyExists, "Integration grafana already exists")


def test_an_integration_is_revoked_once_and_for_good() -> None:
    given(created).when(revoke).then(revoked)
    given(created, revoked).when(revoke).then_nothing()
    given(created, revoked).when(create).refused(AlreadyExists)
    assert integration_decider.fold([created, revoked]).in_use is None


def test_an_integration_nobody_made_is_not_revoked() -> None:
    given().when(revoke).refused(IntegrationNotFound, "No such integration")


def signed(secret: str | None) -> SetSigningSecret:
    return SetSigningSecret(signing_secret=secret, actor=root, at=NOW)


def changed(secret: str | None) -> IntegrationSigningSecretChanged:
    return IntegrationSigningSecretChanged(
        integration_id=MONITOR,
        signing_secret=secret,
        is_signed=secret is not None,
        signing_secret_changed_by="api_key:root",
        signing_secret_changed_at=NOW,
    )


def test_a_signing_secret_is_set_replaced_and_taken_away() -> None:
    given(created).when(signed("a" * 16)).then(changed("a" * 16))
    given(created, changed("a" * 16)).when(signed("b" * 16)).then(changed("b" * 16))
    given(created, changed("a" * 16)).when(signed("a" * 16)).then_nothing()
    given(created, changed("a" * 16)).when(signed(None)).then(changed(None))
    given(created).when(signed(None)).then_nothing()


def test_an_integration_that_is_not_in_use_gets_no_signing_secret() -> None:
    given().when(signed("a" * 16)).refused(IntegrationNotFound)
    given(created, revoked).when(signed("a" * 16)).refused(IntegrationRevokedBefore)
    assert integration_decider.fold([created, changed("a" * 16), revoked]).in_use is None


def test_a_signing_secret_shows_in_no_log_line() -> None:
    assert "secretsecret" not in f"{changed('secretsecret')} {signed('secretsecret')}"
