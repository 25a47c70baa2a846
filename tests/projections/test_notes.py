"""Notes as they stand: what an edit costs does not grow with the edits before it."""

from datetime import UTC, datetime
from uuid import UUID

from events.ids import IncidentId, NoteId
from events.log.recorded import Metadata, Recorded
from events.notes.events import NoteEdited, NoteWritten
from projections.communication.notes import MOST_BEFORE, NoteRow, evolve

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INC_7, NOTE = IncidentId(UUID(int=7)), NoteId(UUID(int=8))


def recorded(position: int, event: object) -> Recorded[object]:
    return Recorded(
        position=position,
        stream="notes",
        version=position,
        event_id=UUID(int=position),
        command_id=UUID(int=position),
        event=event,
        metadata=Metadata(principal="test"),
        recorded_at=NOW,
        hash=bytes(32),
    )


def test_a_note_that_is_edited_again_and_again_keeps_the_last_versions_and_counts_all() -> None:
    written = NoteWritten(
        incident_id=INC_7, note_id=NOTE, text="0", written_by="responder:ana", written_at=NOW
    )
    edits = [
        NoteEdited(
            incident_id=INC_7,
            note_id=NOTE,
            text=f"{number}",
            edited_by="responder:ana",
            edited_at=NOW,
        )
        for number in range(1, 101)
    ]
    row: NoteRow | None = None
    for position, event in enumerate([written, *edits], start=1):
        row = evolve(row, recorded(position, event), NOTE)
    assert row is not None
    assert (row.text, row.edits) == ("100", 100)
    assert [one.text for one in row.before] == [f"{n}" for n in range(100 - MOST_BEFORE, 100)]
