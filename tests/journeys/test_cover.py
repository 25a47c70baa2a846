"""A shift changes hands in the command line, and whoever took it is in the calendar and on call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar

from services.stack.stack import Stack
from tests.journeys.team import Team
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_shift_is_asked_for_taken_in_part_and_read_by_a_calendar(
    system: Stack, team: Team
) -> None:
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    rotation = {
        "slots": [[team.ada]],
        "first_hand_off": "2026-01-05",
        "hand_off_at": "00:00",
        "frequency": "weekly",
    }
    layer = {"layer_id": "rotation", "name": "Rotation", "rotation": rotation}
    schedule = f"/v1/schedules/{team.name}"
    await team.put(schedule, {"name": "Checkout", "zone": "UTC", "layers": [layer]})

    window = {"starts_at": text(day + timedelta(hours=8)), "ends_at": text(day.replace(hour=20))}
    asked = await team.post(
        f"{schedule}/cover-requests", {**window, "asked_ids": [team.grace]}, by=team.ada
    )
    assert asked.status_code == 200, asked.text
    request = f"{schedule}/cover-requests/{asked.json()['number']}"
    part = {"ends_at": text(day + timedelta(hours=12))}
    own = await team.post(f"{request}/acceptance", part, by=team.ada)
    assert own.json()["code"] == "cover-not-asked"
    taken = await team.post(f"{request}/acceptance", part, by=team.grace)
    assert taken.status_code == 200, taken.text

    after = taken.json()["position"]
    for hour, who in ((7, team.ada), (8, team.grace), (12, team.ada)):
        at = text(day + timedelta(hours=hour))
        shown = await team.get("/v1/on-call", at=at, schedule=team.name, after_position=after)
        [on_call] = shown["schedules"][0]["now"]["on_call"]
        assert on_call["responder_id"] == who
    [still_open] = (await team.get(f"{schedule}/cover-requests", status="open"))["cover_requests"]
    assert still_open["taken"][0]["responder_id"] == team.grace

    issued = await team.post("/v1/feeds", {"responder_id": team.grace})
    async with httpx.AsyncClient(base_url=system.api_url, trust_env=False) as calendar:
        file = await calendar.get(issued.json()["path"])
        entries = read(file.content, day)
        assert [(one["DTSTART"].dt, one["DTEND"].dt) for one in entries] == [
            (day + timedelta(hours=8), day + timedelta(hours=12))
        ]
        revoked = await team.http.delete(f"/v1/feeds/{issued.json()['feed_id']}")
        assert revoked.is_success, revoked.text
        assert (await calendar.get(issued.json()["path"])).status_code == 404

    covered = await team.get(f"{schedule}/coverage")
    shared = await team.get(f"{schedule}/fairness")
    assert covered["percent"] == 100.0
    assert [one["responder_id"] for one in shared["people"]] == [team.ada, team.grace]
    assert shared["people"][1]["hours"] == 4.0


async def test_a_person_at_a_terminal_asks_takes_notes_and_subscribes(
    system: Stack, team: Team
) -> None:
    await team.settle()
    name = f"term-{team.name}"
    said = await run(
        system, "schedules", "set", name, "--name", "Night", "--zone", "UTC", "--rotate", team.ada
    )
    assert "Set schedule" in said
    window = ("--from", "+2d", "--until", "+3d", "--of", team.grace)
    said = await run(system, "cover", "ask", name, *window, "--as", team.ada)
    assert "request 1" in said
    said = await run(system, "cover", "accept", name, "1", "--as", team.grace)
    assert "You are on call for it" in said
    assert team.grace in await run(system, "cover", "list", name)
    await run(system, "cover", "note", name, "Mind the certificate.", "--as", team.ada)
    assert "Mind the certificate." in await run(system, "cover", "note", name)

    said = await run(system, "oncall", "feed", "add", "--schedule", name)
    address = next(word for word in said.split() if word.startswith("http"))
    async with httpx.AsyncClient(trust_env=False) as calendar:
        assert (await calendar.get(address)).status_code == 200
    assert name in await run(system, "oncall", "feed", "list")
    assert team.grace in await run(system, "schedules", "fairness", name)
    assert "100 % covered" in await run(system, "schedules", "coverage", name)
    assert "No secondary" in await run(system, "schedules", "warnings", name)


async def run(system: Stack, *words: str) -> str:
    """Run a command that goes well, and return what it said."""
    code, said, complained = await tocsin(system, *words)
    assert code == 0, complained
    return said


def text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def read(content: bytes, day: datetime) -> list[Any]:
    """Return the entries of two days, as a program reads them that nobody here wrote."""
    calendar = recurring_ical_events.of(Calendar.from_ical(content))
    return [*calendar.between(day, day + timedelta(days=1))]
