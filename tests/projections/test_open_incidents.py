"""Which incidents are open, folded from the log alone."""

from uuid import UUID

import asyncpg
import pytest

from events.ids import incident_stream, page_stream
from events.log.postgres import PostgresLog
from projections.incidents import open_incidents
from projections.incidents.open_incidents import OpenIncidents
from services.schema.migrations import LOG_FOLDER
from tests.projections.stories import story, tell
from tests.servers import Database
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack


async def test_an_incident_is_open_until_it_is_closed_and_may_page_until_it_is_resolved(
    log: PostgresLog,
) -> None:
    told, other = story(1), story(2)
    stream, known = incident_stream(told.incident_id), OpenIncidents(log.database)
    await tell(log, incident_stream(other.incident_id), other.declared())
    seen: list[tuple[bool, bool]] = []
    for event in (told.declared(), told.resolved(), told.reopened(), told.resolved()):
        await tell(log, stream, event)
        await known.catch_up()
        seen.append((told.incident_id in known.resolved, told.incident_id in known.unresolved))
    assert seen == [(True, True), (True, False), (True, True), (True, False)]
    await tell(log, stream, told.closed())
    await known.catch_up()
    assert set(known.resolved) == known.unresolved == {other.incident_id}


async def test_whoever_begins_later_knows_the_same_and_is_told_what_changes(
    log: PostgresLog,
) -> None:
    first = OpenIncidents(log.database, at_once=2)
    assert await first.catch_up() is None
    stories = [story(number) for number in range(1, 8)]
    for told in stories:
        await tell(log, incident_stream(told.incident_id), told.declared(), told.mitigated())
    await tell(log, incident_stream(stories[0].incident_id), stories[0].resolved())
    await tell(log, page_stream(stories[1].page_id), stories[1].page_started())
    await first.catch_up()
    second = OpenIncidents(log.database, at_once=2)
    assert await second.catch_up() is None
    assert second == first
    assert len(second.unresolved) == 6
    assert await second.catch_up() == frozenset()
    await tell(log, page_stream(stories[2].page_id), stories[2].page_started())
    assert await second.catch_up() == frozenset([page_stream(stories[2].page_id)])


async def test_an_older_log_that_was_restored_is_read_anew(log: PostgresLog) -> None:
    known = OpenIncidents(log.database, position=1000, resolved={UUID(int=1): False})
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    assert await known.catch_up() is None
    assert known.unresolved == {told.incident_id}


@pytest.mark.parametrize("others", [1, 2, 3], ids=["as long", "longer", "longer still"])
async def test_a_log_that_was_cut_and_grew_again_is_read_anew(
    log: PostgresLog, database: Database, others: int
) -> None:
    first, known = story(1), OpenIncidents(log.database)
    lost, *new = (story(number) for number in range(2, 3 + others))
    await tell(log, incident_stream(first.incident_id), first.declared())
    await tell(log, incident_stream(lost.incident_id), lost.declared())
    await known.catch_up()
    await tamper(database, "delete from es.event where position = 2")
    for told in new:
        await tell(log, incident_stream(told.incident_id), told.declared())
    assert await known.catch_up() is None
    assert known.unresolved == {first.incident_id, *(told.incident_id for told in new)}
    assert await known.catch_up() == frozenset()


async def test_the_beginning_reads_an_index_and_never_the_whole_log(
    log: PostgresLog, database: Database
) -> None:
    await tell(log, incident_stream(story().incident_id), story().declared())
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("set enable_seqscan = off; set enable_sort = off")
    plan = await owner.fetch(f"explain {open_incidents.LIVES}", 0, 10)
    await owner.close()
    assert any("event_incident_life" in line[0] for line in plan)


def test_the_index_holds_every_event_that_begins_or_ends_an_incident() -> None:
    whole = (LOG_FOLDER / "0001_log.sql").read_text("utf-8")
    text = whole.partition("create index event_incident_life")[2].partition(";")[0]
    assert all(f"'{name}'" in text for name in open_incidents.LIFE)
