"""A change is reported once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.change.commands import ReportChange
from events.change.events import ChangeReported
from events.ids import ChangeId, IntegrationId, ServiceId
from events.values.links import is_safe_url
from tests.given import given

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
report = ReportChange(
    change_id=ChangeId(UUID(int=1)),
    integration_id=IntegrationId("ci"),
    service_id=ServiceId("checkout"),
    summary="Deploy v42",
    source="github",
    happened_at=NOON - timedelta(minutes=1),
    details={"author": "ana"},
    links=(),
    at=NOON,
)
reported = ChangeReported(
    change_id=ChangeId(UUID(int=1)),
    integration_id=IntegrationId("ci"),
    service_id=ServiceId("checkout"),
    summary="Deploy v42",
    source="github",
    happened_at=NOON - timedelta(minutes=1),
    details={"author": "ana"},
    links=(),
    reported_at=NOON,
)


def test_a_change_is_kept_as_it_was_reported() -> None:
    given().when(report).then(reported)


def test_a_change_that_is_reported_again_is_known() -> None:
    given(reported).when(report).then_nothing()


def test_only_plain_https_addresses_are_links() -> None:
    assert is_safe_url("https://ci.example.com:8443/builds/42?tab=log#end")
    for text in (
        "http://ci.example.com/",
        "javascript:alert(1)",
        "https://",
        "https://me:pw@ci.example.com/",
        "https://ci.example.com/ x",
        "https://ci.example.com/\r\nBcc: eve",
        'https://ci.example.com/"onclick="',
        "https://ci.example.com:port/",
        "https://\u0441i.example.com/",
        "https://ci.example.com/" + "a" * 2_000,
        "https://[::1",
    ):
        assert not is_safe_url(text), text
