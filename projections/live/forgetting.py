"""Erasure of forgotten people: their keys are destroyed, and old revisions with their rows."""

from typing import Any
from uuid import UUID

from events.notes.events import NoteRetracted
from events.postmortem.events import PostmortemTextErased
from events.subject.events import SubjectForgotten
from projections.communication import notes
from projections.communication.notes import NOTE
from projections.configuration import tables as configuration
from projections.configuration.tables import RESPONDER
from projections.engine.rows import Batch, Connection, Table

DESTROY = "select es.destroy_subject_key($1)"
RETIRED = "select revision from es.projection where name = $1 and stage = 'retired'"


async def forget_the_forgotten(connection: Connection, batch: Batch) -> None:
    """Destroy the key of everybody, every note and every text that the batch says to be forgotten.

    Twice is as once. A revision that was replaced is not folded any more, so its rows would keep
    the names.
    """
    for recorded in batch:
        match recorded.event:
            case SubjectForgotten() as event:
                await _forget(connection, event.subject_id, configuration.NAME, RESPONDER)
            case NoteRetracted(erased=True) as event:
                await _forget(connection, event.note_id, notes.NAME, NOTE)
            case PostmortemTextErased() as event:  # no row has it: the key is all there is
                await connection.execute(DESTROY, str(event.text_id))
            case _:
                pass


async def _forget(
    connection: Connection, subject: str | UUID, projection: str, table: Table[Any]
) -> None:
    await connection.execute(DESTROY, str(subject))
    for (revision,) in await connection.fetch(RETIRED, projection):
        name = f"{table.name}_r{revision}"
        delete = f"delete from read.{name} where {table.key} = $1"  # noqa: S608  ours
        await connection.execute(delete, subject)
