"""Two processes of the API serve the writers of one postmortem, and nobody's words are lost."""

import asyncio
import random
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from events.handle import known
from events.ids import IncidentId
from events.log.codec import codec_for
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.events import PostmortemSectionWritten
from services.stack.ports import free_port
from tests.events.postmortem.test_many_writers import second_merge
from tests.servers import Database
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_postmortem_erasure import projected_with_keys, sealed
from tests.services.api.live.test_postmortems import begun, person
from tests.services.api.test_process import get, process

__all__ = ["projected_with_keys", "sealed"]
pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected_with_keys")]

SECTIONS = ("summary", "impact", "root_cause")
WRITERS = 4
EACH = 2  # writes of one writer in one section


@dataclass
class Writer:
    """Somebody who changes a line of their own, through whichever process answers."""

    number: int
    doors: tuple[httpx.AsyncClient, ...]
    path: str
    random: random.Random
    refused: int = 0
    merges: list[tuple[str, str, str, str | None]] = field(default_factory=list)

    async def write(self, section: str) -> None:
        address = f"{self.path}/sections/{section}"
        for turn in range(1, EACH + 1):
            there = (await self._door().get(address)).json()
            text, revision = there["text"], there["revision"]
            while True:
                lines = text.splitlines()
                lines[self.number] = f"{self.number}: {turn}"
                text = "\n".join(lines) + "\n"
                answer = await self._save(address, text, revision)
                if answer.status_code == 200:
                    break
                assert answer.status_code == 412, answer.text
                problem = answer.json()
                self.refused += 1
                if problem["base"] is not None:
                    said = (problem["base"], problem["theirs"], text, problem["merged"])
                    self.merges.append(said)
                text, revision = problem["merged"] or problem["theirs"], problem["revision"]

    async def _save(self, address: str, text: str, revision: int) -> httpx.Response:
        """Save it once or, as if the answer was lost, twice, at another process."""
        headers = {"If-Match": f'"{revision}"', "Idempotency-Key": str(uuid4())}
        answers = [
            await self._door().put(address, json={"text": text}, headers=headers)
            for _ in range(self.random.choice((1, 1, 2)))
        ]
        assert len({one.status_code for one in answers}) == 1, [one.text for one in answers]
        return answers[-1]

    def _door(self) -> httpx.AsyncClient:
        return self.random.choice(self.doors)


async def test_two_processes_lose_no_text_and_repeat_no_write(
    sealed: Api, database: Database, refusing_port: int
) -> None:
    desk = await begun(sealed)
    first = "".join(f"{number}: 0\n" for number in range(WRITERS))
    for section in SECTIONS:
        assert (await desk.write(section, first)).is_success
    about = IncidentId((await desk.shown())["incident_id"])
    path = f"/v1/incidents/{about}/postmortem"
    who = await person(sealed, "ada")
    settings = {
        "TOCSIN_APP_DSN": database.app_dsn,
        "TOCSIN_TEMPORAL_ADDRESS": f"127.0.0.1:{refusing_port}",
    }
    one, other = free_port(), free_port()
    async with process(one, **settings), process(other, **settings):
        doors = []
        for port in (one, other):
            await get(port, "/health/live")
            base = f"http://127.0.0.1:{port}"
            doors.append(httpx.AsyncClient(base_url=base, headers=who, timeout=60))
        writers = [
            Writer(number, tuple(doors), path, random.Random(number)) for number in range(WRITERS)
        ]
        await asyncio.gather(*(each.write(part) for part in SECTIONS for each in writers))
        for door in doors:
            await door.aclose()

    stored = await sealed.log.opened(await sealed.log.read_stream(AGGREGATE.stream(about)))
    history = known(codec_for(postmortem_decider.event_types), stored)
    for section in SECTIONS:
        written = [
            event
            for event in (each.event for each in history)
            if isinstance(event, PostmortemSectionWritten) and event.section == section
        ]
        assert [event.revision for event in written] == list(range(1, 2 + WRITERS * EACH))
        assert written[-1].text == "".join(f"{each}: {EACH}\n" for each in range(WRITERS))
    assert sum(each.refused for each in writers) > 0, "nobody was in anybody's way"
    for base, theirs, ours, merged in (said for each in writers for said in each.merges):
        assert merged == second_merge(base, theirs, ours)
