"""Known: who knows of each incident that is not there for everybody, kept from read to read.

A team may hide ten thousands of incidents. To read them all for every answer would cost more than
the answer, so what was read stays, and only what has changed since is read again.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from events.ids import ResponderId
from projections.engine.catching_up import ConnectionPool
from projections.engine.rows import Reader
from projections.privacy.hidden import OF_TEAMS, Reasons, reasons_to_hide
from projections.privacy.members import PRIVATE
from projections.privacy.team_sight import NAME, TEAM_INCIDENT

# A rebuilt read model is another table.
READ: Final = """
select coalesce(min(position), 0), to_regclass($2)::oid::bigint
from es.projection where name = $1 and stage = 'live'
"""
OF_TEAMS_SINCE: Final = f"""
select i.incident_id, array(select jsonb_array_elements_text(t.members || i.people)) {OF_TEAMS}
    and i.position > $1
"""
READERS: Final = 32  # whose hidden incidents are kept ready

type People = Mapping[UUID, frozenset[ResponderId]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """Known: who knows of each hidden incident, at one moment."""

    people: People = field(default_factory=dict, repr=False)
    _hidden: dict[ResponderId | None, frozenset[UUID]] = field(default_factory=dict, repr=False)

    def hidden_from(self, person: ResponderId | None) -> frozenset[UUID]:
        """Return the incidents that somebody must not know of; most people have the same set."""
        found = self._hidden.get(person)
        if found is None:
            people = self.people.items()
            new = frozenset(one for one, knowing in people if person not in knowing)
            found = next((one for one in self._hidden.values() if one == new), new)
            while len(self._hidden) >= READERS:
                del self._hidden[next(iter(self._hidden))]
            self._hidden[person] = found
        return found


NOTHING_HIDDEN: Final = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Kept: what teams hide, up to a position of the read model, while nothing else changes it."""

    basis: Hashable = None
    upto: int = 0
    people: People = field(default_factory=dict, repr=False)


class Knowledge:
    """Knowledge: what one process has read of what is hidden, and brings up to date."""

    def __init__(self) -> None:
        self._kept = Kept()
        self._private: People = {}
        self._known = NOTHING_HIDDEN

    async def now(self, database: ConnectionPool, seconds: float) -> Known:
        """Return who knows what, as of this moment.

        Raises: PrivacyUnknown, LogUnavailable.
        """
        reasons = await reasons_to_hide(database, seconds)
        if not reasons.any:
            return NOTHING_HIDDEN
        async with database.connection() as reader:
            kept = await self._of_teams(reader, reasons) if reasons.of_teams else Kept()
            private: People = {}
            if reasons.private:
                rows = await PRIVATE.select(reader, "where private")
                private = {row.incident_id: frozenset(row.members) for row in rows}
        if kept.people is not self._kept.people or private != self._private:
            self._known = Known(people={**kept.people, **private})
            self._kept, self._private = kept, private
        else:
            self._kept = kept
        return self._known

    async def _of_teams(self, reader: Reader, reasons: Reasons) -> Kept:
        """Return what teams hide: all of it if anything else than an incident has changed."""
        upto, table = await reader.fetchrow(READ, NAME, f"read.{TEAM_INCIDENT.name}")
        basis = (reasons.privacy, reasons.visibility, reasons.teams, table)
        kept = self._kept
        if kept.basis != basis or upto < kept.upto:
            kept = Kept(basis=basis)
        rows = await reader.fetch(OF_TEAMS_SINCE, kept.upto)
        if not rows:
            return Kept(basis=basis, upto=upto, people=kept.people)
        new = {incident_id: frozenset(map(ResponderId, people)) for incident_id, people in rows}
        return Kept(basis=basis, upto=upto, people={**kept.people, **new})
