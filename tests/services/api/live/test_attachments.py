"""Files beside an incident: the log says which bytes are theirs, and nothing else does."""

from hashlib import sha256

import asyncpg
import pytest
from structlog.testing import capture_logs

from events.configuration.api_key import ApiScope
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack

TEXT = b"the error rate"
OTHER = b"all was well"


async def attached(api: Api) -> tuple[str, str, str]:
    """Attach a file; return where it is, the incident's id, and the file's id."""
    incident_id = (await api.declare())["incident_id"]
    where = f"/v1/incidents/{incident_id}/attachments"
    answer = await api.http.post(
        where, params={"name": "rates.txt"}, content=TEXT, headers={"content-type": "text/plain"}
    )
    assert answer.is_success, answer.text
    return where, incident_id, answer.json()["attachment_id"]


async def done_to(dsn: str, statement: str, *values: object) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement, *values)
    await connection.close()


@pytest.mark.parametrize(
    "statement",
    ["update es.attachment set content = 'x'", "delete from es.attachment"],
    ids=["others", "gone"],
)
async def test_a_forged_file_is_said_to_be_forged_and_not_to_be_tried_again(
    alone: Api, database: Database, statement: str
) -> None:
    where, _, file = await attached(alone)
    await done_to(database.owner_dsn, statement)
    with capture_logs() as said:
        answer = await alone.http.get(f"{where}/{file}")
    assert (answer.status_code, answer.json()["code"]) == (409, "attachment-forged")
    assert "retry-after" not in answer.headers
    assert answer.json()["sha256"] == sha256(TEXT).hexdigest()
    assert "changed behind the log's back" in answer.json()["detail"]
    assert "attachment_forged" in {one["event"] for one in said}


async def test_a_file_is_not_stored_again_over_a_forged_one(alone: Api, database: Database) -> None:
    where, _, _ = await attached(alone)
    await done_to(database.owner_dsn, "update es.attachment set content = 'x'")
    answer = await alone.http.post(
        where, params={"name": "again.txt"}, content=TEXT, headers={"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "attachment-forged")


@pytest.mark.usefixtures("projected")
async def test_a_read_model_vouches_for_no_bytes(alone: Api, database: Database) -> None:
    where, incident_id, file = await attached(alone)
    statement = "insert into es.attachment (incident_id, sha256, content) values ($1, $2, $3)"
    digest = sha256(OTHER)
    await done_to(database.owner_dsn, statement, incident_id, digest.digest(), OTHER)
    swapped = "update read.attachment set sha256 = $1"
    await done_to(database.projector_dsn, swapped, digest.hexdigest())
    served = await alone.http.get(f"{where}/{file}")
    assert (served.status_code, served.content) == (200, TEXT)


async def test_an_auditor_gets_the_bytes_as_they_are_stored(alone: Api, database: Database) -> None:
    _, incident_id, _ = await attached(alone)
    auditor = await holder_of(alone.log, ApiScope.AUDITOR)
    path = f"/v1/audit/attachments/{incident_id}/{sha256(TEXT).hexdigest()}"
    stored = await alone.http.get(path, headers=auditor)
    assert (stored.status_code, stored.content) == (200, TEXT)
    await done_to(database.owner_dsn, "update es.attachment set content = 'x'")
    assert (await alone.http.get(path, headers=auditor)).content == b"x"
    missing = await alone.http.get(path[:-4] + "0000", headers=auditor)
    assert (missing.status_code, missing.json()["code"]) == (404, "attachment-not-found")
    assert (await alone.http.get(f"{path}0", headers=auditor)).status_code == 422
