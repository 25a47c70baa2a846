"""The projector as a process: it survives its servers, has one owner at work, and ends in time."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from projections.engine.catching_up import wait_for
from projections.incidents.board import BoardRow
from projections.incidents.board_list import find_incident
from projections.registry import VERSIONS
from services.schema.migrations import migrate
from services.stack.ports import free_port
from services.stack.postgres.server import start_postgres
from tests.eventually import eventually
from tests.keys import KEY
from tests.projections.stories import catch_up, forget, rows_of, story, tell
from tests.servers import APP_PASSWORD, PROJECTOR_PASSWORD, Database
from tests.services.projector.stalling import Stall, stalling

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[3]
NOWHERE = "127.0.0.1:1"  # Temporal is away in all of these


@asynccontextmanager
async def projecting(database: Database, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the process, whose log goes to `folder`, until the block ends."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    alive = folder / "alive"
    with (folder / "log").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.projector",
            cwd=ROOT,
            env={
                **os.environ,
                "TOCSIN_APP_DSN": database.app_dsn,
                "TOCSIN_PROJECTOR_DSN": database.projector_dsn,
                "TOCSIN_TEMPORAL_ADDRESS": NOWHERE,
                "TOCSIN_SUBJECT_KEK": KEY,
                "TOCSIN_ALIVE_FILE": str(alive),
            },
            stdout=output,
            stderr=output,
        )
    try:
        await eventually("the projector says that it lives", alive.exists)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "log").read_text("utf-8").splitlines()]


async def shown(dsn: str, incident_id: UUID, seconds: float = 15) -> BoardRow:
    """Return the incident's row as soon as it is on the board."""
    connection = await asyncpg.connect(dsn)
    try:
        return await eventually(
            f"{incident_id} on the board", lambda: find_incident(connection, incident_id), seconds
        )
    finally:
        await connection.close()


async def test_it_projects_without_temporal_logs_json_and_ends_within_two_seconds(
    database: Database, log: PostgresLog, tmp_path: Path
) -> None:
    told = story()
    async with projecting(database, tmp_path) as process:
        await tell(log, incident_stream(told.incident_id), told.declared())
        assert (await shown(database.app_dsn, told.incident_id)).title == "Checkout is down"
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - begin < 2
    written = lines(tmp_path)
    assert {line["process"] for line in written} == {"projector"}
    assert written[-1]["event"] == "process_stopped"


async def test_a_second_projector_stands_by_and_takes_over_when_the_first_dies(
    database: Database, log: PostgresLog, tmp_path: Path
) -> None:
    first_told, second_told = story(1), story(2)
    async with projecting(database, tmp_path / "first") as first:
        await tell(log, incident_stream(first_told.incident_id), first_told.declared())
        await shown(database.app_dsn, first_told.incident_id)
        async with projecting(database, tmp_path / "second"):
            await said(tmp_path / "second", "projecting_standby")
            first.kill()
            await tell(log, incident_stream(second_told.incident_id), second_told.declared())
            await shown(database.app_dsn, second_told.incident_id)
            assert says(tmp_path / "second", "projecting")


def says(folder: Path, event: str) -> bool:
    return any(line["event"] == event for line in lines(folder))


async def test_a_projector_frozen_past_its_lease_steps_down_when_it_wakes_up(
    database: Database, log: PostgresLog, tmp_path: Path
) -> None:
    """SIGSTOP keeps its connection open, so only the lease tells that it is gone."""
    before, during, after = story(1), story(2), story(3)
    async with projecting(database, tmp_path / "first") as first:
        await tell(log, incident_stream(before.incident_id), before.declared())
        await shown(database.app_dsn, before.incident_id)
        async with projecting(database, tmp_path / "second"):
            await said(tmp_path / "second", "projecting_standby")
            first.send_signal(signal.SIGSTOP)
            frozen_at = time.monotonic()
            await tell(log, incident_stream(during.incident_id), during.declared())
            await shown(database.app_dsn, during.incident_id)
            assert time.monotonic() - frozen_at < 10
            first.send_signal(signal.SIGCONT)
            await said(tmp_path / "first", "projecting_standby", "job_interrupted")
            await tell(log, incident_stream(after.incident_id), after.declared())
            assert await wait_for(log.database, list(VERSIONS), 3, 20)
    live = await rows_of(database)
    assert len(live["incident_board"]) == len(live["timeline"]) == 3
    await forget(database)
    await catch_up(database)
    assert await rows_of(database) == live


async def test_a_projector_frozen_in_the_middle_of_a_statement_holds_nobody_up_for_long(
    database: Database, log: PostgresLog, tmp_path: Path
) -> None:
    """Its rows are locked, and its backend waits for the rest of what it was saying."""
    told, stall = story(1), Stall(after=b"set position = $6")
    async with (
        stalling(database, stall) as over_the_line,
        projecting(over_the_line, tmp_path / "first") as first,
    ):
        await said(tmp_path / "first", "projection_taken_over")
        async with projecting(database, tmp_path / "second"):
            await said(tmp_path / "second", "projecting_standby")
            await tell(log, incident_stream(told.incident_id), told.declared())
            async with asyncio.timeout(10):
                await stall.stalled.wait()
            first.send_signal(signal.SIGSTOP)
            await shown(database.app_dsn, told.incident_id, seconds=40)
            assert await wait_for(log.database, list(VERSIONS), 1, 20)


async def said(folder: Path, *events: str) -> None:
    """Return once the process has logged one of these."""
    await eventually(
        f"one of {events} in the log", lambda: any(says(folder, event) for event in events)
    )


async def test_it_survives_a_restart_of_postgresql(tmp_path: Path) -> None:
    port = free_port()
    server = await start_postgres(tmp_path / "data", port)
    database = Database(owner_dsn=server.owner_dsn)
    await migrate(
        database.owner_dsn, app_password=APP_PASSWORD, projector_password=PROJECTOR_PASSWORD
    )
    told = story()
    try:
        async with projecting(database, tmp_path / "projector") as process:
            await server.stop()
            await asyncio.sleep(0.5)
            assert process.returncode is None
            server = await start_postgres(tmp_path / "data", port)
            log = await PostgresLog.open(database.app_dsn)
            await tell(log, incident_stream(told.incident_id), told.declared())
            await shown(database.app_dsn, told.incident_id)
            await log.close()
            assert process.returncode is None
    finally:
        await server.stop()


async def test_without_its_addresses_it_says_which_are_missing(tmp_path: Path) -> None:
    environment = {name: v for name, v in os.environ.items() if not name.startswith("TOCSIN_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.projector",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 1
    assert "TOCSIN_PROJECTOR_DSN" in output.decode()
