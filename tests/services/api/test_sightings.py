"""A sighting that cannot be kept delays nobody, is tried again, and is counted in the end."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import pytest

from events.actor import Actor
from events.errors import LogUnavailable
from events.ids import IncidentId, ResponderId
from events.log.recorded import Metadata
from services.access.dependencies import ReadDependencies
from services.live import sightings
from services.live.sightings import Sighting, Sightings

NOBODY = cast("ReadDependencies", None)


def sighting(number: int) -> Sighting:
    return Sighting(
        incident_id=IncidentId(UUID(int=number)),
        actor=Actor(principal="account:ada", responder_id=ResponderId("ada")),
        metadata=Metadata(principal="account:ada", via="web"),
        first_read="GET /v1/incidents/{incident_id}",
        at=datetime(2026, 11, 23, 3, 12, tzinfo=UTC),
    )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A log that fails as often as it is said here; every incident is private."""
    world = {"failures": 0, "kept": 0}

    async def keep(_: ReadDependencies, __: Sighting) -> None:
        if world["failures"]:
            world["failures"] -= 1
            raise LogUnavailable("down")
        world["kept"] += 1

    async def is_private(_: ReadDependencies, __: IncidentId) -> bool:
        return True

    monkeypatch.setattr(sightings, "keep", keep)
    monkeypatch.setattr(sightings, "_is_private", is_private)
    monkeypatch.setattr(sightings, "PAUSES", (0.0,))
    return world


async def test_it_is_tried_again_until_the_log_is_there(world: dict[str, int]) -> None:
    world["failures"] = 3
    seen = Sightings()
    for _ in range(2):  # the same read again is the same sighting
        seen.note(NOBODY, sighting(1))
    seen.note(NOBODY, sighting(2))
    await seen.settle(30.0)
    assert (world["kept"], seen.missed) == (2, 0)
    seen.note(NOBODY, sighting(1))
    await seen.settle(30.0)
    assert world["kept"] == 2


async def test_what_is_not_kept_before_the_process_ends_is_counted(world: dict[str, int]) -> None:
    world["failures"] = 1_000_000
    seen = Sightings()
    seen.note(NOBODY, sighting(1))
    await seen.settle(0.05)
    assert (world["kept"], seen.missed) == (0, 1)


async def test_what_is_too_much_to_wait_is_counted_at_once(
    world: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings, "MOST", 1)
    seen = Sightings()
    seen.note(NOBODY, sighting(1))
    seen.note(NOBODY, sighting(2))
    await seen.settle(30.0)
    assert (world["kept"], seen.missed) == (1, 1)
