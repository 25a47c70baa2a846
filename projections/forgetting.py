"""Seeing to it that nothing is left of forgotten people: no key, and no row of an old revision."""

from events.subject.events import SubjectForgotten
from projections.configuration import RESPONDER
from projections.rows import Batch, Connection

OLD_REVISIONS = """
select quote_ident(tablename) from pg_catalog.pg_tables
where schemaname = 'read' and tablename ~ ('^' || $1 || '_r[0-9]+$')
"""


async def forget_the_forgotten(connection: Connection, batch: Batch) -> None:
    """Destroy the key of everybody whom the batch says to be forgotten; twice is as once.

    A revision that was replaced is not folded any more, so its rows would keep the names.
    """
    for recorded in batch:
        if not isinstance(recorded.event, SubjectForgotten):
            continue
        subject_id = recorded.event.subject_id
        await connection.execute("select es.destroy_subject_key($1)", subject_id)
        for (table,) in await connection.fetch(OLD_REVISIONS, RESPONDER.name):
            await connection.execute(
                f"delete from read.{table} where {RESPONDER.key} = $1",  # noqa: S608  quoted above
                subject_id,
            )
