"""Targets: whom a level pages, in words and as the choices of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.web.calls import Document, path_of
from services.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Known: everything that a target can name, by id, with its name."""

    schedules: Mapping[str, str]
    people: Mapping[str, str]
    teams: Mapping[str, str]

    def words(self, target: Document) -> str:
        """Return a target as a person reads it."""
        if schedule := target["schedule_id"]:
            turn = "on call" if target["turn"] == "current" else "next on call"
            return f"whoever is {turn} in {self.schedules.get(schedule, schedule)}"
        if team := target["team_id"]:
            return f"everybody of team {self.teams.get(team, team)}"
        person = target["responder_id"]
        return self.people.get(person, person)

    def options(self) -> list[tuple[str, str]]:
        """Return every target that can be chosen."""
        offered = [
            *(target("schedule", one) for one in self.schedules),
            *(target("next", one) for one in self.schedules),
            *(target("person", one) for one in self.people),
            *(target("team", one) for one in self.teams),
        ]
        return [(value_of(one), self.words(one)) for one in offered]


async def known(visit: Visit) -> Known:
    """Return everything that a target can name.

    Raises: Refused.
    """
    schedules = await visit.calls.get(path_of("schedules"))
    people = await visit.calls.get(path_of("responders"))
    teams = await visit.calls.get(path_of("teams"))
    return Known(
        schedules=named(
            [one for one in schedules["schedules"] if not one["ended_at"]], "schedule_id"
        ),
        people=named(people["responders"], "responder_id"),
        teams=named(teams["teams"], "team_id"),
    )


def named(rows: Sequence[Document], id_name: str) -> dict[str, str]:
    """Return names by id, in the order of the names."""
    return {one[id_name]: one["name"] for one in sorted(rows, key=lambda row: row["name"])}


def target(kind: str, identity: str) -> dict[str, Any]:
    """Return a target as the API has it."""
    return {
        "responder_id": identity if kind == "person" else None,
        "schedule_id": identity if kind in {"schedule", "next"} else None,
        "turn": "next" if kind == "next" else "current",
        "team_id": identity if kind == "team" else None,
    }


def value_of(one: Document) -> str:
    """Return a target as the value of a choice."""
    if one["schedule_id"]:
        kind = "schedule" if one["turn"] == "current" else "next"
        return f"{kind}:{one['schedule_id']}"
    return f"team:{one['team_id']}" if one["team_id"] else f"person:{one['responder_id']}"


def targets_in(values: Sequence[str]) -> list[dict[str, Any]]:
    """Return the targets that a form chose."""
    parts = [one.partition(":") for one in dict.fromkeys(values)]
    return [target(kind, identity) for kind, _, identity in parts]
