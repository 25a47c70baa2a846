"""Seeing to it that nothing is left of forgotten people: no key, and no row of an old revision."""

from events.subject.events import SubjectForgotten
from projections.configuration import NAME, RESPONDER
from projections.rows import Batch, Connection

RETIRED = "select revision from es.projection where name = $1 and stage = 'retired'"


async def forget_the_forgotten(connection: Connection, batch: Batch) -> None:
    """Destroy the key of everybody whom the batch says to be forgotten; twice is as once.

    A revision that was replaced is not folded any more, so its rows would keep the names.
    """
    for recorded in batch:
        if not isinstance(recorded.event, SubjectForgotten):
            continue
        subject_id = recorded.event.subject_id
        await connection.execute("select es.destroy_subject_key($1)", subject_id)
        for (revision,) in await connection.fetch(RETIRED, NAME):
            table = f"{RESPONDER.name}_r{revision}"
            delete = f"delete from read.{table} where {RESPONDER.key} = $1"  # noqa: S608  ours
            await connection.execute(delete, subject_id)
