"""R5: what was acknowledged is there after the worst; and a log is as good in another cluster."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from events.errors import LogFault
from events.log.append_statements import DurableCommit
from events.log.postgres import PostgresLog
from events.log.proof.chain import ChainCheck
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import Append, AppendResult, OutboxEntry, Verdict
from services.schema.migrations import APP, PROJECTOR, make_role, migrate
from services.stack.postgres.binaries import programs, run
from services.stack.postgres.server import RunningPostgres, start_postgres
from tests.events.log.requests import append, data
from tests.eventually import eventually
from tests.servers import APP_PASSWORD, Database

pytestmark = pytest.mark.stack


@pytest.fixture
async def own_server(tmp_path: Path) -> AsyncIterator[RunningPostgres]:
    """A server of the test's own, to be killed."""
    server = await start_postgres(tmp_path)
    await migrate(
        server.owner_dsn,
        app_password=server.passwords[APP],
        projector_password=server.passwords[PROJECTOR],
    )
    yield server
    await server.stop()


class Load:
    """Writers that note what was acknowledged, and a relay that notes what left the database."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log
        self.acknowledged: list[tuple[Append, AppendResult]] = []
        self.left_the_database: set[str] = set()
        self._tasks = [asyncio.create_task(self._write(n)) for n in range(16)]
        self._tasks.append(asyncio.create_task(self._relay()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, writer: int) -> None:
        for n in range(1_000_000):
            entry = OutboxEntry(kind="test", key=f"{writer}-{n}", body=b"{}")
            payload = entry.key.encode()
            request = append(f"notes-{writer}-{n % 7}", data(payload), outbox=(entry,))
            try:
                self.acknowledged.append((request, await self._log.append(request)))
            except LogFault:
                continue

    async def _relay(self) -> None:
        outbox = PostgresOutbox(self._log.database)
        while True:
            try:
                claimed = await outbox.claim()
            except LogFault:
                claimed = []
            self.left_the_database |= {work.key for work in claimed}
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("mode", ["sync", "two_phase"])
async def test_r5_every_acknowledged_event_survives_kill_9_of_postgresql_under_load(
    own_server: RunningPostgres, mode: DurableCommit
) -> None:
    if mode == "two_phase":  # the widest window between visible and durable that there can be
        owner = await asyncpg.connect(own_server.owner_dsn)
        await owner.execute("alter system set wal_writer_delay = '10s'")
        await owner.execute("select pg_reload_conf()")
        await owner.close()
    log = await PostgresLog.open(own_server.app_dsn, durable_commit=mode)
    load = Load(log)
    for _ in range(3):
        await asyncio.sleep(0.5)
        before = len(load.acknowledged)
        await own_server.kill()
        await start_postgres(own_server.cluster.parent.parent, own_server.port)
        await more_than(before + 50, load)  # comes back by itself, and goes on
    await load.stop()
    events = {event.position: event for event in await log.read_all(0, 1_000_000)}
    for request, result in load.acknowledged:
        stored = events[result.last_position]
        assert (stored.command_id, stored.hash) == (request.command_id, result.hash)
    assert list(ChainCheck().faults(events.values())) == []
    assert load.left_the_database  # R6: and nothing left that is not in the log
    assert load.left_the_database <= {event.payload.decode() for event in events.values()}
    commands = [event.command_id for event in events.values()]
    assert len(commands) == len(set(commands))
    await log.close()


async def more_than(count: int, load: Load) -> None:
    await eventually(
        f"{count} acknowledged appends", lambda: len(load.acknowledged) >= count, within=15
    )


async def test_r2_a_dump_restored_in_another_cluster_is_the_same_log_and_goes_on(
    database: Database, log: PostgresLog, own_server: RunningPostgres, tmp_path: Path
) -> None:
    requests = [append(f"notes-{n % 3}", data(), data()) for n in range(20)]
    for request in requests:
        await log.append(request)
    numbers = await log.next_reference()
    file = tmp_path / "log.dump"
    await run(
        programs() / "pg_dump",
        "--format=custom",
        f"--file={file}",
        f"--dbname={database.owner_dsn}",
    )
    restored = Database(owner_dsn=own_server.owner_dsn).sibling("restored")
    owner = await asyncpg.connect(own_server.owner_dsn)
    await owner.execute("create database restored")
    await make_role(owner, APP, APP_PASSWORD)
    await owner.close()
    await run(programs() / "pg_restore", "--no-owner", f"--dbname={restored.owner_dsn}", str(file))
    copy = await PostgresLog.open(restored.app_dsn)
    assert await copy.read_all(0) == await log.read_all(0)
    assert (await copy.append(requests[3])).verdict is Verdict.DUPLICATE
    assert (await copy.append(append("notes-1", data()))).first_position == 41
    assert list(ChainCheck().faults(await copy.read_all(0))) == []
    assert await copy.next_reference() > numbers
    await copy.close()


STUCK_CLIENT = """
import asyncio, sys
from events.log.postgres import PostgresLog
from tests.events.log.requests import append, data

async def main():
    log = await PostgresLog.open(sys.argv[1], durable_commit="two_phase")
    async def write(n):
        while True:
            await log.append(append(f"stuck-{n}", data()))
    writers = [asyncio.create_task(write(n)) for n in range(16)]
    print("writing", flush=True)
    await asyncio.gather(*writers)

asyncio.run(main())
"""


async def test_a_client_that_freezes_in_the_middle_of_an_append_holds_nobody_up(
    database: Database, log: PostgresLog
) -> None:
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        STUCK_CLIENT,
        database.app_dsn,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert client.stdout is not None
    try:
        assert await client.stdout.readline() == b"writing\n"
        for _ in range(10):
            client.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.05)
            client.send_signal(signal.SIGSTOP)
            async with asyncio.timeout(1):
                await log.append(append("notes-1", data()))
    finally:
        client.kill()
        await client.communicate()


async def test_a_postgresql_that_is_away_is_reported_as_unavailable_and_comes_back(
    own_server: RunningPostgres,
) -> None:
    log = await PostgresLog.open(own_server.app_dsn)
    await log.append(append("notes-1", data()))
    await own_server.stop()
    for question in (log.head(), log.read_stream("notes-1"), log.append(append("notes-1", data()))):
        with pytest.raises(LogFault):
            async with asyncio.timeout(6):
                await question
    await start_postgres(own_server.cluster.parent.parent, own_server.port)
    assert await log.head() == 1
    assert (await log.append(append("notes-1", data()))).version == 2
    await log.close()


async def test_a_wrong_password_or_address_is_named_without_showing_the_password(
    database: Database,
) -> None:
    address = urlsplit(database.app_dsn)
    for netloc in (f"{APP}:wrong@{address.hostname}:{address.port}", f"{APP}:wrong@127.0.0.1:1"):
        with pytest.raises(LogFault) as refused:
            await PostgresLog.open(address._replace(netloc=netloc).geturl())
        assert "wrong" not in str(refused.value)
