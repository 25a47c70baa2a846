"""While somebody reads what takes long, their neighbours are served."""

import asyncio
import time

import pytest

from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

POISON = ["![" * 4_000, "[" * 8_000, ">" * 8_000, "> - " * 2_000, "`a``" * 2_000, "&" * 8_000]


async def test_notes_that_poison_a_renderer_keep_no_neighbour_waiting(alone: Api) -> None:
    path = f"/v1/incidents/{(await alone.declare())['incident_id']}"
    written = [
        await alone.http.post(f"{path}/notes", json={"text": text[1:] + f"{number}"})
        for number in range(3)
        for text in POISON
    ]
    last = written[-1].json()["position"]
    waits: list[float] = []

    async def neighbour() -> None:
        while True:
            began = time.perf_counter()
            assert (await alone.http.get("/health/live")).status_code == 200
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)

    beside = asyncio.create_task(neighbour())
    await asyncio.sleep(0.05)
    reads = (f"{path}/notes?after_position={last}", f"{path}/timeline?after_position={last}")
    answers = await asyncio.gather(*(alone.http.get(one) for one in reads * 3))
    await asyncio.sleep(0.05)
    beside.cancel()
    assert [one.status_code for one in answers] == [200] * 6
    assert len(answers[0].json()["notes"]) == len(written)
    assert max(waits) < 0.5
