"""Who was forgotten is gone from the directory's door, and comes in again only as somebody new."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from events.ids import AccountId
from events.log.postgres import PostgresLog
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job
from tests.everything_stored import everything_stored
from tests.keys import keyring
from tests.servers import Database
from tests.services.patience import patient_reads
from tests.services.scim.conftest import Directory

pytestmark = pytest.mark.stack

GRACE = "grace.hopper@example.com"


@pytest.fixture
async def log(database: Database) -> AsyncIterator[PostgresLog]:
    """A log that keeps people under keys."""
    opened = await PostgresLog.open(database.app_dsn, keyring=keyring())
    yield opened
    await opened.close()


@pytest.fixture
async def projected(database: Database) -> AsyncIterator[None]:
    """A projector that has the keys."""
    job = projection_job(database.projector_dsn, lambda: None, keyring())
    task = asyncio.create_task(run_forever(job))
    with patient_reads():
        yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_person_of_the_directory_who_is_forgotten_is_nobody_here(
    directory: Directory, database: Database
) -> None:
    user = await directory.made(GRACE, externalId="directory-4711", displayName="Grace Hopper")
    token, _ = await directory.people.sign_in(AccountId(user["id"]))
    forgotten = await directory.api.http.request(
        "DELETE", f"/v1/subjects/{user['id']}", json={"reason": "She left."}
    )
    assert forgotten.is_success, forgotten.text
    position = {"after_position": forgotten.json()["position"]}
    assert (await directory.api.http.get("/v1/accounts", params=position)).is_success

    assert await directory.people.who(token) is None
    await directory.people.sessions.forget(AccountId(user["id"]))
    stored = await everything_stored(database.owner_dsn)
    for trace in (GRACE, "Grace Hopper", "directory-4711"):
        assert trace not in stored
    found = await directory.send("GET", f'/Users?filter=userName eq "{GRACE}"')
    assert found.json()["totalResults"] == 0
    active = {"op": "replace", "path": "active", "value": True}
    revived = await directory.patched(f"/Users/{user['id']}", active)
    assert revived.status_code == 404, revived.text
    late, _ = await directory.people.sign_in(AccountId(user["id"]))  # proven a moment before
    assert await directory.people.who(late) is None

    again = await directory.made(GRACE, externalId="directory-4711")
    assert again["id"] != user["id"]
