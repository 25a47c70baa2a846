import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from events.errors import KeyReused
from events.log.database import Database as Connections
from events.log.postgres import PostgresLog
from events.log.queues.inbox import DeferredCommand, InboxState, PostgresInbox
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import OutboxEntry
from tests.events.log.requests import DIGEST, OTHER_DIGEST, append, data
from tests.servers import Database

pytestmark = pytest.mark.stack

BRIEF = timedelta(milliseconds=100)


def entries(*keys: str, kind: str = "start") -> tuple[OutboxEntry, ...]:
    return tuple(OutboxEntry(kind=kind, key=key, body=b"{}") for key in keys)


@pytest.fixture
def outbox(log: PostgresLog) -> PostgresOutbox:
    return PostgresOutbox(log.database)


@pytest.fixture
def inbox(log: PostgresLog) -> PostgresInbox:
    return PostgresInbox(log.database)


async def make_due(database: Database, table: str) -> None:
    """Let the waiting time of every entry pass."""
    connection = await asyncpg.connect(database.owner_dsn)
    await connection.execute(f"update es.{table} set next_attempt_at = clock_timestamp()")
    await connection.close()


async def test_work_is_handed_out_in_the_order_it_was_asked_for(
    log: PostgresLog, outbox: PostgresOutbox
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a", "b")))
    await log.append(append("notes-1", data(), outbox=entries("b", "c")))
    assert [work.key for work in await outbox.claim(2)] == ["a", "b"]
    assert [work.key for work in await outbox.claim()] == ["c"]


async def test_two_relays_never_hold_the_same_work(
    log: PostgresLog, outbox: PostgresOutbox
) -> None:
    for n in range(20):
        await log.append(append("notes-1", data(), outbox=entries(f"{n}")))
    claims = await asyncio.gather(*(outbox.claim(5) for _ in range(6)))
    keys = [work.key for claim in claims for work in claim]
    assert len(keys) == len(set(keys)) == 20


async def test_a_relay_takes_only_the_kinds_it_knows(
    log: PostgresLog, outbox: PostgresOutbox
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a") + entries("a", kind="announce")))
    assert [work.kind for work in await outbox.claim(kinds=["announce"])] == ["announce"]
    assert [work.kind for work in await outbox.claim()] == ["start"]


async def test_work_that_is_done_never_comes_back(log: PostgresLog, outbox: PostgresOutbox) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a")))
    (work,) = await outbox.claim(lease=BRIEF)
    await outbox.done(work)
    await asyncio.sleep(0.15)
    await log.append(append("notes-1", data(), outbox=entries("a")))
    assert await outbox.claim() == []


async def test_work_of_a_relay_that_died_comes_back_when_its_lease_ends(
    log: PostgresLog, outbox: PostgresOutbox
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a")))
    await outbox.claim(lease=BRIEF)
    assert await outbox.claim() == []
    await asyncio.sleep(0.15)
    (again,) = await outbox.claim()
    assert again.attempt == 2


async def test_failed_work_waits_longer_each_time_but_never_more_than_30_seconds(
    log: PostgresLog, outbox: PostgresOutbox, database: Database
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a")))
    waits: list[float] = []
    for _ in range(7):
        (work,) = await outbox.claim()
        await outbox.failed(work, "provider said no \x00")
        assert await outbox.claim() == []
        waits.append(
            await log.database.fetchval(
                "select extract(epoch from next_attempt_at - clock_timestamp())::float"
                " from es.outbox"
            )
        )
        await make_due(database, "outbox")
    assert waits == pytest.approx([1, 2, 4, 8, 16, 30, 30], abs=0.5)


async def test_a_relay_whose_lease_ran_out_cannot_fail_the_next_ones_attempt(
    log: PostgresLog, outbox: PostgresOutbox
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a")))
    (late,) = await outbox.claim(lease=BRIEF)
    await asyncio.sleep(0.15)
    (current,) = await outbox.claim(lease=timedelta(seconds=0))
    await outbox.failed(late, "too late to say")
    (still_due,) = await outbox.claim()
    assert (current.attempt, still_due.attempt) == (2, 3)


async def test_the_projector_process_may_relay_but_not_append(
    log: PostgresLog, database: Database
) -> None:
    await log.append(append("notes-1", data(), outbox=entries("a")))
    connections = await Connections.open(database.projector_dsn)
    relay = PostgresOutbox(connections)
    (work,) = await relay.claim()
    await relay.done(work)
    assert await PostgresInbox(connections).claim() == []
    await connections.close()


def acknowledge(
    workflow: str = "incident/1", command_id: UUID | None = None, digest: bytes = DIGEST
) -> DeferredCommand:
    return DeferredCommand(
        command_id=command_id or uuid4(),
        workflow_id=workflow,
        update_name="acknowledge",
        body=b'{"by":"ada"}',
        request_digest=digest,
        principal="responder:ada",
    )


async def test_a_deferred_command_is_kept_once(inbox: PostgresInbox) -> None:
    command = acknowledge()
    kept = await asyncio.gather(*(inbox.put(command) for _ in range(10)))
    assert len(set(kept)) == 1
    assert kept[0].state is InboxState.WAITING
    assert (kept[0].body, kept[0].principal) == (command.body, command.principal)
    assert await inbox.find(command.command_id) == kept[0]
    assert await inbox.find(uuid4()) is None


@pytest.mark.parametrize(
    "change",
    [{"request_digest": OTHER_DIGEST}, {"workflow_id": "incident/2"}],
    ids=["digest", "workflow"],
)
async def test_a_command_id_kept_for_another_request_is_refused(
    inbox: PostgresInbox, change: dict[str, object]
) -> None:
    command = acknowledge()
    await inbox.put(command)
    with pytest.raises(KeyReused):
        await inbox.put(replace(command, **change))  # type: ignore[arg-type]


async def test_commands_reach_each_workflow_in_the_order_they_were_accepted(
    inbox: PostgresInbox,
) -> None:
    first, second, other = acknowledge(), acknowledge(), acknowledge("incident/2")
    for command in (first, second, other):
        await inbox.put(command)
    claimed = await inbox.claim()
    assert [entry.command_id for entry in claimed] == [first.command_id, other.command_id]
    assert await inbox.claim() == []
    await inbox.finish(first.command_id, InboxState.DONE, b"{}")
    assert [entry.command_id for entry in await inbox.claim()] == [second.command_id]


async def test_the_commands_of_a_workflow_are_taken_together_and_an_answer_before_the_others(
    inbox: PostgresInbox,
) -> None:
    commands = [acknowledge() for _ in range(3)]
    for command in commands:
        await inbox.put(command)
    answer = acknowledge()
    await inbox.put(answer, first=True)
    claimed = await inbox.claim(of_each=3)
    taken = [entry.command_id for entry in claimed]
    assert taken == [answer.command_id, *(one.command_id for one in commands[:2])]
    assert await inbox.claim(of_each=3) == []
    await inbox.finish(answer.command_id, InboxState.DONE, b"{}")
    await inbox.untried(claimed[1:])
    again = await inbox.claim(of_each=9)
    assert [(entry.command_id, entry.attempts) for entry in again] == [
        (one.command_id, 1) for one in commands
    ]


async def test_a_command_that_could_not_be_delivered_comes_back_before_its_successors(
    inbox: PostgresInbox, database: Database
) -> None:
    first, second = acknowledge(), acknowledge()
    for command in (first, second):
        await inbox.put(command)
    (entry,) = await inbox.claim()
    await inbox.failed(entry, "Temporal is away")
    assert await inbox.claim() == []
    await make_due(database, "inbox")
    assert [entry.command_id for entry in await inbox.claim()] == [first.command_id]
    assert len(await inbox.waiting("incident/1")) == 2


async def test_the_first_outcome_of_a_command_stays(inbox: PostgresInbox) -> None:
    command = acknowledge()
    await inbox.put(command)
    await inbox.finish(command.command_id, InboxState.REFUSED, b'{"why":"resolved"}')
    await inbox.finish(command.command_id, InboxState.DONE, b"{}")
    kept = await inbox.put(command)
    assert (kept.state, kept.outcome) == (InboxState.REFUSED, b'{"why":"resolved"}')
    assert await inbox.waiting("incident/1") == []


async def test_what_waits_for_many_workflows_is_read_at_once_and_in_order(
    inbox: PostgresInbox,
) -> None:
    of_one = [await inbox.put(replace(acknowledge(), workflow_id="incident/7")) for _ in range(3)]
    early = await inbox.put(replace(acknowledge(), workflow_id="incident/7"), first=True)
    other = await inbox.put(replace(acknowledge(), workflow_id="incident/8"))
    found = await inbox.waiting_for_each(["incident/9", "incident/8", "incident/7"])
    assert found == {"incident/9": [], "incident/8": [other], "incident/7": [early, *of_one]}
