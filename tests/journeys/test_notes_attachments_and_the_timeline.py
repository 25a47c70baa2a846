"""What people write down in an incident, and the timeline that the next one reads at 03:00."""

from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.everything_stored import everything_stored
from tests.journeys.team import Team
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


async def test_notes_are_written_edited_pinned_and_erased_for_good(
    system: Stack, team: Team
) -> None:
    reference = (await team.declare())["reference"]
    path = f"/v1/incidents/{reference}/notes"
    secret = f"password-{uuid4().hex}"
    first = await team.post(path, {"text": "**Pool** is full"}, by=team.ada)
    leaked = await team.post(path, {"text": f"It is {secret}"}, by=team.ada)
    assert (first.status_code, leaked.status_code) == (200, 200), first.text
    note, wrong = first.json()["note_id"], leaked.json()["note_id"]
    again = await team.http.put(
        f"{path}/{note}",
        json={"text": "**Pool** was full"},
        headers={"tocsin-responder": team.ada},
    )
    assert again.is_success, again.text
    others = await team.http.put(f"{path}/{note}", json={"text": "No"})
    assert others.is_success  # an admin's key may; grace's word would not
    refused = await team.post(f"{path}/{note}/pin", by=team.grace)
    assert refused.is_success
    gone = await team.http.request(
        "DELETE", f"{path}/{wrong}", json={"reason": "A secret", "erase": True}
    )
    assert gone.is_success, gone.text

    position = gone.json()["position"]
    shown = await team.get(path, after_position=position)
    kept, erased = shown["notes"]
    assert [one["text"] for one in kept["before"]] == ["**Pool** is full", "**Pool** was full"]
    assert (kept["html"], kept["pinned_by"]) == ("<p>No</p>\n", f"responder:{team.grace}")
    assert (erased["text"], erased["erased"], erased["before"]) == ("", True, [])
    [pinned] = (await team.get(path, pinned="true"))["notes"]
    assert pinned["note_id"] == note

    async def forgotten() -> bool:
        then = await team.get(path, as_of=leaked.json()["position"])
        return bool(then["notes"][1]["text"] == "erased")

    await eventually(
        "the text is erased", forgotten, 10
    )  # every process forgets a key within five seconds
    assert secret not in await everything_stored(system.databases.owner_dsn or "")


async def test_a_file_is_attached_served_harmlessly_and_removed_with_its_bytes(
    system: Stack, team: Team, tmp_path: Path
) -> None:
    reference = (await team.declare())["reference"]
    path = f"/v1/incidents/{reference}/attachments"
    file = tmp_path / "errors & rates.png"
    file.write_bytes(PNG)
    code, said, complained = await tocsin(system, "attach", reference, str(file), "--as", team.ada)
    assert code == 0, said + complained
    headers = {"content-type": "image/png", "idempotency-key": "the-same"}
    once = await team.http.post(f"{path}?name=again.png", content=PNG, headers=headers)
    twice = await team.http.post(f"{path}?name=again.png", content=PNG, headers=headers)
    assert once.json()["attachment_id"] == twice.json()["attachment_id"]
    assert twice.headers["idempotent-replayed"] == "true"

    listed = await team.get(path, after_position=once.json()["position"])
    first, second = listed["attachments"]
    assert (first["name"], first["sha256"]) == (file.name, sha256(PNG).hexdigest())
    served = await team.http.get(f"{path}/{first['attachment_id']}")
    assert served.content == PNG
    assert served.headers["content-type"] == "image/png"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert served.headers["content-disposition"].startswith("attachment;")

    assert "\\x89PNG" in await everything_stored(system.databases.owner_dsn or "")
    for one in (first, second):
        where = f"{path}/{one['attachment_id']}"
        gone = await team.http.request("DELETE", where, json={"reason": "Shows a card"})
        assert gone.is_success, gone.text
        wait = {"tocsin-after-position": gone.json()["position"]}
        assert (await team.http.get(path, headers=wait)).is_success
        assert (await team.http.get(where)).status_code == 404
    assert PNG not in (await everything_stored(system.databases.owner_dsn or "")).encode(
        "latin-1", "replace"
    )


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"<script>alert(1)</script>", "text/html", 415),
        (b"<svg/>", "image/svg+xml", 415),
        (b"<script>", "image/png", 422),
        (b"", "text/plain", 422),
        (b"\x00\x01", "text/plain", 422),
        (PNG + bytes(2 * 1024 * 1024), "image/png", 413),
    ],
)
async def test_what_is_no_small_harmless_file_is_refused(
    team: Team, content: bytes, media_type: str, status: int
) -> None:
    path = f"/v1/incidents/{(await team.declare())['reference']}/attachments"
    answer = await team.http.post(
        path, params={"name": "x"}, content=content, headers={"content-type": media_type}
    )
    assert answer.status_code == status, answer.text


async def test_the_timeline_says_who_did_what_how_and_how_long_it_took(
    system: Stack, team: Team
) -> None:
    reference = (await team.declare())["reference"]
    path = f"/v1/incidents/{reference}"
    await team.happens(reference, "page.level_reached")
    assert (await team.post(f"{path}/acknowledgement", by=team.ada)).is_success
    triage = {"impact": "degraded", "scope": "limited"}
    assert (await team.post(f"{path}/triage", triage, by=team.ada)).is_success
    note = "The [pool] is full of 100% idle connections"
    code, said, complained = await tocsin(system, "note", reference, note, "--as", team.grace)
    assert code == 0, said + complained
    await team.happens(reference, "note.written")

    whole = await team.get(f"{path}/timeline")
    by_type = {entry["type"]: entry for entry in whole["entries"]}
    assert by_type["incident.declared"]["since_declared_seconds"] == 0
    assert by_type["incident.acknowledged"]["since_previous_seconds"] is not None
    assert by_type["note.written"]["note"]["text"] == note
    assert (by_type["note.written"]["phase"], by_type["note.written"]["via"]) == ("triage", "cli")
    assert [timestamp["timestamp"] for timestamp in whole["timestamps"]] == [
        "detected", "declared", "acknowledged"
    ]  # fmt: skip

    async def types(**chosen: str) -> set[str]:
        shown = await team.get(f"{path}/timeline", **chosen)
        return {entry["type"] for entry in shown["entries"]}

    assert await types(type="note") == {"note.written"}
    assert await types(by=team.grace, type="note.written") == {"note.written"}
    assert await types(via="cli") == {"note.written"}
    assert await types(q="100% idle") == {"note.written"}
    assert await types(q="impact as degraded") == {"incident.triaged"}
    assert "incident.declared" not in await types(phase="triage")
    assert all(one.startswith("page.") for one in await types(type="page"))
    part = await team.get(f"{path}/timeline", type="incident", limit=1)
    rest = await team.get(f"{path}/timeline", type="incident", after=part["next_after"])
    assert part["entries"][0]["type"] == "incident.declared"
    assert rest["entries"][0]["type"] == "incident.acknowledged"

    code, said, _ = await tocsin(system, "timeline", reference, "--type", "note")
    assert (code, note in said, "after the declaration." in said) == (0, True, True)
    code, said, _ = await tocsin(system, "notes", reference)
    assert (code, note in said) == (0, True)
