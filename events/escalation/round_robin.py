"""Round robin of a level: whose turn it is, shared by every incident that reaches the level."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.aggregate import Aggregate
from events.decider import Decider
from events.definition import newest_event
from events.escalation.target import Target
from events.ids import EscalationPolicyId, PageId, RoundRobinId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTurn:
    """Say who of a level is paged this time."""

    escalation_policy_id: EscalationPolicyId
    level: int  # of the policy
    targets: tuple[Target, ...]  # of the level, in order
    reachable: tuple[Target, ...]  # of those, whoever can be paged
    page_id: PageId
    round: int  # of the page: it asks once in each
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRobinTurnTaken:
    """It was this target's turn; the next page begins after it."""

    escalation_policy_id: EscalationPolicyId
    level: int
    target: Target
    page_id: PageId
    round: int  # of the page
    taken_at: datetime
    type: Literal["round_robin.turn_taken"] = "round_robin.turn_taken"


def next_turn(
    last: Target | None, targets: tuple[Target, ...], reachable: tuple[Target, ...]
) -> Target | None:
    """Return the first target after the last one that can be paged, None where there is none.

    Who had the last turn and is on the level no more is followed by the level's first.
    """
    begin = targets.index(last) + 1 if last in targets else 0
    in_turn = (*targets[begin:], *targets[:begin])
    return next((target for target in in_turn if target in reachable), None)


def take_turn(command: TakeTurn, last: RoundRobinTurnTaken | None) -> list[RoundRobinTurnTaken]:
    """Give the next one their turn; nobody has one where nobody can be paged.

    A round of a page that has just had its turn gets none again.
    """
    if last is not None and (last.page_id, last.round) == (command.page_id, command.round):
        return []
    target = next_turn(last.target if last else None, command.targets, command.reachable)
    if target is None:
        return []
    return [
        RoundRobinTurnTaken(
            escalation_policy_id=command.escalation_policy_id,
            level=command.level,
            target=target,
            page_id=command.page_id,
            round=command.round,
            taken_at=command.at,
        )
    ]


round_robin_decider: Decider[TakeTurn, RoundRobinTurnTaken | None, RoundRobinTurnTaken] = Decider(
    initial=None,
    decide=take_turn,
    evolve=newest_event,
    event_types=(RoundRobinTurnTaken,),
    afresh=(RoundRobinTurnTaken,),
)

AGGREGATE = Aggregate(
    noun="round_robin", id=RoundRobinId, decider=round_robin_decider, commands=TakeTurn
)
