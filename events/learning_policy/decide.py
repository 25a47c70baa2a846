"""Learning policy rules: every severity has an answer, every number means something."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import LearningPolicyId
from events.learning_policy.commands import DefineLearningPolicy
from events.learning_policy.events import LEARNING_POLICY_EVENTS, LearningPolicyDefined
from events.learning_policy.policy import LearningPolicy
from events.learning_policy.refusals import LearningPolicyRefused
from events.learning_policy.state import INITIAL, DefinedLearningPolicy, evolve
from events.values.severity import Severity


def decide(
    command: DefineLearningPolicy, defined: DefinedLearningPolicy
) -> list[LearningPolicyDefined]:
    """Return the fact of the new version, none if the newest says the same.

    Raises: LearningPolicyRefused.
    """
    policy = command.policy
    _sensible(policy)
    if defined.number and defined.policy == policy:
        return []
    return [
        LearningPolicyDefined(
            learning_policy_id=command.learning_policy_id,
            number=defined.number + 1,
            policy=policy,
            defined_by=command.actor.name,
            defined_at=command.at,
        )
    ]


def _sensible(policy: LearningPolicy) -> None:
    severities = [one.severity for one in policy.postmortems]
    if Counter(severities) != Counter(Severity):
        _refuse(
            "postmortems", "Say once what each of SEV1, SEV2, SEV3 and SEV4 asks of a postmortem."
        )
    for number, one in enumerate(policy.postmortems):
        if one.outside_approvals > one.approvals:
            _refuse(
                f"postmortems.{number}.outside_approvals",
                f"{one.severity} asks for {one.approvals} approvals: not more of them can be by"
                " somebody from outside.",
            )
    if not policy.causes:
        _refuse("causes", "Name one category of causes at least, such as unknown.")
    _once("causes", "category", (one.category for one in policy.causes))
    _once("items", "severity and priority", ((one.severity, one.priority) for one in policy.items))
    _once("targets", "measure and severity", ((it.measure, it.severity) for it in policy.targets))
    for number, target in enumerate(policy.targets):
        if target.minutes <= 0:
            _refuse(
                f"targets.{number}.minutes",
                f"Nothing takes less than {target.minutes} minutes: a target is 1 or more.",
            )
    _not_negative(policy, "")


def _once(field: str, what: str, values: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for number, value in enumerate(values):
        if value in seen:
            _refuse(f"{field}.{number}", f"This {what} stands there already: name it once.")
        seen.add(value)


def _not_negative(value: object, place: str) -> None:
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            _not_negative(item, f"{place}.{number}")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            _not_negative(getattr(value, field.name), f"{place}.{field.name}".lstrip("."))
    elif isinstance(value, int) and value < 0:
        _refuse(place, f"{value} is less than none: say 0 or more.")


def _refuse(field: str, why: str) -> None:
    raise LearningPolicyRefused(why, field=field)


learning_policy_decider: Decider[
    DefineLearningPolicy, DefinedLearningPolicy, LearningPolicyDefined
] = Decider(initial=INITIAL, decide=decide, evolve=evolve, event_types=LEARNING_POLICY_EVENTS)

AGGREGATE = Aggregate(
    noun="learning_policy",
    id=LearningPolicyId,
    decider=learning_policy_decider,
    commands=DefineLearningPolicy,
)
