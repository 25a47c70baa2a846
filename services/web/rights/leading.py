"""Leading: what a visitor may change of what teams own, so that no form is shown in vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.access.permissions import Permission, is_unbound, permissions_of
from services.web.calls import Refused, path_of
from services.web.visit import Visit

type Team = Mapping[str, Any]
type Option = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """Leading: the teams that a visitor manages, and whether they may change everything."""

    unbound: bool
    managed: Sequence[Team]
    teams: Sequence[Team]

    @property
    def may_begin(self) -> bool:
        """Say whether there is a team, or the organisation, that they may make things for."""
        return self.unbound or bool(self.managed)

    def may_change(self, *owners: str | None) -> bool:
        """Say whether they manage everything that owns a thing; None is the organisation."""
        managed = {one["team_id"] for one in self.managed}
        return self.unbound or (bool(owners) and managed.issuperset(owners))

    def owner_options(self) -> list[Option]:
        """Return whose a thing may be after their change."""
        teams = self.teams if self.unbound else self.managed
        chosen = [(one["team_id"], one["name"]) for one in teams]
        return [*([("", "The organisation")] if self.unbound else []), *chosen]

    def require(self, *owners: str | None) -> None:
        """Refuse the page of a form to whoever may not send it.

        Raises: Refused.
        """
        if not self.may_change(*owners):
            raise refused(self._who(owners))

    def require_any(self) -> None:
        """Refuse the page on which something is made to whoever manages no team.

        Raises: Refused.
        """
        if not self.may_begin:
            raise refused("Managers of teams make this for their team, admins for everybody.")

    def _who(self, owners: Sequence[str | None]) -> str:
        owning = [one for one in self.teams if one["team_id"] in owners]
        if not owning:
            return "No team owns this: admins change it."
        names = " and ".join(str(one["name"]) for one in owning)
        managers = [person_of(one) for team in owning for one in team["members"] if one["manager"]]
        people = f"its managers ({', '.join(dict.fromkeys(managers))})" if managers else "nobody"
        return f"This belongs to team {names}: {people} and admins change it."


def person_of(member: Mapping[str, Any]) -> str:
    """Return who is a member."""
    return str(member["responder_id"])


def is_manager(team: Team | None, person: str) -> bool:
    """Say whether a person manages a team."""
    members = team["members"] if team else ()
    return any(one["manager"] and one["responder_id"] == person for one in members)


def leading_of(visit: Visit, teams: Sequence[Team]) -> Leading:
    """Return what a visitor may change, by the teams that there are."""
    carried = permissions_of(visit.session.roles)
    has_right = Permission.TEAM_WRITE in carried
    managed = [one for one in teams if has_right and is_manager(one, visit.session.person)]
    return Leading(unbound=has_right and is_unbound(carried), managed=managed, teams=teams)


async def leading(visit: Visit) -> Leading:
    """Return what a visitor may change.

    Raises: Refused.
    """
    found = await visit.calls.get(path_of("teams"), **visit.reading)
    return leading_of(visit, found["teams"])


def refused(why: str) -> Refused:
    """Return the refusal of a page."""
    problem = {"title": "You may not change this.", "detail": why, "status": 403}
    return Refused({**problem, "code": "permission-missing"}, None)
