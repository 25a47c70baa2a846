"""Rows of defined nouns: what an event says, under the names that it says it by."""

from datetime import UTC, datetime
from uuid import UUID

from events.configuration.subscription import SubscriptionDefined, SubscriptionEnded
from events.ids import ResponderId, ServiceId, SubscriptionId
from events.log.recorded import Metadata, Recorded
from events.service.events import ServiceDefined, ServiceLinksChanged
from events.values.links import Link, LinkKind
from projections.communication.subscriptions import SUBSCRIPTION
from projections.configuration.tables import SERVICE
from projections.engine.defined import DefinedRows
from projections.engine.rows import Row

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SUE = SubscriptionId("sue")
SUBSCRIPTIONS = DefinedRows(SUBSCRIPTION, SubscriptionDefined, (SubscriptionEnded,))
SERVICES = DefinedRows(SERVICE, ServiceDefined, (ServiceLinksChanged,), kept=("links",))

subscribed = SubscriptionDefined(
    subscription_id=SUE,
    responder_id=ResponderId("sue"),
    service_id=None,
    severities=(),
    channels=(),
    defined_by="api_key:desk",
    defined_at=NOW,
)
ended = SubscriptionEnded(subscription_id=SUE, ended_by="api_key:desk", ended_at=NOW)
service = ServiceDefined(
    service_id=ServiceId("checkout"),
    name="Checkout",
    escalation_policy_id=None,
    deadlines=(),
    defined_by="api_key:root",
    defined_at=NOW,
)
linked = ServiceLinksChanged(
    service_id=ServiceId("checkout"),
    links=(Link(kind=LinkKind.RUNBOOK, title="Runbook", url="https://example.com/"),),
    changed_by="responder:ana",
    changed_at=NOW,
)


def after[R: Row](rows: DefinedRows[R], *events: object) -> R:
    row: R | None = None
    for version, event in enumerate(events, 1):
        recorded: Recorded[object] = Recorded(
            position=version,
            stream="s-1",
            version=version,
            event_id=UUID(int=version),
            command_id=UUID(int=version),
            hash=b"",
            recorded_at=NOW,
            event=event,
            metadata=Metadata(principal="api_key:root"),
        )
        row = rows.evolve(row, recorded, "")
    assert row is not None
    return row


def test_a_row_says_who_defined_it_and_when() -> None:
    row = after(SUBSCRIPTIONS, subscribed)
    assert (row.changed_by, row.changed_at, row.version) == ("api_key:desk", NOW, 1)


def test_a_subscription_that_begins_again_is_not_shown_as_ended() -> None:
    assert after(SUBSCRIPTIONS, subscribed, ended).ended_at == NOW
    assert after(SUBSCRIPTIONS, subscribed, ended, subscribed).ended_at is None


def test_a_service_that_is_defined_anew_keeps_its_links() -> None:
    row = after(SERVICES, service, linked)
    assert (row.links, row.changed_by) == (linked.links, "responder:ana")
    assert after(SERVICES, service, linked, service).links == linked.links
