"""Incidents that ask each other: both record it, whatever breaks between the two."""

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError

from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.commands import CloseIncident, DeclineIncident, ResolveIncident
from events.incident.relations.commands import (
    AbsorbDuplicate,
    LinkParent,
    MergeIncident,
    UnlinkParent,
)
from events.incident.roles.commands import AddResponder
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack


def merged_into(other: IncidentId) -> MergeIncident:
    return MergeIncident(
        into_incident_id=other, into_reference="INC-B", reason="The same", actor=ADA, at=now()
    )


def part_of(other: IncidentId) -> LinkParent:
    return LinkParent(parent_incident_id=other, parent_reference="INC-B", actor=ADA, at=now())


async def test_a_merge_ends_the_duplicate_its_page_and_brings_its_people(harness: Harness) -> None:
    going_on = await harness.declare()
    duplicate = await harness.declare(await harness.policy("grace", escalation_timeout=60))
    await harness.page_happens(duplicate, "delivery.sent")
    joining = AddResponder(responder_id=ResponderId("grace"), actor=ADA, at=now())
    await harness.give(duplicate, joining)
    answer = await harness.give(duplicate, merged_into(going_on))
    assert answer.event_types == ("incident.merge_begun",)

    await harness.incident_happens(duplicate, "incident.merged")
    await harness.page_happens(duplicate, "page.stopped")
    assert await harness.happened(incident_stream(going_on)) == [
        "incident.declared",
        "duplicate.absorbed",
        "responder.joined",
    ]
    async with asyncio.timeout(20):
        await harness.incident(duplicate).result()


async def test_a_merge_into_an_incident_that_has_ended_is_taken_back(harness: Harness) -> None:
    ended, duplicate = await harness.declare(), await harness.declare()
    await harness.give(ended, DeclineIncident(reason="Nothing", actor=ADMIN, at=now()))
    async with asyncio.timeout(20):
        await harness.incident(ended).result()
    await harness.give(duplicate, merged_into(ended))
    await harness.incident_happens(duplicate, "incident.merge_refused")
    await harness.give(duplicate, DeclineIncident(reason="Nothing", actor=ADMIN, at=now()))


async def test_two_incidents_that_are_merged_into_each_other_at_once_never_both_end(
    harness: Harness,
) -> None:
    one, other = await harness.declare(), await harness.declare()
    await asyncio.gather(
        harness.give(one, merged_into(other)), harness.give(other, merged_into(one)),
        return_exceptions=True,
    )  # fmt: skip
    ends = ("incident.merged", "incident.merge_refused")

    async def ended(incident_id: IncidentId) -> list[str]:
        return [end for end in ends if end in await harness.happened(incident_stream(incident_id))]

    async def both_ended() -> bool:
        return bool(await ended(one) and await ended(other))

    await eventually("both merges end", both_ended)
    assert await ended(one) + await ended(other) != ["incident.merged"] * 2


async def test_a_merge_goes_on_after_both_workflows_were_cut_off_in_the_middle(
    harness: Harness,
) -> None:
    going_on, duplicate = await harness.declare(), await harness.declare()
    await harness.incident(going_on).terminate("by hand")
    await harness.give(duplicate, merged_into(going_on))  # nobody is there to answer
    await harness.incident(duplicate).terminate("by hand")
    assert "incident.merged" not in await harness.happened(incident_stream(duplicate))

    await harness.start(duplicate)
    await harness.start(going_on)
    await harness.incident_happens(duplicate, "incident.merged")
    happened = await harness.happened(incident_stream(going_on))
    assert happened == ["incident.declared", "duplicate.absorbed"]


async def test_a_request_that_was_recorded_before_its_answer_got_lost_counts_once(
    harness: Harness,
) -> None:
    going_on, duplicate = await harness.declare(), await harness.declare()
    absorb = AbsorbDuplicate(
        duplicate_incident_id=duplicate,
        duplicate_reference="INC-A",
        drill=False,
        responders=(),
        reason="The same",
        actor=ADA,
        at=now(),
    )
    await harness.give(going_on, absorb)
    await harness.give(duplicate, merged_into(going_on))
    await harness.incident_happens(duplicate, "incident.merged")
    assert (await harness.happened(incident_stream(going_on))).count("duplicate.absorbed") == 1


async def test_a_child_is_linked_and_unlinked_on_both_sides(harness: Harness) -> None:
    whole, part = await harness.declare(), await harness.declare()
    await harness.give(part, part_of(whole))
    await harness.incident_happens(part, "parent.linked")
    assert "child.linked" in await harness.happened(incident_stream(whole))
    with pytest.raises(WorkflowUpdateFailedError):
        await harness.give(whole, part_of(part))
    await harness.give(part, UnlinkParent(actor=ADA, at=now()))
    await harness.incident_happens(whole, "child.unlinked")
    for one in (whole, part):
        await harness.give(one, ResolveIncident(summary="Done", actor=ADMIN, at=now()))
        await harness.give(one, CloseIncident(actor=ADMIN, at=now()))
        async with asyncio.timeout(20):
            await harness.incident(one).result()
