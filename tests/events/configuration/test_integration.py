"""An integration is created once and revoked for good."""

from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.configuration.integration import (
    CreateIntegration,
    IntegrationCreated,
    IntegrationKeyRotated,
    IntegrationNotFound,
    IntegrationRevoked,
    IntegrationRevokedBefore,
    IntegrationSigningSecretChanged,
    RevokeIntegration,
    RotateIntegrationKey,
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


def rotating(digit: str, *, at: float = 0, grace: float = 0) -> RotateIntegrationKey:
    now = NOW + timedelta(hours=at)
    return RotateIntegrationKey(
        secret_hash=digit * 64, former_until=now + timedelta(hours=grace), actor=root, at=now
    )


def rotated(digit: str, *, at: float = 0, grace: float = 0) -> IntegrationKeyRotated:
    now = NOW + timedelta(hours=at)
    return IntegrationKeyRotated(
        integration_id=MONITOR,
        secret_hash=digit * 64,
        former_until=now + timedelta(hours=grace),
        key_rotated_by="api_key:root",
        key_rotated_at=now,
    )


def good(*events: object, at: float) -> str:
    """Return the first digit of each key that opens so many hours later, the newest first."""
    integration = integration_decider.fold(events)  # type: ignore[arg-type]
    opened = integration.opened_by(NOW + timedelta(hours=at))
    return "".join(one.secret_hash[0] for one in opened)


def test_a_monitor_gets_another_key_and_its_old_one_is_good_for_a_while() -> None:
    given(created).when(rotating("1", grace=24)).then(rotated("1", grace=24))
    given(created, rotated("1")).when(rotating("1")).then_nothing()
    given(created, revoked).when(rotating("1")).refused(IntegrationRevokedBefore)
    given().when(rotating("1")).refused(IntegrationNotFound)
    assert good(created, rotated("1", grace=24), at=23.9) == "1a"
    assert good(created, rotated("1", grace=24), at=24) == "1"
    assert good(created, rotated("1", grace=24), revoked, at=1) == ""


def test_a_key_that_leaked_is_refused_at_once_and_so_is_every_one_before_it() -> None:
    assert good(created, rotated("1"), at=0) == "1"
    twice = (created, rotated("1", grace=24), rotated("2", at=1, grace=24))
    assert good(*twice, at=2) == "21a"
    assert good(*twice, at=24.5) == "21"
    assert good(created, rotated("1", grace=24), rotated("2", at=1), at=2) == "2"
