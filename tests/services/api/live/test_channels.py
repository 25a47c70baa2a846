"""A provider that is away, as health and metrics name it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from prometheus_client.parser import text_string_to_metric_families

from events.configuration.api_key import ApiScope
from events.delivery.events import DeliveryDelayed, DeliverySent, IntendedDelivery
from events.ids import DeliveryId, ResponderId, page_stream
from events.page.events import (
    EscalationExhausted,
    PageLevelReached,
)
from tests.projections.stories import story, tell
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.test_schedules import daily

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

ADA = ResponderId("ada")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


async def metrics(alone: Api, position: int) -> dict[str, float]:
    await seen(alone, position)
    observer = await holder_of(alone.log, ApiScope.OBSERVER)
    answer = await alone.http.get("/metrics", headers=observer)
    return {
        ":".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def seen(alone: Api, position: int) -> Response:
    path = f"/v1/incidents/{story().incident_id}/pages"
    return await alone.http.get(path, params={"after_position": position})


async def test_a_channel_that_cannot_send_is_named_until_it_can(alone: Api) -> None:
    told = story()
    stream = page_stream(told.page_id)
    one = IntendedDelivery(
        delivery_id=DeliveryId(uuid4()), responder_id=ADA, channel="email", address=0
    )
    two = replace(one, delivery_id=DeliveryId(uuid4()))
    by_push = replace(one, delivery_id=DeliveryId(uuid4()), channel="push")
    reached = PageLevelReached(
        page_id=told.page_id,
        incident_id=told.incident_id,
        round=1,
        level=1,
        deliveries=(one, two, by_push),
        reached_at=NOON,
    )
    delayed = [
        DeliveryDelayed(
            kind="page",
            about=str(told.page_id),
            incident_id=told.incident_id,
            delivery_id=which.delivery_id,
            responder_id=ADA,
            channel="email",
            attempts=5,
            error="ProviderUnreachable: connect_failed",
            delayed_at=NOON + timedelta(seconds=number),
        )
        for number, which in enumerate((one, two))
    ]
    result = await tell(alone.log, stream, told.page_started(), reached, *delayed)
    await seen(alone, result.last_position)
    degraded = (await alone.http.get("/health/ready")).json()["degraded"]
    assert (
        "channel email: 2 pages wait since 2026-11-28 12:00:00 UTC:"
        " ProviderUnreachable: connect_failed"
    ) in degraded
    numbers = await metrics(alone, result.last_position)
    assert numbers["tocsin_deliveries_delayed:email"] == 2
    assert numbers["tocsin_deliveries_unsent:push"] == 1
    assert numbers["tocsin_delivery_oldest_unsent_seconds"] > 0
    assert numbers["tocsin_task_queue_attended:incident"] == 0

    sent = [
        DeliverySent(
            kind="page",
            about=str(told.page_id),
            incident_id=told.incident_id,
            delivery_id=which.delivery_id,
            responder_id=ADA,
            channel=which.channel,
            attempts=6,
            provider_id=None,
            sent_at=NOON + timedelta(minutes=1),
        )
        for which in (one, two, by_push)
    ]
    exhausted = EscalationExhausted(
        page_id=told.page_id, incident_id=told.incident_id, rounds=1, exhausted_at=NOON
    )
    result = await tell(alone.log, stream, *sent, exhausted)
    for _ in range(2):  # what was counted before is not counted again
        numbers = await metrics(alone, result.last_position)
        assert numbers["tocsin_deliveries_total:email:sent"] == 2
        assert numbers["tocsin_deliveries_total:push:sent"] == 1
        assert numbers["tocsin_pages_exhausted_total"] == 1
        assert numbers["tocsin_delivery_oldest_unsent_seconds"] == 0
    degraded = (await alone.http.get("/health/ready")).json()["degraded"]
    assert not [one for one in degraded if one.startswith("channel")]


async def test_what_pages_nobody_is_named_until_it_does(alone: Api) -> None:
    mail = {"channel": "email", "address": "ada@example.com"}
    for path, body in (
        ("responders/ada", {"name": "Ada", "contact_methods": []}),
        (
            "escalation-policies/night",
            {
                "name": "Night",
                "levels": [
                    {"targets": [{"responder_id": "ada"}], "escalation_timeout_seconds": 60}
                ],
            },
        ),
        ("services/shop", {"name": "Shop", "escalation_policy_id": "night"}),
    ):
        answer = await alone.http.put(f"/v1/{path}", json=body)
        assert answer.is_success, answer.text
    position = int(answer.headers["Tocsin-Position"])
    await alone.http.get("/v1/services/shop", params={"after_position": position})
    nobody = "paging: nobody is paged by escalation policy night, service shop"
    assert nobody in (await alone.http.get("/health/ready")).json()["degraded"]

    body = {"name": "Ada", "contact_methods": [mail]}
    answer = await alone.http.put("/v1/responders/ada", json=body)
    position = int(answer.headers["Tocsin-Position"])
    await alone.http.get("/v1/services/shop", params={"after_position": position})
    assert nobody not in (await alone.http.get("/health/ready")).json()["degraded"]


async def set_(alone: Api, path: str, body: dict[str, Any]) -> None:
    answer = await alone.http.put(f"/v1/{path}", json=body)
    assert answer.is_success, answer.text
    await shown(alone, answer)


async def shown(alone: Api, answer: Response) -> None:
    for noun in ("responders", "teams", "schedules", "escalation-policies"):
        after = {"after_position": answer.headers["Tocsin-Position"]}
        assert (await alone.http.get(f"/v1/{noun}", params=after)).is_success


async def named(alone: Api) -> list[str]:
    degraded = (await alone.http.get("/health/ready")).json()["degraded"]
    return [one for one in degraded if one.startswith("paging")]


async def test_a_policy_that_reaches_nobody_through_what_it_names_is_told_as_well(
    alone: Api,
) -> None:
    mail = {"channel": "email", "address": "ada@example.com"}
    ada = {"name": "Ada", "contact_methods": [mail]}
    await set_(alone, "responders/room", ada | {"kind": "channel"})
    await set_(alone, "teams/night", {"name": "Night", "members": []})
    await set_(alone, "schedules/night", {"name": "Night", "zone": "UTC", "layers": []})
    targets = [{"team_id": "night"}, {"schedule_id": "night"}, {"responder_id": "room"}]
    levels = [{"targets": [one], "escalation_timeout_seconds": 60} for one in targets]
    await set_(alone, "escalation-policies/night", {"name": "Night", "levels": levels})
    nobody = "paging: nobody is paged by escalation policy night"
    assert await named(alone) == [nobody]

    await set_(alone, "responders/ada", ada)
    member = {"name": "Night", "members": [{"responder_id": "ada"}]}
    await set_(alone, "teams/night", member)
    assert await named(alone) == []
    await set_(alone, "teams/night", {**member, "members": []})
    assert await named(alone) == [nobody]

    await set_(alone, "schedules/night", daily("ada", shadow=True))
    assert await named(alone) == [nobody]
    await set_(alone, "schedules/night", daily("ada"))
    assert await named(alone) == []
    await shown(alone, await alone.http.delete("/v1/schedules/night"))
    assert await named(alone) == [nobody]

    hand_over = {"name": "First", "levels": levels[2:], "hand_over_to": "night"}
    await set_(alone, "escalation-policies/first", hand_over)
    assert "policy first, escalation policy night" in (await named(alone))[0]
    await set_(alone, "schedules/night", daily("ada"))
    assert await named(alone) == []
