"""What was set up can be read back, at once where asked for, and without anything secret."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from projections.live.runner import Runner
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.identity.settings import sessions_of
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import ADA, SECRET, policy

pytestmark = pytest.mark.stack


@pytest.fixture
async def projecting(database: Database) -> AsyncIterator[None]:
    """Projections that follow the log, as the projector keeps them."""
    connection = await asyncpg.connect(database.projector_dsn)
    runner = Runner(connection, "tests")
    await runner.start()
    following = asyncio.create_task(runner.follow(lambda: None))
    yield
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await connection.close()


@pytest.fixture
async def admin(
    dependencies: Dependencies, log: PostgresLog, projecting: None
) -> AsyncIterator[AsyncClient]:
    real = replace(
        dependencies,
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        sessions=sessions_of(log, log.database, dependencies.settings),
    )
    transport = ASGITransport(create_app(real))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as client:
        client.headers.update(await holder_of(log, ApiScope.ADMIN))
        yield client


async def set_up(admin: AsyncClient) -> str:
    """Set up one of everything and return the position it can be read from."""
    await admin.put("/v1/responders/ada", json=ADA)
    await admin.put("/v1/escalation-policies/default", json=policy("ada"))
    deadlines = [{"phase": "response", "within_seconds": 300}]
    service = {"name": "Checkout", "escalation_policy_id": "default", "deadlines": deadlines}
    await admin.put("/v1/services/checkout", json=service)
    await admin.post("/v1/integrations", json={"name": "Prometheus", "service_id": "checkout"})
    made = await admin.post("/v1/api-keys", json={"name": "cli", "scopes": ["observer"]})
    position: str = made.headers["Tocsin-Position"]
    return position


async def test_everything_set_up_is_listed_and_nothing_secret_with_it(admin: AsyncClient) -> None:
    after = {"after_position": await set_up(admin)}
    (ada,) = (await admin.get("/v1/responders", params=after)).json()["responders"]
    listed = await admin.get("/v1/escalation-policies", params=after)
    (default,) = listed.json()["escalation_policies"]
    (checkout,) = (await admin.get("/v1/services", params=after)).json()["services"]
    integrations = await admin.get("/v1/integrations", params=after)
    keys = await admin.get("/v1/api-keys", params=after)
    assert [contact["has_secret"] for contact in ada["contact_methods"]] == [False, True, True]
    [level] = default["levels"]
    assert level["escalation_timeout_seconds"] == 300
    assert [one["responder_id"] for one in level["targets"]] == ["ada"]
    assert checkout["deadlines"] == [{"phase": "response", "within_seconds": 300}]
    assert [one["name"] for one in integrations.json()["integrations"]] == ["Prometheus"]
    assert {one["name"] for one in keys.json()["api_keys"]} == {"cli", "a key of the tests"}
    told = f"{ada}{integrations.text}{keys.text}"
    assert not [text for text in (SECRET, "tk_1", "secret_hash", "tocsin_") if text in told]


async def test_one_thing_is_shown_with_the_version_that_if_match_takes(admin: AsyncClient) -> None:
    after = {"after_position": await set_up(admin)}
    shown = await admin.get("/v1/responders/ada", params=after)
    assert shown.headers["ETag"] == '"1"'
    matching = {"If-Match": shown.headers["ETag"]}
    changed = await admin.put("/v1/responders/ada", json=ADA | {"name": "Ada L."}, headers=matching)
    assert changed.headers["ETag"] == '"2"'


async def test_what_was_revoked_is_still_listed_and_says_when(admin: AsyncClient) -> None:
    await set_up(admin)
    made = await admin.post("/v1/api-keys", json={"name": "old", "scopes": ["observer"]})
    revoked = await admin.delete(made.headers["Location"])
    shown = await admin.get(
        made.headers["Location"], params={"after_position": revoked.headers["Tocsin-Position"]}
    )
    assert shown.json()["revoked_at"] is not None


@pytest.mark.parametrize(
    "path",
    ["responders", "escalation-policies", "services", "integrations", "api-keys", "teams"],
)
async def test_what_does_not_exist_is_not_found(admin: AsyncClient, path: str) -> None:
    assert (await admin.get(f"/v1/{path}/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("scope", "configuration", "keys"),
    [
        (ApiScope.RESPONDER, 200, 403),
        (ApiScope.OBSERVER, 200, 403),
        (ApiScope.AUDITOR, 200, 200),
        (ApiScope.INGEST, 403, 403),
    ],
)
async def test_who_may_read_what(
    admin: AsyncClient, log: PostgresLog, scope: ApiScope, configuration: int, keys: int
) -> None:
    headers = await holder_of(log, scope)
    assert (await admin.get("/v1/responders", headers=headers)).status_code == configuration
    assert (await admin.get("/v1/api-keys", headers=headers)).status_code == keys


async def test_how_somebody_is_reached_is_told_to_themselves_and_to_admins(
    admin: AsyncClient, log: PostgresLog
) -> None:
    after = {"after_position": await set_up(admin)}
    addresses = [one["address"] for one in ADA["contact_methods"]]
    told = {
        who: await holder_of(log, scope, responder_id=ResponderId(who))
        for who, scope in {
            "ada": ApiScope.RESPONDER,
            "ben": ApiScope.RESPONDER,
            "eve": ApiScope.OBSERVER,
            "aud": ApiScope.AUDITOR,
            "root": ApiScope.ADMIN,
        }.items()
    }
    shared = await holder_of(log, ApiScope.RESPONDER) | {"Tocsin-Responder": "ada"}
    for who, headers in {**told, "shared": shared}.items():
        (listed,) = (await admin.get("/v1/responders", params=after, headers=headers)).json()[
            "responders"
        ]
        shown = (await admin.get("/v1/responders/ada", params=after, headers=headers)).json()
        then = await admin.get(
            "/v1/responders/ada", params={"as_of": after["after_position"]}, headers=headers
        )
        for one in (listed, shown, then.json()):
            seen = [method["address"] for method in one["contact_methods"]]
            assert seen == (addresses if who in {"ada", "root"} else [None] * len(addresses))
            assert [method["channel"] for method in one["contact_methods"]] == [
                method["channel"] for method in ADA["contact_methods"]
            ]


@pytest.mark.usefixtures("projecting")
async def test_no_answer_that_an_observer_gets_has_an_address_in_it(
    admin: AsyncClient, log: PostgresLog, routed: FastAPI
) -> None:
    after = await set_up(admin)
    headers = await holder_of(log, ApiScope.OBSERVER)
    addresses = [one["address"] for one in ADA["contact_methods"]]
    asked = [path for path, methods in routed.openapi()["paths"].items() if "get" in methods]
    assert len(asked) > 20
    for path in asked:
        if "stream" in path:
            continue
        named = re.sub(r"\{\w+\}", "ada", path)
        answer = await admin.get(named, params={"after_position": after}, headers=headers)
        assert not [one for one in addresses if one in answer.text], path


async def test_how_alerts_of_a_service_are_taken_is_shown_with_it(admin: AsyncClient) -> None:
    await set_up(admin)
    path = "/v1/services/checkout"
    usual = {"auto_resolve_after_seconds": None, "reopen_within_seconds": None, "storm_above": 10}
    wanted = usual | {"auto_resolve_after_seconds": 14_400, "reopen_within_seconds": 600}
    changed = await admin.put(f"{path}/alert-handling", json={"alert_handling": wanted})
    assert changed.status_code == 200, changed.text
    service = {"name": "Shop", "escalation_policy_id": "default"}
    defined = await admin.put(path, json=service)
    after = {"after_position": defined.headers["Tocsin-Position"]}
    assert (await admin.get(path, params=after)).json()["alert_handling"] == wanted
    again = await admin.put(f"{path}/alert-handling", json={"alert_handling": {}})
    after = {"after_position": again.headers["Tocsin-Position"]}
    assert (await admin.get(path, params=after)).json()["alert_handling"] == usual


@pytest.mark.parametrize(
    ("field", "value"),
    [("auto_resolve_after_seconds", 59), ("reopen_within_seconds", 0), ("storm_above", 1)],
)
async def test_a_window_that_makes_no_sense_is_refused(
    admin: AsyncClient, field: str, value: int
) -> None:
    await set_up(admin)
    wanted = {"alert_handling": {field: value}}
    answer = await admin.put("/v1/services/checkout/alert-handling", json=wanted)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [f"body.alert_handling.{field}"]
    unknown = await admin.put("/v1/services/nothing/alert-handling", json={"alert_handling": {}})
    assert unknown.status_code == 404


async def test_a_learning_policy_is_the_default_until_somebody_defines_one(
    admin: AsyncClient,
) -> None:
    path = "/v1/learning-policies/default"
    before = (await admin.get(path)).json()
    assert (before["number"], before["version"]) == (0, 0)
    causes = [{"category": "human_error", "label": "Human error"}]
    said = before["policy"] | {"causes": causes, "items_else_days": 30}
    made = await admin.put(path, json=said)
    assert made.json()["warnings"] == [
        "A human error is where the question starts: what made it possible?"
    ]
    after = {"after_position": made.headers["Tocsin-Position"]}
    shown = await admin.get(path, params=after)
    assert (shown.json()["number"], shown.json()["policy"]) == (1, said)
    assert shown.headers["ETag"] == '"1"'
    (listed,) = (await admin.get("/v1/learning-policies")).json()["learning_policies"]
    assert listed == shown.json()
    versions = (await admin.get(f"{path}/versions")).json()["versions"]
    assert [one["number"] for one in versions] == [1]
