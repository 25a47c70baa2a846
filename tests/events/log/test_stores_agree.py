"""The two stores, asked the same random questions: same answers, same log."""

import asyncio
import random
from uuid import UUID

import pytest
from msgspec.structs import replace

from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.recorded import Append, AppendResult
from tests.events.log.requests import DIGEST, OTHER_DIGEST, append, data

pytestmark = pytest.mark.stack


def random_request(chance: random.Random) -> Append:
    return append(
        f"notes-{chance.randrange(4)}",
        *(data(chance.randbytes(4)) for _ in range(chance.choice([0, 1, 1, 1, 3]))),
        expected=chance.choice([None, None, 0, 1, 2, 5]),
        command_id=UUID(int=chance.randrange(120)),
        digest=chance.choice([DIGEST, DIGEST, DIGEST, OTHER_DIGEST]),
    )


def without_the_clock(result: AppendResult) -> AppendResult:
    return replace(result, recorded_at=result.recorded_at.min, hash=None)


@pytest.mark.parametrize("seed", range(6))
async def test_both_stores_give_the_same_answers_to_the_same_crowd(
    memory_log: MemoryLog, log: PostgresLog, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(4):
        requests = [random_request(chance) for _ in range(50)]
        expected = [await memory_log.append(request) for request in requests]
        answers = await asyncio.gather(*(log.append(request) for request in requests))
        assert [without_the_clock(one) for one in answers] == [
            without_the_clock(one) for one in expected
        ]
    assert [
        (one.position, one.stream, one.version, one.event_id, one.payload)
        for one in await log.read_all(0)
    ] == [
        (one.position, one.stream, one.version, one.event_id, one.payload)
        for one in await memory_log.read_all(0)
    ]
