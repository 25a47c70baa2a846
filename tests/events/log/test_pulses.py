"""Whether any worker lives, by what they said to the database and by its clock."""

import asyncpg
import pytest

from events.log.liveness.pulses import (
    MAIL,
    is_silent,
    pulse,
    seconds_since_mail_pulse,
    seconds_since_pulse,
)
from events.log.postgres import PostgresLog
from tests.servers import Database

pytestmark = pytest.mark.stack


async def test_one_living_worker_is_enough_and_a_frozen_crew_is_silent(
    log: PostgresLog, database: Database
) -> None:
    assert await seconds_since_pulse(log.database) is None
    assert not is_silent(None)
    await pulse(log.database, "host:1")
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.worker set pulsed_at = pulsed_at - interval '40 seconds'")
    assert is_silent(await seconds_since_pulse(log.database))
    await pulse(log.database, "host:2")
    assert not is_silent(await seconds_since_pulse(log.database))
    await owner.execute("update es.worker set pulsed_at = pulsed_at - interval '2 days'")
    await pulse(log.database, "host:3")
    assert await owner.fetchval("select count(*) from es.worker") == 1
    await owner.close()


async def test_who_takes_mail_is_no_worker_and_no_worker_takes_mail(log: PostgresLog) -> None:
    await pulse(log.database, f"{MAIL}host:1")
    assert await seconds_since_pulse(log.database) is None
    assert not is_silent(await seconds_since_mail_pulse(log.database))
    await pulse(log.database, "host:2")
    assert await seconds_since_pulse(log.database) is not None
