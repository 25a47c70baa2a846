"""Who is an admin is changed by one at a time, and whoever waits keeps nothing from others."""

import asyncio

import pytest

from events.errors import LogOverloaded
from events.log.postgres import PostgresLog
from services.identity import admins as admins_module
from services.identity.admins import Admins

pytestmark = pytest.mark.stack


async def test_many_wait_for_one_and_the_log_answers_meanwhile(log: PostgresLog) -> None:
    admins, done = Admins(log, log.database), list[int]()

    async def change(number: int) -> None:
        async with admins.alone():
            done.append(number)

    async with admins.alone():
        waiting = [asyncio.create_task(change(number)) for number in range(40)]
        await asyncio.sleep(0)
        assert await log.head() >= 0
        assert done == []
    await asyncio.gather(*waiting)
    assert sorted(done) == list(range(40))


async def test_whoever_waits_too_long_is_asked_to_come_again(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admins_module, "WAIT", 0.0)
    admins = Admins(log, log.database)
    async with admins.alone():
        with pytest.raises(LogOverloaded):
            async with admins.alone():
                pass
    async with admins.alone():
        pass
