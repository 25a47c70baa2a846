"""What people had to do with incidents, and how often pages took them away from something."""

from dataclasses import replace
from typing import Any

import pytest

from events.ids import DeliveryId, ResponderId
from events.incident.roles.events import Role, RoleHandedOver
from projections.metrics import engagements, interruptions
from projections.metrics.engagements import ENGAGEMENT, EngagementRow
from projections.metrics.interruptions import PAGE_MESSAGE, Interruption, interruptions_of
from projections.past import Folding
from tests.projections.metrics.histories import recorded
from tests.projections.stories import ANA, BOB, Story, at, story

ONE, OTHER = story(1), story(2)


async def engaged(*events: Any) -> dict[str, EngagementRow]:
    folding = Folding()
    await engagements.project(list(recorded(events)), folding)
    return {row.responder_id: row for row in folding.all_of(ENGAGEMENT)}


async def interrupted(*events: Any, cut: int = 0) -> list[Interruption]:
    folding = Folding()
    log = list(recorded(events))
    await interruptions.project(log[:cut], folding)
    await interruptions.project(log, folding)
    found = interruptions_of(folding.all_of(PAGE_MESSAGE))
    return sorted(found, key=lambda one: (one.responder_id, one.began_at))


def sent(minute: float, person: ResponderId = ANA, of: Story = ONE, channel: str = "push") -> Any:
    name = DeliveryId(of.delivery_id(f"{person}{minute}{channel}"))
    return replace(
        of.sent(person), sent_at=at(minute), channel=channel, delivery_id=name, responder_id=person
    )


async def test_who_was_paged_took_it_and_worked_on_it_has_an_engagement() -> None:
    people = await engaged(
        *(ONE.declared(), sent(1), sent(1, channel="email"), sent(2, BOB)),
        *(ONE.acknowledged(), ONE.joined(), ONE.triaged(), ONE.mitigated(), ONE.resolved()),
    )
    assert people[BOB].messages == 1
    assert people[ANA].paged_at == at(1)
    assert people[ANA].messages == 2
    taken = {person: row.acknowledged for person, row in people.items()}
    assert sum(taken.values()) == 1


async def test_who_took_over_the_command_commanded() -> None:
    handed = RoleHandedOver(
        incident_id=ONE.incident_id,
        role=Role.COMMANDER,
        from_responder_id=ANA,
        to_responder_id=BOB,
        handed_over_by="responder:ana",
        handed_over_at=at(9),
    )
    people = await engaged(ONE.declared(), ONE.commander(), handed)
    assert people[BOB].commanded


@pytest.mark.parametrize("cut", range(7))
async def test_messages_within_ten_minutes_of_the_first_are_one_interruption(cut: int) -> None:
    rows = await interrupted(
        *(sent(0), sent(0, channel="sms"), sent(5, of=OTHER), sent(10)),
        *(sent(10.1), sent(3, BOB)),
        cut=cut,
    )
    assert [(row.responder_id, row.began_at, row.messages) for row in rows] == [
        (ANA, at(0), 4),
        (ANA, at(10.1), 1),
        (BOB, at(3), 1),
    ]
    assert rows[0].channels == ("push", "sms")
    assert rows[0].incidents == (ONE.incident_id, OTHER.incident_id)


async def test_a_status_update_interrupts_nobody() -> None:
    assert await interrupted(replace(sent(0), kind="status_update")) == []
