"""Folding: a batch makes new rows, and leaves those alone that somebody was handed."""

from datetime import timedelta
from uuid import UUID

from events.ids import incident_stream
from events.log.recorded import Metadata, Recorded
from projections.engine.rows import fold
from projections.incidents import board as incident_board
from projections.incidents.board import BOARD, BoardRow
from projections.past import Folding
from tests.projections.stories import NOON, story

TOLD = story()


def batch() -> list[Recorded[object]]:
    happened = [
        TOLD.declared(),
        TOLD.triaged(),
        TOLD.acknowledged(),
        TOLD.commander(),
        TOLD.closed(),
    ]
    return [
        Recorded(
            position=position,
            stream=incident_stream(TOLD.incident_id),
            version=position,
            event_id=UUID(int=position),
            command_id=UUID(int=position),
            event=event,
            metadata=Metadata(principal="api_key:desk"),
            recorded_at=NOON + timedelta(seconds=position),
            hash=bytes(32),
        )
        for position, event in enumerate(happened, 1)
    ]


async def folded(parts: list[list[Recorded[object]]]) -> list[BoardRow]:
    """Return the row after each part."""
    rows, seen = Folding(), list[BoardRow]()
    for part in parts:
        await fold(BOARD, rows, part, incident_board.incidents_of, incident_board.evolve)
        seen += rows.all_of(BOARD)
    return seen


async def test_a_row_that_was_handed_out_does_not_change_with_the_next_batch() -> None:
    events = batch()
    before, after = await folded([events[:2], events[2:]])
    assert (before.position, before.acknowledged_at, before.roles) == (2, None, {})
    assert after.position == 5


async def test_events_that_are_in_the_row_already_leave_it_alone() -> None:
    events = batch()
    once, again = await folded([events, events])
    assert once is again
