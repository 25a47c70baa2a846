"""A person is forgotten: no table tells of them any more, and the log still proves itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from temporalio.client import Client

from events.configuration.api_key import ApiScope
from events.configuration.responder import ResponderRegistered
from events.log.postgres import PostgresLog
from events.log.proof.chain import ChainCheck
from events.log.queues.inbox import PostgresInbox
from services.api.dependencies import Dependencies
from services.api.writing.receipts import POSITION
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job
from tests.events.example import example
from tests.eventually import eventually
from tests.everything_stored import everything_stored
from tests.keys import keyring
from tests.projections.stories import forget as forget_checkpoints
from tests.projections.stories import tell
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import called

pytestmark = pytest.mark.stack

PRIVATE = ("Ada Lovelace", "ada@example.com", "https://ntfy.sh/adas-topic", "tk_adas")
ADA: dict[str, Any] = {
    "name": "Ada Lovelace",
    "contact_methods": [
        {"channel": "email", "address": "ada@example.com"},
        {"channel": "push", "address": "https://ntfy.sh/adas-topic", "secret": "tk_adas"},
    ],
}
BEN = {"name": "Ben Ek", "contact_methods": [{"channel": "email", "address": "ben@example.com"}]}
WHY = {"reason": "They left and asked for it."}


@pytest.fixture
async def admin(
    database: Database, routed: FastAPI, dependencies: Dependencies, temporal_client: Client
) -> AsyncIterator[AsyncClient]:
    """An admin of an API that keeps people under keys."""
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    sealing = replace(
        dependencies, log=log, database=log.database, inbox=PostgresInbox(log.database)
    )
    async with called(routed, sealing, temporal_client) as api:
        yield api.http
    await log.close()


@pytest.fixture
async def projecting(database: Database) -> AsyncIterator[None]:
    """A projector that has the keys."""
    task = asyncio.create_task(
        run_forever(projection_job(database.projector_dsn, lambda: None, keyring()))
    )
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def forgotten(admin: AsyncClient, subject_id: str = "ada", **headers: str) -> Response:
    return await admin.request(
        "DELETE", f"/v1/subjects/{subject_id}", json=WHY, headers=headers or None
    )


async def shown(admin: AsyncClient, responder_id: str, after: Response) -> dict[str, Any]:
    position = after.headers["Tocsin-Position"]
    answer = await admin.get(f"/v1/responders/{responder_id}?after_position={position}")
    row: dict[str, Any] = answer.json()
    return row


async def test_nothing_personal_is_left_in_any_table_and_the_chain_still_holds(
    database: Database, admin: AsyncClient, projecting: None
) -> None:
    await admin.put("/v1/responders/ben", json=BEN)
    registered = await admin.put("/v1/responders/ada", json=ADA)
    assert (await shown(admin, "ada", registered))["name"] == "Ada Lovelace"
    assert "Ada Lovelace" in await everything_stored(database.owner_dsn)  # in a projection, so far

    answer = await forgotten(admin)
    assert answer.status_code == 200, answer.text
    assert answer.json()["left_in_clear"] == []
    row = await shown(admin, "ada", answer)
    assert row["name"] == "erased"
    assert [one["address"] for one in row["contact_methods"]] == ["erased", "erased"]
    assert (await shown(admin, "ben", answer))["name"] == "Ben Ek"
    stored = await everything_stored(database.owner_dsn)
    assert not [text for text in PRIVATE if text in stored]

    log = await PostgresLog.open(database.app_dsn)
    try:
        assert list(ChainCheck().faults(await log.read_all(0))) == []
    finally:
        await log.close()


async def test_the_keys_of_somebody_who_is_forgotten_are_revoked_and_open_nothing(
    admin: AsyncClient, projecting: None
) -> None:
    await admin.put("/v1/responders/ben", json=BEN)
    await admin.put("/v1/responders/ada", json=ADA)
    keys = {}
    for who in ("ada", "ben"):
        body = {"name": "phone", "scopes": ["responder"], "responder_id": who}
        keys[who] = await admin.post("/v1/api-keys", json=body)
    seen = {"after_position": keys["ben"].headers["Tocsin-Position"]}
    assert (await admin.get("/v1/api-keys", params=seen)).status_code == 200
    assert (await forgotten(admin)).status_code == 200
    revoked = {}
    for who, made in keys.items():
        hers = {"Authorization": f"Bearer {made.json()['key']}"}
        opened = await admin.get("/v1/incidents", headers=hers)
        assert opened.status_code == (401 if who == "ada" else 200)
        after = {
            "after_position": (await admin.put("/v1/responders/x", json=BEN)).headers[POSITION]
        }
        shown = await admin.get(made.headers["Location"], params=after)
        revoked[who] = shown.json()["revoked_at"] is not None
    assert revoked == {"ada": True, "ben": False}


async def test_rows_that_are_made_anew_say_erased(database: Database, admin: AsyncClient) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    answer = await forgotten(admin)
    for _ in range(2):
        task = asyncio.create_task(
            run_forever(projection_job(database.projector_dsn, lambda: None, keyring()))
        )
        assert (await shown(admin, "ada", answer))["name"] == "erased"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await forget_checkpoints(database)


async def test_a_fact_without_its_deed_is_made_good_by_the_projector(
    database: Database,
    admin: AsyncClient,
    projecting: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def died(*_: object) -> None:
        raise asyncio.CancelledError

    await admin.put("/v1/responders/ada", json=ADA)
    with monkeypatch.context() as patched:
        patched.setattr("services.api.resources.configuration.subjects.destroy_subject_key", died)
        with pytest.raises(asyncio.CancelledError):
            await forgotten(admin)
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        destroyed = "select every(wrapped_key is null) from es.subject_key"
        await eventually("every key is destroyed", lambda: owner.fetchval(destroyed))
    finally:
        await owner.close()


async def test_forgetting_again_gives_the_same_answer_and_nobody_comes_back_under_that_id(
    admin: AsyncClient,
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    first = await forgotten(admin, **{"idempotency-key": "k1"})
    again = await forgotten(admin, **{"idempotency-key": "k1"})
    assert first.json() == again.json()
    assert (await forgotten(admin)).json()["hash"] is None

    async def refused() -> str | None:
        back = await admin.put("/v1/responders/ada", json={**ADA, "name": "Ada King"})
        return str(back.json()["code"]) if back.status_code == 409 else None

    code = await eventually("this process, too, has forgotten the key", refused, 10)
    assert code == "subject-erased"


async def test_nobody_can_be_forgotten_whom_nothing_was_kept_of(admin: AsyncClient) -> None:
    answer = await forgotten(admin, "nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "subject-not-found")


async def test_only_an_admin_forgets(admin: AsyncClient, log: PostgresLog) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    for scope in set(ApiScope) - {ApiScope.ADMIN}:
        admin.headers.update(await holder_of(log, scope))
        assert (await forgotten(admin)).status_code == 403


async def test_what_was_written_before_there_were_keys_is_named(
    admin: AsyncClient, log: PostgresLog
) -> None:
    stored = await tell(log, "responder-ada", example(ResponderRegistered))
    await admin.put("/v1/responders/ada", json=ADA)
    answer = await forgotten(admin)
    assert answer.json()["left_in_clear"] == [str(stored.last_position)]
