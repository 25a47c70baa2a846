"""Target of an escalation: a person, whoever is on call in a schedule, or a team."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from events.ids import ResponderId, ScheduleId, TeamId


class Turn(StrEnum):
    """Whose turn in a schedule is meant."""

    CURRENT = "current"  # who is on call
    NEXT = "next"  # who is on call after them


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a level is for, by one of three names; who that is, is found when it is reached.

    A channel or a webhook is a responder of that kind.
    """

    responder_id: ResponderId | None = None
    schedule_id: ScheduleId | None = None
    turn: Turn = Turn.CURRENT  # of the schedule
    team_id: TeamId | None = None

    @property
    def is_one(self) -> bool:
        """Return whether it names exactly one thing, and a turn only of a schedule."""
        named = [self.responder_id, self.schedule_id, self.team_id]
        turns = self.turn is Turn.CURRENT or self.schedule_id is not None
        return sum(one is not None for one in named) == 1 and turns

    def __str__(self) -> str:
        """Return it in words."""
        if self.schedule_id is not None:
            who = "on call" if self.turn is Turn.CURRENT else "next on call"
            return f"{who} in schedule {self.schedule_id}"
        return f"team {self.team_id}" if self.team_id is not None else str(self.responder_id)


def people(responder_ids: Iterable[ResponderId]) -> tuple[Target, ...]:
    """Return these people as targets, each once."""
    return tuple(Target(responder_id=one) for one in dict.fromkeys(responder_ids))
