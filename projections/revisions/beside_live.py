"""Revisions beside the live ones: being built, or left after a rebuild."""

from dataclasses import dataclass

from projections.engine.rows import Connection

OTHERS = """
select p.name, p.revision, p.stage, p.position, p.owner,
    coalesce(p.lease_until > clock_timestamp(), false) as is_leased
from es.projection p where p.stage <> 'live' order by p.name, p.revision
"""
DROP = "delete from es.projection where name = $1 and revision = $2 and stage <> 'live'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Rows beside the live ones."""

    name: str
    revision: int
    stage: str  # building, retired
    position: int
    owner: str | None
    is_leased: bool

    @property
    def state(self) -> str:
        """Return how it is doing: one that is built by nobody was given up."""
        return "given up" if self.stage == "building" and not self.is_leased else self.stage


async def other_revisions(connection: Connection) -> tuple[Revision, ...]:
    """Return every revision that is not live."""
    return tuple(Revision(**row) for row in await connection.fetch(OTHERS))


async def drop_revision(connection: Connection, name: str, revision: int) -> bool:
    """Delete a revision that is not the live one, with its rows; say whether there was one."""
    return await connection.execute(DROP, name, revision) == "DELETE 1"
