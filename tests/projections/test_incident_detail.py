"""One incident with everything around it, and the lists of alerts, deliveries and configuration."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from events.announcement.events import AnnouncementPlanned
from events.configuration.api_key import ApiKeyCreated, ApiKeyRevoked, ApiScope
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.configuration.integration import IntegrationCreated, IntegrationRevoked
from events.configuration.responder import ContactMethod, ResponderRegistered
from events.contact_verification.events import ContactVerificationRequested
from events.delivery.events import IntendedDelivery
from events.escalation.level import Level
from events.escalation.target import people
from events.ids import (
    ApiKeyId,
    DeliveryId,
    EscalationPolicyId,
    IntegrationId,
    ServiceId,
    alert_stream,
    incident_stream,
)
from events.incident.phases import DEFAULT_DEADLINES, Phase
from events.log.postgres import PostgresLog
from events.receipt.events import DeliveryDelivered, DeliveryUndelivered
from events.service.events import ServiceDefined
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from projections.incidents.alerts import AlertFilter, AlertState, list_alerts
from projections.incidents.detail import find_incident_detail
from projections.incidents.facets.deadlines import DeadlineState
from projections.incidents.facets.pages import PageState
from projections.paging.channel_health import SettledDeliveries
from projections.paging.delivery_log import (
    DeliveryFilter,
    DeliveryState,
    Receipt,
    list_deliveries,
)
from tests.events.example import example
from tests.projections.stories import ANA, BOB, at, catch_up, story, tell, tell_whole
from tests.servers import Database

pytestmark = pytest.mark.stack

SECRET = "whsec_do-not-show"
DIGEST = "c0ffee" * 10


async def test_the_detail_shows_people_deadlines_updates_pages_and_alerts(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)
    detail = await find_incident_detail(reader, told.incident_id)
    assert detail is not None
    row = detail.row
    assert [(one.responder_id, one.joined_at) for one in row.responders] == [(BOB, at(4))]
    [deadline] = row.deadlines
    assert (deadline.state, deadline.due_at) == (DeadlineState.MISSED, at(5))
    assert deadline.reached_at == at(7)
    assert [one.phase for one in row.phases] == [
        Phase.DETECTION,
        Phase.TRIAGE,
        Phase.RESPONSE,
        Phase.MITIGATION,
        Phase.RESOLUTION,
    ]
    assert row.status_update is not None
    assert row.status_update.next_update_at == at(30)
    [page] = row.pages
    assert (page.state, page.level, page.levels) == (PageState.ACKNOWLEDGED, 2, 2)
    assert (page.acknowledged_by, page.ended_at) == ("responder:bob", at(4))
    [alert] = detail.alerts
    assert (alert.title, alert.ended_at) == ("CheckoutErrorRateHigh", at(30))
    assert row.resolution_summary == "The missing index is there"
    assert detail.board.commander == BOB


async def test_a_deadline_is_met_and_stays_met_when_the_incident_goes_back(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(
        log,
        incident_stream(told.incident_id),
        told.declared(),
        told.advanced(Phase.DETECTION, Phase.RESPONSE, 3),
        told.reopened(),
    )
    await catch_up(database)
    detail = await find_incident_detail(reader, told.reference)
    assert detail is not None
    [deadline] = detail.row.deadlines
    assert (deadline.state, deadline.reached_at) == (DeadlineState.MET, at(3))


async def test_a_deadline_of_an_incident_that_ended_first_lapses(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared(), told.closed())
    await catch_up(database)
    detail = await find_incident_detail(reader, told.reference)
    assert detail is not None
    assert detail.row.deadlines[0].state is DeadlineState.LAPSED
    assert await find_incident_detail(reader, "INC-404") is None


async def test_an_alert_that_fires_again_counts_its_occurrences_and_stays_in_the_old_incident(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    first, other = story(1), story(2)
    await tell_whole(log, first)
    again = {**asdict(first.triggered()), "incident_id": other.incident_id, "started_at": at(90)}
    await tell(log, alert_stream(first.alert_id), type(first.triggered())(**again))
    await tell(log, incident_stream(other.incident_id), other.declared())
    await catch_up(database)

    [alert] = (await list_alerts(reader, AlertFilter(), None, 9)).rows
    assert (alert.state, alert.occurrences) == (AlertState.TRIGGERED, 2)
    assert (alert.incident_id, alert.ended_at) == (other.incident_id, None)
    old = await find_incident_detail(reader, first.incident_id)
    new = await find_incident_detail(reader, other.incident_id)
    assert old is not None
    assert new is not None
    assert [one.ended_at for one in old.alerts] == [at(30)]
    assert [one.ended_at for one in new.alerts] == [None]
    assert (old.board.open_alerts, new.board.open_alerts) == (0, 1)
    for told, state in ((first, AlertState.RESOLVED), (other, AlertState.TRIGGERED)):
        [row] = (await list_alerts(reader, AlertFilter(incident_id=told.incident_id), None, 9)).rows
        assert (row.alert_id, row.state) == (first.alert_id, state)


async def test_alerts_are_listed_by_state_and_page_by_page(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    stories = [story(number) for number in range(3)]
    for told in stories:
        await tell(log, alert_stream(told.alert_id), told.triggered())
    await tell(log, alert_stream(stories[0].alert_id), stories[0].alert_resolved())
    await catch_up(database)
    firing = await list_alerts(reader, AlertFilter(state=AlertState.TRIGGERED), None, 10)
    assert [row.alert_id for row in firing.rows] == [stories[2].alert_id, stories[1].alert_id]
    first = await list_alerts(reader, AlertFilter(), None, 2)
    rest = await list_alerts(reader, AlertFilter(), first.next_cursor, 2)
    assert [row.alert_id for row in rest.rows] == [stories[0].alert_id]
    assert rest.next_cursor is None
    of_one = AlertFilter(incident_id=stories[1].incident_id, integration_id="prometheus")
    assert len((await list_alerts(reader, of_one, None, 10)).rows) == 1


async def test_the_delivery_log_shows_what_became_of_every_message(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)
    page = await list_deliveries(reader, DeliveryFilter(incident_id=told.incident_id), None, 10)
    newest, oldest = page.rows
    assert (newest.responder_id, newest.state, newest.level) == (BOB, DeliveryState.SENT, 2)
    assert (newest.provider_id, newest.finished_at) == ("queued-1", at(2.3))
    assert (oldest.responder_id, oldest.state, oldest.attempts) == (ANA, DeliveryState.FAILED, 3)
    assert (oldest.error, oldest.channel) == ("mailbox refused", "email")
    first = await list_deliveries(reader, DeliveryFilter(), None, 1)
    second = await list_deliveries(reader, DeliveryFilter(), first.next_cursor, 1)
    assert [*first.rows, *second.rows] == [newest, oldest]
    failed = DeliveryFilter(state=DeliveryState.FAILED, responder_id="ana", page_id=told.page_id)
    assert len((await list_deliveries(reader, failed, None, 10)).rows) == 1


async def test_a_receipt_stands_beside_the_outcome_in_whatever_order_they_come(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    await catch_up(database)
    chosen = DeliveryFilter(incident_id=told.incident_id)
    newest, oldest = (await list_deliveries(reader, chosen, None, 10)).rows
    about: Any = {
        "kind": "page",
        "about": str(told.page_id),
        "incident_id": told.incident_id,
        "responder_id": BOB,
        "channel": "sms",
        "provider_id": "SM1",
    }
    delivered = DeliveryDelivered(
        **about, delivery_id=DeliveryId(newest.delivery_id), delivered_at=at(3)
    )
    lost = DeliveryUndelivered(
        **about, delivery_id=DeliveryId(oldest.delivery_id), error="no_answer", undelivered_at=at(3)
    )
    await tell(log, f"receipt-{newest.delivery_id}", delivered)
    await tell(log, f"receipt-{oldest.delivery_id}", lost)
    await catch_up(database)
    newest, oldest = (await list_deliveries(reader, chosen, None, 10)).rows
    assert (newest.state, newest.receipt) == (DeliveryState.SENT, Receipt.DELIVERED)
    assert (oldest.state, oldest.receipt) == (DeliveryState.FAILED, Receipt.UNDELIVERED)
    assert (oldest.error, oldest.receipt_error) == ("mailbox refused", "no_answer")
    counted = SettledDeliveries()
    await counted.catch_up(reader)
    await counted.catch_up(reader)
    assert sum(counted.numbers.values()) == 2


async def test_the_delivery_log_shows_every_kind_of_message_but_those_that_are_hidden(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell_whole(log, told)
    code = IntendedDelivery(
        delivery_id=DeliveryId(uuid4()), responder_id=ANA, channel="email", address=0
    )
    update = replace(code, delivery_id=DeliveryId(uuid4()), not_before=at(60), repeat=1)
    requested = replace(
        example(ContactVerificationRequested), responder_id=ANA, delivery=code, requested_at=at(3)
    )
    planned = AnnouncementPlanned(
        incident_id=told.incident_id,
        number=4,
        deliveries=(update,),
        complete=True,
        planned_at=at(4),
    )
    await tell(log, "contact_verification-ana", requested)
    await tell(log, f"announcement-{told.incident_id}", planned)
    await catch_up(database)

    async def kinds(**chosen: Any) -> list[str]:
        wanted = DeliveryFilter(responder_id=ANA, **chosen)
        return [row.kind for row in (await list_deliveries(reader, wanted, None, 10)).rows]

    assert await kinds() == ["status_update", "verification_code", "page"]
    assert await kinds(hidden=frozenset([told.incident_id])) == ["verification_code"]
    assert await kinds(kind="page") == ["page"]
    [row] = (await list_deliveries(reader, DeliveryFilter(kind="status_update"), None, 10)).rows
    assert (row.about, row.page_id, row.level, row.repeat) == ("4", None, None, 1)
    assert row.not_before == at(60)


async def test_configuration_is_shown_as_it_is_now_and_never_a_secret(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    for kind, event in configured():
        await tell(log, f"{kind}-1", event)
    await catch_up(database)

    [responder] = await every(configuration.RESPONDER, reader)
    assert [(one.channel, one.has_secret) for one in responder.contact_methods] == [
        ("email", False),
        ("webhook", True),
    ]
    assert responder == await one(configuration.RESPONDER, reader, "ana")
    [policy] = await every(configuration.ESCALATION_POLICY, reader)
    [level] = policy.levels
    assert level == Level(targets=people([ANA]), escalation_timeout=timedelta(minutes=5))
    [service] = await every(configuration.SERVICE, reader)
    assert service.deadlines == DEFAULT_DEADLINES
    [integration] = await every(configuration.INTEGRATION, reader)
    assert (integration.name, integration.revoked_at) == ("Prometheus", at(1))
    [key] = await every(configuration.API_KEY, reader)
    assert (key.scopes, key.revoked_at) == ((ApiScope.RESPONDER,), at(1))
    assert key == await one(configuration.API_KEY, reader, "desk")
    assert await one(configuration.API_KEY, reader, "de\x00sk") is None
    for table in ("responder", "integration", "api_key"):
        text = await reader.fetchval(f"select jsonb_agg(t)::text from read.{table} t")
        assert SECRET not in text
        assert DIGEST not in text


def configured() -> list[tuple[str, Any]]:
    methods = (
        ContactMethod(channel="email", address="ana@example.org"),
        ContactMethod(channel="webhook", address="https://example.org/p", secret=SECRET),
    )
    level = Level(targets=people([ANA]), escalation_timeout=timedelta(minutes=5))
    policy_id, integration_id = EscalationPolicyId("payments"), IntegrationId("prometheus")
    service_id, key_id = ServiceId("checkout"), ApiKeyId("desk")
    return [
        (
            "responder",
            ResponderRegistered(
                responder_id=ANA,
                name="Ana",
                contact_methods=methods,
                registered_by="cli",
                registered_at=at(0),
            ),
        ),
        (
            "escalation_policy",
            EscalationPolicyDefined(
                escalation_policy_id=policy_id,
                name="Payments",
                levels=(level,),
                repeats=1,
                defined_by="cli",
                defined_at=at(0),
            ),
        ),
        (
            "service",
            ServiceDefined(
                service_id=service_id,
                name="Checkout",
                escalation_policy_id=policy_id,
                deadlines=DEFAULT_DEADLINES,
                defined_by="cli",
                defined_at=at(0),
            ),
        ),
        (
            "integration",
            IntegrationCreated(
                integration_id=integration_id,
                name="Prometheus",
                service_id=service_id,
                secret_hash=DIGEST,
                created_by="cli",
                created_at=at(0),
            ),
        ),
        (
            "integration",
            IntegrationRevoked(integration_id=integration_id, revoked_by="cli", revoked_at=at(1)),
        ),
        (
            "api_key",
            ApiKeyCreated(
                api_key_id=key_id,
                name="Desk",
                scopes=(ApiScope.RESPONDER,),
                responder_id=None,
                secret_hash=DIGEST,
                expires_at=None,
                created_by="cli",
                created_at=at(0),
            ),
        ),
        ("api_key", ApiKeyRevoked(api_key_id=key_id, revoked_by="cli", revoked_at=at(1))),
    ]
