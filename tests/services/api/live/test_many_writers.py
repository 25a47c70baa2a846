"""What commutes does not conflict: many write beside one incident, and everybody is served."""

import asyncio
from collections import Counter

import pytest
from httpx import Response

from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

WRITERS = 8
EACH = 6


async def test_notes_and_files_of_many_writers_conflict_with_nothing(alone: Api) -> None:
    path = f"/v1/incidents/{(await alone.declare())['incident_id']}"

    async def write(writer: int) -> list[Response]:
        answers = []
        for number in range(EACH):
            note = {"text": f"{writer} sees {number}"}
            answers.append(await alone.http.post(f"{path}/notes", json=note))
            answers.append(
                await alone.http.post(
                    f"{path}/attachments?name={number}.txt",
                    content=f"{writer} {number}".encode(),
                    headers={"Content-Type": "text/plain"},
                )
            )
        return answers

    answers = [one for some in await asyncio.gather(*map(write, range(WRITERS))) for one in some]
    assert Counter(one.status_code for one in answers) == {200: WRITERS * EACH * 2}
    last = max(int(one.json()["position"]) for one in answers)
    shown = await alone.http.get(f"{path}/notes?limit=200&after_position={last}")
    assert len({one["text"] for one in shown.json()["notes"]}) == WRITERS * EACH


async def test_pins_and_edits_of_different_notes_conflict_with_nothing(alone: Api) -> None:
    notes = f"/v1/incidents/{(await alone.declare())['incident_id']}/notes"
    written = [await alone.http.post(notes, json={"text": f"{n}"}) for n in range(2 * WRITERS)]
    ids = [one.json()["note_id"] for one in written]
    pins = (alone.http.post(f"{notes}/{one}/pin") for one in ids)
    edits = (alone.http.put(f"{notes}/{one}", json={"text": "edited"}) for one in ids)
    more = (alone.http.post(notes, json={"text": "meanwhile"}) for _ in ids)
    answers = await asyncio.gather(*pins, *edits, *more)
    assert Counter(one.status_code for one in answers) == {200: 6 * WRITERS}


async def test_whoever_names_a_version_is_refused_when_it_is_stale(alone: Api) -> None:
    notes = f"/v1/incidents/{(await alone.declare())['incident_id']}/notes"
    for number in range(2):
        await alone.http.post(notes, json={"text": f"{number}"})
    stale = await alone.http.post(notes, json={"text": "late"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")


async def test_a_file_added_while_its_double_is_removed_keeps_its_bytes(alone: Api) -> None:
    path = f"/v1/incidents/{(await alone.declare())['incident_id']}/attachments"
    headers = {"Content-Type": "text/plain"}

    async def attach() -> str:
        answer = await alone.http.post(f"{path}?name=a.txt", content=b"the same", headers=headers)
        attachment_id: str = answer.json()["attachment_id"]
        return attachment_id

    first = await attach()
    for _ in range(15):
        removed = alone.http.request("DELETE", f"{path}/{first}", json={"reason": "Twice"})
        _, second = await asyncio.gather(removed, attach())
        assert (await alone.http.get(f"{path}/{second}")).text == "the same"
        first = second
