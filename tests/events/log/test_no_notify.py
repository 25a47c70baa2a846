"""No append ever does NOTIFY: its commit would wait for every other one, whatever it writes."""

import re

import asyncpg
import pytest

from tests.house.tree import ROOMS, ROOT
from tests.servers import Database

NOTIFIES = re.compile(r"\bpg_notify\b|\bnotify\s+[a-z_]", re.IGNORECASE)
# What a statement of an append can set off, besides what it says itself.
SET_OFF = """
select p.prosrc as body from pg_proc p
where p.pronamespace in ('es'::regnamespace, 'read'::regnamespace)
    or p.oid in (select tgfoid from pg_trigger where not tgisinternal)
"""
TRIGGERS = """
select tgname from pg_trigger
where tgrelid in ('es.event'::regclass, 'es.command'::regclass, 'es.outbox'::regclass)
    and not tgisinternal and tgtype & 4 <> 0
"""


def test_no_sql_and_no_program_of_ours_does_notify() -> None:
    files = [
        file for room in ROOMS for kind in ("*.py", "*.sql") for file in (ROOT / room).rglob(kind)
    ]
    assert len(files) > 100
    assert not [str(file) for file in files if NOTIFIES.search(file.read_text("utf-8"))]


@pytest.mark.stack
async def test_nothing_in_the_database_does_notify_when_something_is_inserted(
    database: Database,
) -> None:
    connection = await asyncpg.connect(database.owner_dsn)
    bodies = [row["body"] for row in await connection.fetch(SET_OFF)]
    triggers = await connection.fetch(TRIGGERS)
    await connection.close()
    assert len(bodies) > 5
    assert not [body for body in bodies if NOTIFIES.search(body)]
    assert not triggers
