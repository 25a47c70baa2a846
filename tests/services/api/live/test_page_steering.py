"""A page that runs is escalated at once from where it is seen, and planned anew, over HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from events.configuration.api_key import ApiScope
from events.ids import IncidentId, page_id_for, page_stream
from tests.eventually import eventually
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

FIRST_LEVEL = {"round": 1, "level": 1}


@dataclass(frozen=True, kw_only=True)
class Running:
    """A page that waits on its first level, of an incident that nobody has."""

    api: Api
    policy: str
    incident: str

    @property
    def stream(self) -> str:
        return page_stream(page_id_for(IncidentId(UUID(self.incident)), 1))

    async def steer(self, noun: str, body: Any = None, **headers: str) -> Response:
        return await self.api.give(self.incident, f"pages/1/{noun}", body, **headers)

    async def reached(self) -> int:
        return (await self.api.happened(self.stream)).count("page.level_reached")


@pytest.fixture
async def running(api: Api) -> Running:
    policy = await api.policy("ada", "grace", escalation_timeout=300)
    service = f"service-{uuid4().hex[:8]}"
    body = {"name": "Shop", "escalation_policy_id": policy}
    assert (await api.http.put(f"/v1/services/{service}", json=body)).is_success
    declared = await api.started(service_id=service)
    page = Running(api=api, policy=policy, incident=declared["incident_id"])
    await api.happens(page.stream, "delivery.sent")
    return page


async def test_the_next_level_is_paged_at_once_and_a_second_click_is_refused(
    running: Running,
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await running.steer("escalation", FIRST_LEVEL, **key)
    assert first.status_code == 200, first.text
    await running.api.happens(running.stream, "page.escalated")
    await running.api.happens(running.stream, "delivery.sent")
    second = await running.steer("escalation", FIRST_LEVEL)
    assert second.status_code == 409
    assert second.json()["type"].endswith("page-moved-on")
    repeated = await running.steer("escalation", FIRST_LEVEL, **key)  # the same click, once more
    assert repeated.status_code == 200, repeated.text
    assert repeated.json()["version"] == first.json()["version"]
    assert await running.reached() == 2
    happened = await running.api.happened(running.stream)
    assert happened.count("page.escalated") == 1
    assert "page.timed_out" not in happened


async def test_a_level_that_nobody_is_on_and_a_page_that_is_over_are_refused(
    running: Running,
) -> None:
    ahead = await running.steer("escalation", {"round": 1, "level": 2})
    assert ahead.status_code == 409
    nowhere = await running.api.give(running.incident, "pages/7/escalation", FIRST_LEVEL)
    assert nowhere.status_code == 404
    senseless = await running.steer("escalation", {"round": 1, "level": 0})
    assert senseless.status_code == 422
    assert [one["field"] for one in senseless.json()["errors"]] == ["body.level"]
    assert (await running.api.give(running.incident, "acknowledgement")).status_code == 200
    for noun, body in (("escalation", FIRST_LEVEL), ("plan", None)):
        late = await running.steer(noun, body)
        assert late.status_code == 409, late.text
    assert await running.reached() == 1


async def test_whoever_may_only_read_steers_no_page(running: Running) -> None:
    for scope in (ApiScope.OBSERVER, ApiScope.INGEST):
        reader = await holder_of(running.api.log, scope)
        for noun, body in (("escalation", FIRST_LEVEL), ("plan", None)):
            refused = await running.steer(noun, body, **reader)
            assert refused.status_code == 403, refused.text
    for noun, body in (("escalation", FIRST_LEVEL), ("plan", None)):
        nowhere = await running.api.give(str(uuid4()), f"pages/1/{noun}", body)
        assert nowhere.status_code == 404, nowhere.text
    assert await running.reached() == 1


async def test_a_changed_policy_reaches_a_page_that_is_planned_anew_and_no_other(
    running: Running,
) -> None:
    await running.api.policy("grace", name=running.policy, escalation_timeout=300)
    assert await running.reached() == 1
    key = {"Idempotency-Key": str(uuid4())}
    answer = await running.steer("plan", **key)
    assert answer.status_code == 200, answer.text
    await running.api.happens(running.stream, "page.replanned")
    assert (await running.steer("plan", **key)).status_code == 200  # the same click, once more

    async def paged() -> list[str]:
        page_id = page_id_for(IncidentId(UUID(running.incident)), 1)
        shown = await running.api.http.get(f"/v1/pages/{page_id}/deliveries", params=await now())
        return [one["responder_id"] for one in shown.json()["deliveries"]]

    async def now() -> dict[str, int]:
        return {"after_position": await running.api.log.head()}

    async def grace_too() -> bool:
        return sorted(await paged()) == ["ada", "grace"]

    await eventually("grace is paged", grace_too)
    assert (await running.api.happened(running.stream)).count("page.replanned") == 1
    assert (await running.api.give(running.incident, "pages/7/plan")).status_code == 404
