"""What is erased in a postmortem is nowhere any more, and what was approved still verifies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest
from fastapi import FastAPI
from temporalio.client import Client

from events.log.postgres import PostgresLog
from events.log.proof.chain import ChainCheck
from events.log.queues.inbox import PostgresInbox
from projections.lag import lag
from services.api.dependencies import Dependencies
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job
from tests.eventually import eventually
from tests.everything_stored import everything_stored
from tests.keys import keyring
from tests.servers import Database
from tests.services.api.live.conftest import Api, called
from tests.services.api.live.test_postmortems import FACTOR, begun, section_of
from tests.services.patience import patient_reads

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected_with_keys")]

NAME = "Zoe Adams"
WHY = {"reason": "It named her"}


@pytest.fixture
async def projected_with_keys(database: Database) -> AsyncIterator[None]:
    """A projector that has the keys, and has begun."""
    task = asyncio.create_task(
        run_forever(projection_job(database.projector_dsn, lambda: None, keyring()))
    )
    reader = await asyncpg.connect(database.app_dsn)

    async def begun_to_write() -> bool:
        return all(one.owner for one in await lag(reader))

    await eventually("every projection is written", begun_to_write)
    await reader.close()
    with patient_reads():
        yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def sealed(
    database: Database, routed: FastAPI, dependencies: Dependencies, temporal_client: Client
) -> AsyncIterator[Api]:
    """The API with keys for what people write."""
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    sealing = replace(
        dependencies, log=log, database=log.database, inbox=PostgresInbox(log.database)
    )
    async with called(routed, sealing, temporal_client) as api:
        yield api
    await log.close()


async def test_an_erased_text_leaves_no_copy_and_what_was_read_still_verifies(
    sealed: Api, database: Database
) -> None:
    desk = await begun(sealed)
    await desk.write("summary", f"{NAME} pulled the plug.")
    await desk.write("summary", f"{NAME} pulled the big plug.", 1)
    remark = {"revision": 2, "text": f"Was it {NAME}?"}
    comment = await desk.done("POST", "/sections/summary/comments", remark)
    await desk.done("POST", "/factors", {**FACTOR, "text": f"{NAME} was alone"})
    added = {"happened_at": "2026-11-23T11:00:00Z", "text": f"{NAME} called"}
    await desk.done("POST", "/timeline/added", added)
    shown = await desk.shown()
    first = shown["timeline"]["entries"][-1]["position"]
    await desk.done("PUT", f"/timeline/{first}/annotation", {"text": f"By {NAME}"})
    story = {"summary": f"{NAME} fell", "what_happened": f"{NAME} stood", "what_we_do": "Nothing"}
    await desk.done("PUT", "/public-text", story, **{"If-Match": '"0"'})
    shown = await desk.shown()
    assert str(shown).count(NAME) == 7
    entries = shown["timeline"]["entries"]
    texts = [
        section_of(shown, "summary")["text_id"],
        comment["comment_id"],
        shown["factors"][0]["text_id"],
        shown["public_text"]["text_id"],
        *(one["text_id"] for one in entries if one["text_id"]),
        *(one["annotation_id"] for one in entries if one["annotation_id"]),
    ]
    assert len(texts) == 6
    for text_id in texts:
        await desk.done("DELETE", f"/texts/{text_id}", WHY)

    after = await desk.shown()
    assert NAME not in str(after)
    assert NAME not in await desk.markdown()
    assert NAME not in await everything_stored(database.owner_dsn)
    assert after["digest"] == shown["digest"]
    erased = section_of(after, "summary")
    assert (erased["erased"], erased["revision"], erased["text"]) == (True, 2, "")
    late = (await desk.write("summary", "The plug was pulled.", 1)).json()
    assert (late["code"], NAME in str(late)) == ("section-changed", False)
    assert (await desk.write("summary", "The plug was pulled.", 2)).is_success
    assert section_of(await desk.shown(), "summary")["text"] == "The plug was pulled."
    assert list(ChainCheck().faults(await sealed.log.read_all(0))) == []
