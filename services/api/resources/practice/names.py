"""Names of people in numbers: each sees their own, their managers see it, others do not."""

from dataclasses import dataclass

from services.access.callers import Caller
from services.access.dependencies import ReadDependencies
from services.access.permissions import Permission
from services.access.rights.own_person import every_team


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesShown:
    """Whose names a caller sees beside a number."""

    everybody: bool
    people: frozenset[str] = frozenset()  # themselves, and whom they manage
    teams: frozenset[str] = frozenset()  # that they manage

    def shows(self, responder_id: str) -> bool:
        """Return whether the caller sees whose number this is."""
        return self.everybody or responder_id in self.people


async def names_shown_to(dependencies: ReadDependencies, caller: Caller) -> NamesShown:
    """Return whose names a caller sees.

    Raises: LogUnavailable.
    """
    if Permission.PEOPLE_READ in caller.permissions:
        return NamesShown(everybody=True)
    person = caller.person
    if person is None:
        return NamesShown(everybody=False)
    managed = [
        team
        for team in await every_team(dependencies.database)
        if any(one.manager and one.responder_id == person for one in team.members)
    ]
    members = (one.responder_id for team in managed for one in team.members)
    return NamesShown(
        everybody=False,
        people=frozenset({person, *members}),
        teams=frozenset(team.team_id for team in managed),
    )
