"""Escalation policy: levels of targets, their escalation timeouts, and what comes after them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import Conflict, NotFound, Unprocessable
from events.escalation.condition import Condition
from events.escalation.level import Level
from events.escalation.target import Target
from events.ids import EscalationPolicyId, TeamId
from events.on_call.zones import require_zone

MOST_LEVELS: Final = 20
MOST_TARGETS: Final = 50  # of a level


class EscalationPolicyNotFound(NotFound):
    """There is no such escalation policy."""


class PolicyHasNoLevels(Unprocessable):
    """An escalation policy needs at least one level, and each level a target."""


class PolicyTooLarge(Unprocessable):
    """An escalation policy has at most 20 levels, and each of them at most 50 targets."""


class LevelIncomplete(Unprocessable):
    """A level says something that cannot be carried out."""


class PoliciesGoInCircles(Conflict):
    """An escalation policy cannot hand over to itself, through others either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineEscalationPolicy:
    """Create the policy, or replace what it says."""

    escalation_policy_id: EscalationPolicyId
    name: str
    levels: tuple[Level, ...]
    repeats: int
    hand_over_to: EscalationPolicyId | None = None
    on_exhausted: tuple[Target, ...] = ()
    team_id: TeamId | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicyDefined:
    """The policy is, from now on, this; pages that run keep the plan they started with."""

    schema_version: ClassVar[int] = 2

    escalation_policy_id: EscalationPolicyId
    name: str
    levels: tuple[Level, ...]
    repeats: int
    hand_over_to: EscalationPolicyId | None = None  # goes on there when its levels are through
    on_exhausted: tuple[Target, ...] = ()  # told when nobody answered
    team_id: TeamId | None = None  # owns it, and is told what is wrong with it
    defined_by: str
    defined_at: datetime
    type: Literal["escalation_policy.defined"] = "escalation_policy.defined"


def require_sound(command: DefineEscalationPolicy) -> None:
    """Refuse a policy that would page nobody, or cannot be carried out.

    Raises: PolicyHasNoLevels, PolicyTooLarge, LevelIncomplete, UnknownZone, PoliciesGoInCircles.
    """
    if not command.levels or any(not level.targets for level in command.levels):
        raise PolicyHasNoLevels("Give at least one level, and at least one target on each.")
    if len(command.levels) > MOST_LEVELS:
        raise PolicyTooLarge(f"Give at most {MOST_LEVELS} levels, not {len(command.levels)}.")
    for number, level in enumerate(command.levels, 1):
        _require_possible(f"Level {number}", level)
        if level.when is not None and level.when.calendar is not None:
            require_zone(f"levels.{number - 1}.when.calendar.zone", level.when.calendar.zone)
    _require_targets("The end of the policy", command.on_exhausted)
    if command.hand_over_to == command.escalation_policy_id:
        raise PoliciesGoInCircles(
            f"{command.escalation_policy_id} cannot hand over to itself: repeat its levels.",
            field="hand_over_to",
        )


def _require_possible(which: str, level: Level) -> None:
    if level.escalation_timeout <= timedelta(0):
        raise LevelIncomplete(f"{which} has an escalation timeout of none: give it one second.")
    _require_targets(which, level.targets)
    if level.when is not None:
        _require_decidable(which, level.when)


def _require_targets(which: str, targets: tuple[Target, ...]) -> None:
    if len(targets) > MOST_TARGETS:
        raise PolicyTooLarge(f"{which} has {len(targets)} targets: name a team of them instead.")
    if not all(target.is_one for target in targets):
        raise LevelIncomplete(
            f"{which} has a target that is not one: name a responder, a schedule or a team."
        )
    if len(set(targets)) != len(targets):
        raise LevelIncomplete(f"{which} names a target twice: name each once.")


def _require_decidable(which: str, when: Condition) -> None:
    if (when.hours is None) != (when.calendar is None):
        raise LevelIncomplete(f"{which} needs a calendar with its hours, and hours with it.")


escalation_policy_decider = definition(
    DefineEscalationPolicy, EscalationPolicyDefined, check=require_sound
)

AGGREGATE = Aggregate(
    noun="escalation_policy",
    id=EscalationPolicyId,
    decider=escalation_policy_decider,
    commands=DefineEscalationPolicy,
)
