"""What an auditor's key opens: everything to read, nothing to change."""

import base64
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from msgspec.structs import asdict

from events.configuration.api_key import ApiScope
from events.ids import IncidentId, incident_stream, inventory_stream, notes_stream
from events.inventory.events import InventoryTaken
from events.inventory.listing import digest_of
from events.log import database as pools
from events.log.codec import codec_for
from events.log.proof.checkpoint_note import VerifierKey, opened, read_checkpoint
from events.log.proof.event_line import event_in
from events.log.proof.merkle import leaf_hash, require_consistent, root_from_inclusion
from events.log.proof.tree_heads import TreeHeads
from events.log.recorded import RecordedEvent
from events.registry import ALL_EVENTS
from services.notary.publishing import Publisher
from services.notary.signing import Notary
from tests.servers import Database
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
async def auditor(alone: Api) -> dict[str, str]:
    return await holder_of(alone.log, ApiScope.AUDITOR)


async def sign(database: Database, folder: Path) -> None:
    pool = await pools.Database.open(database.notary_dsn)
    keys = folder / "notary-keys"
    await Notary(TreeHeads(pool), keys, None, Publisher(None, None)).sign_new()
    await pool.close()


async def done_to(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(statement)
    await connection.close()


async def got(http: AsyncClient, path: str, headers: dict[str, str], **query: Any) -> Any:
    answer = await http.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def operations(app: FastAPI) -> list[tuple[str, str, str]]:
    """Return method, path and permission of everything that asks for a permission."""
    return [
        (method, re.sub(r"\{\w+\}", NOBODY, path), operation["x-permission"])
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if "x-permission" in operation
    ]


ENDLESS = "/v1/stream"
STORE_NOTHING = ("/backtest", "/test", "/preview", "/what-if")


@pytest.mark.usefixtures("projected")
async def test_an_auditor_can_read_everything_and_change_nothing(
    alone: Api, routed: FastAPI, auditor: dict[str, str]
) -> None:
    walked = operations(routed)
    assert len(walked) > 40
    before = await alone.log.head()
    for method, path, permission in walked:
        if path == ENDLESS:  # its own tests open it
            continue
        answer = await alone.http.request(method, path, headers=auditor)
        if answer.status_code == 403 and answer.json()["code"] == "session-needed":
            continue  # of a person's own sessions, and the key is nobody's
        if permission == "account:own":  # an auditor's own account is theirs; the key is nobody's
            assert answer.status_code in (200, 403, 404, 415, 422), (method, path, answer.text)
            continue
        reads = method == "get" or path.endswith(STORE_NOTHING)
        if reads and not permission.endswith(":write"):  # what is as good as a key takes more
            assert answer.status_code in (200, 404, 415, 422), (method, path, answer.text)
        elif path.endswith("/inventory"):  # adds to the log what belongs to an incident, if it is
            assert answer.status_code == 404, (method, path, answer.text)
        else:
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.json()["permission"] == permission
    assert await alone.log.head() == before


async def test_heads_and_proofs_are_enough_to_check_an_event_without_trusting_the_server(
    alone: Api, database: Database, auditor: dict[str, str], tmp_path: Path
) -> None:
    declared = await alone.declare()
    await sign(database, tmp_path)
    await alone.declare()
    await sign(database, tmp_path)
    log = await got(alone.http, "/v1/audit/log", auditor)
    listed = (await got(alone.http, "/v1/audit/heads", auditor))["heads"]
    assert [head["size"] for head in listed] == ["3", "4"]
    assert log["head"] == listed[-1]
    text, _ = opened(log["head"]["note"], [VerifierKey.read(key) for key in log["keys"]])
    checkpoint, older = read_checkpoint(text), read_checkpoint(listed[0]["note"])
    asked = {"size": checkpoint.size, "position": [declared["position"], "1"]}
    first, _ = (await got(alone.http, "/v1/audit/proofs/inclusion", auditor, **asked))["proofs"]
    position = int(declared["position"])
    leaf = leaf_hash(bytes.fromhex(declared["hash"]))
    path = [base64.b64decode(one) for one in first["path"]]
    assert root_from_inclusion(leaf, position - 1, checkpoint.size, path) == checkpoint.root
    query = {"first": older.size, "second": checkpoint.size}
    proof = await got(alone.http, "/v1/audit/proofs/consistency", auditor, **query)
    path = [base64.b64decode(one) for one in proof["path"]]
    require_consistent(older.size, older.root, checkpoint.size, checkpoint.root, path)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("inclusion?size=9999&position=1", "query.size"),
        ("inclusion?size=0&position=1", "query.size"),
        ("inclusion?size=1&position=2", "query.position"),
        ("inclusion?size=1&position=0", "query.position"),
        ("consistency?first=1&second=9999", "query.second"),
        ("consistency?first=2&second=1", "query.first"),
        ("consistency?first=0&second=1", "query.first"),
    ],
)
async def test_a_proof_of_what_is_not_there_is_refused_with_the_field(
    alone: Api, auditor: dict[str, str], path: str, field: str
) -> None:
    answer = await alone.http.get(f"/v1/audit/proofs/{path}", headers=auditor)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_before_the_notary_has_signed_there_is_no_head(
    alone: Api, auditor: dict[str, str]
) -> None:
    log = await got(alone.http, "/v1/audit/log", auditor)
    assert (log["head"], log["keys"]) == (None, [])
    assert (await got(alone.http, "/v1/audit/heads", auditor))["heads"] == []


async def test_the_lines_hold_every_byte_that_was_hashed(
    alone: Api, auditor: dict[str, str]
) -> None:
    await alone.declare(title="Küche: 100 € zu viel")
    answer = await alone.http.get("/v1/audit/events", headers=auditor)
    assert answer.headers["content-type"] == "application/x-ndjson"
    rows = [RecordedEvent(**asdict(event_in(line))) for line in answer.content.splitlines()]
    assert rows == list(await alone.log.read_all(0))
    rest = await alone.http.get("/v1/audit/events?after=1&limit=1", headers=auditor)
    assert [event_in(line).position for line in rest.content.splitlines()] == [2]
    last = await alone.http.get(f"/v1/audit/events?after={2**63 - 1}", headers=auditor)
    assert (last.status_code, last.content) == (200, b"")


@pytest.mark.usefixtures("projected")
async def test_an_inventory_says_by_one_digest_what_the_log_holds_of_an_incident(
    alone: Api, database: Database, auditor: dict[str, str]
) -> None:
    declared, other = await alone.declare(), await alone.declare()
    incident_id = IncidentId(UUID(declared["incident_id"]))
    where = f"/v1/incidents/{incident_id}"
    written = await alone.http.post(f"{where}/notes", json={"text": f"Like {other['reference']}"})
    assert written.is_success, written.text
    for table in ("read.timeline", "read.incident_board"):  # one lock each: a projector works here
        await done_to(database.projector_dsn, f"truncate {table}")
    path = f"/v1/audit/incidents/{incident_id}/inventory"
    once = await alone.http.post(path, headers=auditor | {"idempotency-key": "once"})
    again = await alone.http.post(path, headers=auditor | {"idempotency-key": "once"})
    assert (once.status_code, again.json()) == (200, once.json())
    (stored,) = await alone.log.read_stream(inventory_stream(incident_id))
    taken = codec_for(ALL_EVENTS).decode(stored).event
    assert isinstance(taken, InventoryTaken)
    streams = (incident_stream(incident_id), notes_stream(incident_id))
    heads = {one: (await alone.log.read_stream(one))[-1] for one in streams}
    assert taken.digest == digest_of({one: (at.version, at.hash) for one, at in heads.items()})
    assert (taken.reference, taken.streams) == (declared["reference"], 2)
    assert taken.taken_by.startswith("api_key:")
    assert (await alone.http.post(path)).is_success  # an admin reads the log as well
    assert (await alone.http.post(path.replace(str(incident_id), NOBODY))).status_code == 404
