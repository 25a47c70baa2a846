"""The checklist that people see also knows what only a page's own stream tells."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from events.ids import incident_stream
from events.incident.checklist.events import ChecklistItemUnticked
from events.log.recorded import Metadata, Recorded
from events.page.purpose import Purpose
from projections.incidents import detail as incident_detail
from projections.incidents.detail import DETAIL
from projections.past import Folding
from tests.projections.stories import ANA, at, story

TOLD = story()
PAGED = "responders_paged"


def proof_after(*events: object) -> str | None:
    """Return what ticks "Page appropriate responders", None while it is open."""

    async def fold() -> Folding:
        folding = Folding()
        batch = [
            Recorded(
                position=position,
                stream=incident_stream(TOLD.incident_id),
                version=position,
                event_id=UUID(int=position),
                command_id=UUID(int=position),
                event=event,
                metadata=Metadata(principal="api_key:desk"),
                recorded_at=at(position),
                hash=bytes(32),
            )
            for position, event in enumerate(events, 1)
        ]
        await incident_detail.project(batch, folding)
        return folding

    [row] = asyncio.run(fold()).all_of(DETAIL)
    tick = row.checklist.ticks.get(PAGED)
    return tick.proof if tick else None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_page_for_responders_that_was_sent_ticks_that_they_were_paged(purpose: Purpose) -> None:
    begun = TOLD.declared(), replace(TOLD.page_started(), purpose=purpose)
    assert proof_after(*begun) is None
    asks_for_responders = purpose is Purpose.RESPONSE
    assert (proof_after(*begun, TOLD.sent(ANA)) == "delivery.sent") is asks_for_responders


def test_the_tick_of_a_sent_page_can_be_taken_back() -> None:
    unticked = ChecklistItemUnticked(
        incident_id=TOLD.incident_id,
        item_id=PAGED,
        text="Page appropriate responders",
        unticked_by="responder:ana",
        unticked_at=at(2),
    )
    assert proof_after(TOLD.declared(), TOLD.page_started(), TOLD.sent(ANA), unticked) is None
