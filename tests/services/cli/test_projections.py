"""The read models from a terminal: how they stand, a rebuild, and what was kept after it."""

import asyncio
import json

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from projections.incidents import alerts, timeline
from projections.incidents import board as incident_board
from services.cli.__main__ import application
from services.cli.remote import Problem
from services.settings import Settings
from services.stack.running import found_projector_dsn
from tests.keys import KEY
from tests.projections.stories import catch_up, projector, story, tell, tell_whole
from tests.projections.test_quarantine import Allergic
from tests.servers import Database

app = application(())

stack = pytest.mark.stack


@pytest.fixture
def addressed(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("TOCSIN_PROJECTOR_DSN", database.projector_dsn)
    monkeypatch.setenv("TOCSIN_SUBJECT_KEK", KEY)
    return database


async def typed(*words: str) -> Result:
    """Run a command as a person does, beside this test's own loop."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["projections", *words])


async def standing() -> dict[str, dict[str, object]]:
    shown = json.loads((await typed("status", "--json")).output)
    return {f"{one['name']} {one['revision']}": one for one in shown["revisions"]}


@stack
async def test_a_rebuild_shows_the_new_revision_and_keeps_the_old_one_until_it_is_dropped(
    addressed: Database, log: PostgresLog
) -> None:
    await tell_whole(log, story())
    await catch_up(addressed)
    old, new = f"timeline {timeline.VERSION}", f"timeline {timeline.VERSION + 1}"
    assert (await standing())[old]["stage"] == "live"

    rebuilt = await typed("rebuild", "timeline")
    assert f"timeline is revision {timeline.VERSION + 1} now" in rebuilt.output
    found = await standing()
    assert (found[old]["stage"], found[new]["stage"]) == ("retired", "live")
    assert found[new]["position"] == await log.head()
    assert "retired" in (await typed("status")).output

    assert isinstance((await typed("drop", *new.split())).exception, Problem)
    assert (await typed("drop", *old.split())).exit_code == 0
    assert old not in await standing()


@stack
async def test_a_forked_log_is_named_with_the_command_that_puts_it_right(
    addressed: Database, log: PostgresLog
) -> None:
    await tell_whole(log, story())
    await catch_up(addressed)
    connection = await asyncpg.connect(addressed.projector_dsn)
    await connection.execute(
        r"update es.projection set position_hash = '\x00' where name = 'alerts'"
    )
    await connection.close()
    await catch_up(addressed)
    assert "tocsin projections rebuild alerts" in str(
        (await standing())[f"alerts {alerts.VERSION}"]["cause"]
    )
    assert (await typed("rebuild", "alerts")).exit_code == 0
    await catch_up(addressed)
    assert (await standing())[f"alerts {alerts.VERSION + 1}"]["cause"] is None


@stack
async def test_a_quarantined_key_is_tried_again_when_asked(
    addressed: Database, log: PostgresLog
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared(), told.triaged())
    allergic = Allergic(incident_board, "incident.triaged")
    async with projector(addressed, [allergic]) as runner:
        await runner.step()
        assert incident_stream(told.incident_id) in json.dumps(
            json.loads((await typed("status", "--json")).output)["quarantined"]
        )
        allergic.dislikes = None
        following = asyncio.create_task(runner.follow(lambda: None))
        tried = await typed("retry", "incident_board")
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following
    assert "1 of 1 quarantined keys go on." in tried.output
    assert "Nothing is quarantined there." in (await typed("retry", "incident_board")).output


async def test_a_projection_that_is_not_there_is_refused_with_the_names_there_are() -> None:
    refused = (await typed("rebuild", "nonsense")).exception
    assert isinstance(refused, Problem)
    assert "incident_board" in refused.detail


def test_without_an_address_and_without_a_stack_there_is_none(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    empty = tmp_path_factory.mktemp("data")
    assert found_projector_dsn(Settings(data=empty, projector_dsn=None)) is None


@stack
async def test_a_check_ends_with_one_when_rows_are_not_what_the_log_says(
    addressed: Database, log: PostgresLog
) -> None:
    assert (await typed("check", "timeline")).exit_code == 2  # nothing was projected yet
    await tell_whole(log, story())
    await catch_up(addressed)
    fine = await typed("check")
    assert fine.exit_code == 0
    assert "timeline: 23 rows of revision" in " ".join(fine.output.split())
    connection = await asyncpg.connect(addressed.projector_dsn)
    await connection.execute("update read.incident_board set title = 'x'")
    await connection.close()
    bad = await typed("check", "incident_board", "timeline")
    assert bad.exit_code == 1
    said = " ".join(bad.output.split())
    assert "different in title" in said
    assert "tocsin projections rebuild incident_board" in said
    shown = json.loads((await typed("check", "incident_board", "--json")).output)
    assert [one["agrees"] for one in shown] == [False]
    assert (await typed("check", "no_such")).exit_code == 2
