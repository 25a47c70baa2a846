"""Staff: the people, teams and services of a simulated company, from nothing but their numbers."""

from dataclasses import dataclass
from typing import Final

from events.ids import (
    EscalationPolicyId,
    IntegrationId,
    ResponderId,
    ScheduleId,
    ServiceId,
    TeamId,
)
from services.simulation.company.names import (
    FIRST_NAMES,
    LAST_NAMES,
    SERVICES,
    TEAMS,
    ZONES,
    as_id,
    nth,
)

ROTATION: Final = 6  # people take turns in a healthy team: the practice's smallest rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who take turns, and where they live. The first of them is the manager."""

    team_id: TeamId
    name: str
    zone: str
    people: tuple[ResponderId, ...]

    @property
    def primary(self) -> ScheduleId:
        """Return the schedule of whoever is paged first."""
        return ScheduleId(f"{self.team_id}-primary")

    @property
    def secondary(self) -> ScheduleId:
        """Return the schedule of whoever is paged next."""
        return ScheduleId(f"{self.team_id}-secondary")

    @property
    def escalation_policy_id(self) -> EscalationPolicyId:
        """Return who is paged for what the team runs."""
        return EscalationPolicyId(self.team_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a team runs."""

    service_id: ServiceId
    name: str
    team: Team

    @property
    def integration_id(self) -> IntegrationId:
        """Return the monitor that watches it."""
        return IntegrationId(f"monitor-{self.service_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everybody, and everything that may fail."""

    teams: tuple[Team, ...]
    services: tuple[Service, ...]
    names: dict[ResponderId, str]

    @property
    def people(self) -> tuple[ResponderId, ...]:
        """Return everybody, team by team."""
        return tuple(one for team in self.teams for one in team.people)


def company(services: int, people: int) -> Company:
    """Return a company of this size: as many teams as have enough people to take turns."""
    count = max(1, min(services, people // ROTATION))
    staff = [_name(number) for number in range(people)]
    teams = tuple(
        Team(
            team_id=TeamId(as_id(nth(TEAMS, number))),
            name=nth(TEAMS, number),
            zone=ZONES[number % len(ZONES)],
            people=tuple(ResponderId(as_id(one)) for one in staff[number::count]),
        )
        for number in range(count)
    )
    return Company(
        teams=teams,
        services=tuple(
            Service(
                service_id=ServiceId(as_id(nth(SERVICES, number))),
                name=nth(SERVICES, number),
                team=teams[number % count],
            )
            for number in range(services)
        ),
        names={ResponderId(as_id(one)): one for one in staff},
    )


def _name(number: int) -> str:
    """Return the name of the n-th person; nobody has another's."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    return f"{first} {nth(LAST_NAMES, number)}"
