"""What an alert that joins asks of its incident: once, kept while Temporal is away, never lost."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from events.errors import LogUnavailable
from events.ids import IncidentId
from events.incident.commands import AcknowledgeIncident
from events.incident.pages.rules import wanted_pages
from events.incident.relations.commands import MergeIncident
from events.values.severity import Severity
from services.attending import ENOUGH
from tests.services.api.intake.monitor import FailingLog, body_of, one_alert, send
from tests.services.api.intake.world import ADA, World
from workflows.ids import incident_workflow_id


@pytest.fixture
async def world() -> World:
    world = World()
    await world.begin()
    return world


def graded(fingerprint: str, severity: str, **more: Any) -> Any:
    alert = one_alert(fingerprint, **more)
    alert["labels"]["severity"] = severity
    return alert


async def opened(world: World, *alerts: Any, group: str = "disks") -> IncidentId:
    received = await world.hear(body_of(*alerts, group=group))
    assert received.placed is not None
    assert received.placed.opened
    return received.placed.incident_id


async def numbers(world: World, incident_id: IncidentId) -> Sequence[int]:
    """Return the numbers of the pages that are wanted."""
    pages = wanted_pages(await world.incident(incident_id))
    return [page.number for page in pages if page.wanted]


async def test_a_mixed_group_takes_the_worst_of_what_fires(world: World) -> None:
    over = graded("c", "sev1", status="resolved")
    incident_id = await opened(world, graded("a", "sev3"), graded("b", "sev2"), over)
    assert (await world.incident(incident_id)).severity is Severity.SEV2


async def test_a_repeat_pages_again_once_nobody_has_answered(world: World) -> None:
    incident_id = await opened(world, one_alert("a"))
    await world.exhaust(incident_id)
    await world.hear(body_of(one_alert("a"), group="disks"))
    await world.catch_up()
    assert await numbers(world, incident_id) == [2]
    await world.hear(body_of(one_alert("a"), group="disks"))
    await world.catch_up()
    assert await numbers(world, incident_id) == [2]


async def test_webhooks_that_come_at_once_page_again_once(world: World) -> None:
    incident_id = await opened(world, one_alert("a"))
    await world.exhaust(incident_id)
    world.temporal_is_away = True
    bodies = [body_of(one_alert(name), group="disks") for name in "abcde"]
    await asyncio.gather(*(world.hear(body) for body in bodies))
    await world.catch_up()
    assert await numbers(world, incident_id) == [2]


async def test_an_answer_that_waits_for_temporal_is_an_answer(world: World) -> None:
    incident_id = await opened(world, one_alert("a"))
    await world.exhaust(incident_id)
    world.temporal_is_away = True
    await world.ask(incident_id, AcknowledgeIncident(actor=ADA, at=world.now))
    await world.hear(body_of(one_alert("b"), group="disks"))
    await world.catch_up()
    incident = await world.incident(incident_id)
    assert incident.acknowledged_by == ADA.name
    assert await numbers(world, incident_id) == []


async def test_a_worse_alert_that_is_cut_off_half_way_raises_the_incident_when_it_comes_again(
    world: World,
) -> None:
    incident_id = await opened(world, graded("a", "sev4"))
    body = body_of(graded("b", "sev1"), group="disks")
    with pytest.raises(LogUnavailable):
        await send(FailingLog(world.log, 1, stored=False), body, world.now, world.inbox)
    await world.hear(body)
    await world.catch_up()
    assert (await world.incident(incident_id)).severity is Severity.SEV1
    assert len(await numbers(world, incident_id)) == 1


async def test_an_alert_that_comes_along_by_a_merge_is_looked_at_where_it_comes_to(
    world: World,
) -> None:
    grave = await opened(world, graded("a", "sev1"))
    harmless = await opened(world, graded("b", "sev4"), group="others")
    merge = MergeIncident(
        into_incident_id=harmless,
        into_reference="INC-2",
        reason="The same.",
        actor=ADA,
        at=world.now,
    )
    await world.ask(grave, merge)
    await world.move_strays(["a", "b"])
    await world.catch_up()
    assert (await world.alert("a")).incident_id == harmless
    assert (await world.incident(harmless)).severity is Severity.SEV1
    assert await numbers(world, harmless) != []


async def test_an_alert_of_unknown_start_fires_on_at_every_repeat_and_not_anew(
    world: World,
) -> None:
    unknown = one_alert("a") | {"startsAt": "0001-01-01T00:00:00Z"}
    await opened(world, unknown)
    told = len(await world.log.read_all(0))
    for _ in range(3):
        world.pass_time(5)
        await world.hear(body_of(unknown, group="disks", truncatedAlerts=0))
    assert len(await world.log.read_all(0)) == told


async def test_while_temporal_is_away_fifty_alerts_leave_few_commands_and_a_worse_one_still_raises(
    world: World,
) -> None:
    world.temporal_is_away = True
    incident_id = await opened(world, graded("first", "sev3"))
    for number in range(50):
        await world.hear(body_of(graded(f"disk-{number}", "sev3"), group="disks"))
    waiting = await world.inbox.waiting(incident_workflow_id(incident_id))
    assert len(waiting) == ENOUGH
    await world.hear(body_of(graded("worst", "sev1"), group="disks"))
    await world.catch_up()
    incident = await world.incident(incident_id)
    assert incident.severity is Severity.SEV1
    assert await world.is_looked_after("disk-49")
