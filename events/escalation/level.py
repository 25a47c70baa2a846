"""Level of an escalation policy: who is paged together, how patiently, on which condition."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from events.escalation.condition import Condition
from events.escalation.target import Target


class Assign(StrEnum):
    """Who of a level is paged."""

    EVERYBODY = "everybody"
    ROUND_ROBIN = "round_robin"  # one target, the next one each time


class Acknowledge(StrEnum):
    """Whose answer is enough for a level."""

    ONE = "one"
    ALL = "all"  # the others are asked on until each has answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Targets that are paged together, and how long they may stay silent."""

    targets: tuple[Target, ...]
    escalation_timeout: timedelta
    assign: Assign = Assign.EVERYBODY
    acknowledge: Acknowledge = Acknowledge.ONE
    when: Condition | None = None  # None: always
