"""Keys are shown once, open what their scopes say, and stop opening it when they are revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from events.actor import Actor
from events.configuration.api_key import ApiScope
from services.access.callers import Caller
from services.access.permissions import Permission, permissions_of
from services.api.dependencies import Dependencies
from services.api.resources.configuration.api_keys import require_held, require_outlived
from services.request_refusals import PermissionMissing, RequestInvalid
from tests.services.api.key_holders import holder_of


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    service = {"name": "Checkout", "escalation_policy_id": None}
    assert (await client.put("/v1/services/checkout", json=service)).status_code == 200
    return client


async def text_in_log(dependencies: Dependencies) -> bytes:
    events = await dependencies.log.read_all(0)
    return b"\n".join(event.payload + event.meta for event in events)


async def test_a_key_is_shown_once_and_never_stored(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    answer = await admin.post("/v1/api-keys", json={"name": "cli", "scopes": ["responder"]})
    assert answer.status_code == 201, answer.text
    key = answer.json()["key"]
    assert key.startswith("tocsin_key_")
    assert answer.headers["Location"] == f"/v1/api-keys/{answer.json()['api_key_id']}"
    assert key.split("_")[3].encode() not in await text_in_log(dependencies)


async def test_a_new_key_opens_what_its_scopes_carry_and_no_more(admin: AsyncClient) -> None:
    made = await admin.post("/v1/api-keys", json={"name": "cli", "scopes": ["responder"]})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    declared = await admin.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
    refused = await admin.post("/v1/api-keys", json={}, headers=headers)
    assert (declared.status_code, refused.status_code) == (201, 403)


async def test_a_revoked_key_opens_nothing_from_the_next_request_on(admin: AsyncClient) -> None:
    made = await admin.post("/v1/api-keys", json={"name": "cli", "scopes": ["responder"]})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    revoked = await admin.delete(made.headers["Location"])
    declared = await admin.post("/v1/incidents", json={"title": "Slow"}, headers=headers)
    assert (revoked.status_code, declared.status_code) == (200, 401)
    assert (await admin.delete(made.headers["Location"])).status_code == 200


async def test_a_repeat_makes_no_second_key_and_does_not_show_the_first_again(
    admin: AsyncClient, dependencies: Dependencies
) -> None:
    key, body = {"Idempotency-Key": "once"}, {"name": "cli", "scopes": ["observer"]}
    first = await admin.post("/v1/api-keys", json=body, headers=key)
    events = await dependencies.log.head()
    again = await admin.post("/v1/api-keys", json=body, headers=key)
    assert again.status_code == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json() | {"key": None}
    assert await dependencies.log.head() == events


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": []}, "body.scopes"),
        ({"scopes": ["root"]}, "body.scopes.0"),
        ({"responder_id": "nobody"}, "body.responder_id"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "body.expires_at"),
        ({"expires_at": "tomorrow"}, "body.expires_at"),
        ({"name": "a\nb"}, "body.name"),
        ({"secret_hash": "00"}, "body.secret_hash"),
    ],
)
async def test_a_key_that_makes_no_sense_is_refused_by_field(
    admin: AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await admin.post("/v1/api-keys", json={"name": "cli", "scopes": ["observer"]} | change)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_an_expired_key_opens_nothing(admin: AsyncClient) -> None:
    soon = (datetime.now(UTC) + timedelta(milliseconds=300)).isoformat()
    body = {"name": "cli", "scopes": ["responder"], "expires_at": soon}
    headers = {
        "Authorization": f"Bearer {(await admin.post('/v1/api-keys', json=body)).json()['key']}"
    }
    while datetime.now(UTC).isoformat() < soon:
        answer = await admin.post("/v1/api-keys", json={}, headers=headers)
        assert answer.status_code in {401, 403}
    assert (await admin.post("/v1/api-keys", json={}, headers=headers)).status_code == 401


def test_a_key_cannot_give_what_it_does_not_have() -> None:
    actor = Actor(principal="api_key:narrow")
    narrow = Caller(
        actor=actor,
        permissions=permissions_of([ApiScope.RESPONDER]),
        asked=Permission.API_KEY_MANAGE,
    )
    require_held(narrow, (ApiScope.OBSERVER,))
    with pytest.raises(PermissionMissing):
        require_held(narrow, (ApiScope.OBSERVER, ApiScope.AUDITOR))


async def test_an_integration_comes_with_the_url_its_monitor_needs(admin: AsyncClient) -> None:
    made = await admin.post(
        "/v1/integrations", json={"name": "Prometheus", "service_id": "checkout"}
    )
    assert made.status_code == 201, made.text
    body = made.json()
    assert body["urls"]["alertmanager"] == (
        f"http://localhost:8080/v1/integrations/{body['key']}/alertmanager"
    )
    assert body["key"].startswith(f"tocsin_ingest_{body['integration_id']}_")


async def test_a_repeat_makes_no_second_integration(admin: AsyncClient) -> None:
    key, body = {"Idempotency-Key": "once"}, {"name": "Prometheus", "service_id": "checkout"}
    first = await admin.post("/v1/integrations", json=body, headers=key)
    again = await admin.post("/v1/integrations", json=body, headers=key)
    shown_once = dict.fromkeys(("key", "urls", "mail_addresses"))
    assert again.json() == first.json() | shown_once


async def test_an_integration_needs_a_service_that_exists(admin: AsyncClient) -> None:
    answer = await admin.post("/v1/integrations", json={"name": "Prometheus", "service_id": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.service_id"


@pytest.mark.parametrize("path", ["/v1/integrations/nothing", "/v1/api-keys/nothing"])
async def test_what_does_not_exist_cannot_be_revoked(admin: AsyncClient, path: str) -> None:
    assert (await admin.delete(path)).status_code == 404


async def test_an_integrations_key_is_no_api_key(admin: AsyncClient) -> None:
    body = {"name": "Prometheus", "service_id": "checkout"}
    key = (await admin.post("/v1/integrations", json=body)).json()["key"]
    answer = await admin.post("/v1/api-keys", json={}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


async def test_a_key_lives_no_longer_than_the_one_that_makes_it(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    headers = await holder_of(dependencies.log, ApiScope.ADMIN, expires_at=end)
    for expires_at in (None, (end + timedelta(seconds=1)).isoformat()):
        body = {"name": "for ever", "scopes": ["observer"], "expires_at": expires_at}
        refused = await client.post("/v1/api-keys", json=body, headers=headers)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (
            422,
            "body.expires_at",
        )
        assert end.isoformat() in refused.json()["errors"][0]["reason"]
    body = {"name": "until then", "scopes": ["admin"], "expires_at": end.isoformat()}
    made = await client.post("/v1/api-keys", json=body, headers=headers)
    assert made.status_code == 201, made.text


@given(
    st.frozensets(st.sampled_from(ApiScope), min_size=1),
    st.frozensets(st.sampled_from(ApiScope), min_size=1),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
)
def test_no_key_can_do_more_or_do_it_longer_than_its_maker(
    held: frozenset[ApiScope], asked: frozenset[ApiScope], end: int | None, until: int | None
) -> None:
    maker = Caller(
        actor=Actor(principal="api_key:maker"),
        permissions=permissions_of(held),
        asked=Permission.API_KEY_MANAGE,
        expires_at=None if end is None else datetime(2026, 1, end, tzinfo=UTC),
    )
    expires_at = None if until is None else datetime(2026, 1, until, tzinfo=UTC)
    try:
        require_held(maker, tuple(asked))
        require_outlived(maker, expires_at)
    except (PermissionMissing, RequestInvalid):
        return
    assert permissions_of(asked) <= maker.permissions
    assert end is None or (until is not None and until <= end)
