"""A learning policy answers for every severity, and its versions count from one."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from activities.policy_in_force import policy_in_force
from events.action_item.item import Priority
from events.handle import handle
from events.ids import LearningPolicyId, ServiceId
from events.learning_policy.commands import DefineLearningPolicy
from events.learning_policy.decide import AGGREGATE, learning_policy_decider
from events.learning_policy.events import LearningPolicyDefined
from events.learning_policy.policy import (
    DEFAULT,
    EVERYBODY,
    ItemDemand,
    LearningPolicy,
    Reminding,
    Target,
    TargetMeasure,
)
from events.learning_policy.refusals import LearningPolicyRefused
from events.learning_policy.taxonomy import CauseCategory, hints_for, labels
from events.log.memory import MemoryLog
from events.log.recorded import Metadata
from events.values.severity import Severity
from tests.events.incident.story import NOW, ana
from tests.given import given

CHECKOUT = LearningPolicyId("checkout")
STRICTER = replace(DEFAULT, items_else_days=30)


def define(policy: LearningPolicy, named: LearningPolicyId = CHECKOUT) -> DefineLearningPolicy:
    return DefineLearningPolicy(learning_policy_id=named, policy=policy, actor=ana, at=NOW)


def defined(policy: LearningPolicy, number: int = 1) -> LearningPolicyDefined:
    return LearningPolicyDefined(
        learning_policy_id=CHECKOUT,
        number=number,
        policy=policy,
        defined_by="responder:ana",
        defined_at=NOW,
    )


def test_each_definition_is_a_version_and_the_same_again_is_none() -> None:
    given().when(define(DEFAULT)).then(defined(DEFAULT))
    given(defined(DEFAULT)).when(define(STRICTER)).then(defined(STRICTER, 2))
    given(defined(STRICTER, 2)).when(define(STRICTER)).then_nothing()


def test_the_default_is_what_the_practice_and_its_sources_ask_for() -> None:
    asked = [
        (one.severity, one.by_itself, one.days, one.business_days, one.approvals)
        for one in DEFAULT.postmortems
    ]
    assert asked == [
        (Severity.SEV1, True, 3, False, 2),
        (Severity.SEV2, True, 5, True, 1),
        (Severity.SEV3, False, 10, True, 0),
        (Severity.SEV4, False, 10, True, 0),
    ]
    assert DEFAULT.postmortem(Severity.SEV1).outside_approvals == 1
    assert DEFAULT.postmortem(None).severity is Severity.SEV3
    targets = [DEFAULT.target(one) for one in ("ttd", "tta", "ttr")]
    assert [one.minutes for one in targets if one] == [5, 15, 60]
    assert DEFAULT.target("ttm") is None
    assert DEFAULT.target("ttr", Severity.SEV1) is None


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_target_of_nothing_is_refused(minutes: int) -> None:
    target = Target(measure=TargetMeasure.TTR, minutes=minutes)
    refused(replace(DEFAULT, targets=(*DEFAULT.targets[:2], target)), "targets.2.minutes")


def test_what_makes_no_sense_is_refused_by_the_field_that_says_it() -> None:
    refused(replace(DEFAULT, postmortems=DEFAULT.postmortems[:3]), "postmortems")
    outsiders = replace(DEFAULT.postmortems[1], outside_approvals=2)
    refused(
        replace(DEFAULT, postmortems=(DEFAULT.postmortems[0], outsiders, *DEFAULT.postmortems[2:])),
        "postmortems.1.outside_approvals",
    )
    refused(replace(DEFAULT, causes=()), "causes")
    refused(replace(DEFAULT, causes=(*DEFAULT.causes, DEFAULT.causes[0])), "causes.14")
    refused(replace(DEFAULT, targets=(*DEFAULT.targets, DEFAULT.targets[0])), "targets.3")
    refused(replace(DEFAULT, items=(*DEFAULT.items, DEFAULT.items[1])), "items.2")
    refused(
        replace(DEFAULT, reminding=Reminding(item_days_before=-1)), "reminding.item_days_before"
    )


def refused(policy: LearningPolicy, field: str) -> None:
    with pytest.raises(LearningPolicyRefused) as refusal:
        learning_policy_decider.decide(define(policy), learning_policy_decider.initial)
    assert refusal.value.facts == {"field": field}


def test_an_item_is_due_by_its_severity_and_priority_and_the_others_by_one_number() -> None:
    item = ItemDemand(severity=Severity.SEV3, priority=Priority.P2, days=7)
    policy = replace(STRICTER, items=(item,))
    day = date(2026, 11, 29)
    assert policy.item_due(day, Severity.SEV3, Priority.P2) == date(2026, 12, 6)
    assert policy.item_due(day, Severity.SEV1, Priority.P1) == date(2026, 12, 29)
    assert policy.item_due(day, None, Priority.P3) == date(2026, 12, 29)


def test_a_retired_category_stays_readable_and_takes_nothing_new() -> None:
    own = CauseCategory(category="vendor", label="Our vendors")
    renamed = CauseCategory(category="vendor", label="Vendors")
    now = CauseCategory(category="unknown", label="Nobody knows")
    known = labels([(*DEFAULT.causes, own), (renamed,), (now,)])
    assert known["vendor"] == "Vendors"
    assert known["deploy"] == "Deploy issues"
    assert known["unknown"] == "Nobody knows"
    policy = replace(DEFAULT, causes=(now,))
    assert policy.cause("vendor") is None
    assert policy.cause("unknown") == now


def test_human_error_may_be_defined_and_is_answered_with_a_question() -> None:
    blamed = CauseCategory(category="human_error", label="Human error")
    given().when(define(replace(DEFAULT, causes=(blamed,)))).then(
        defined(replace(DEFAULT, causes=(blamed,)))
    )
    assert hints_for((blamed,)) == (
        "A human error is where the question starts: what made it possible?",
    )
    assert hints_for(DEFAULT.causes) == ()


async def test_a_services_own_policy_holds_before_everybodys_and_that_before_the_default() -> None:
    log = MemoryLog()
    found = await policy_in_force(log, ServiceId("checkout"))
    assert (found.learning_policy_id, found.number, found.policy) == ("default", 0, DEFAULT)
    await give(log, define(STRICTER, EVERYBODY))
    assert (await policy_in_force(log, ServiceId("checkout"))).policy == STRICTER
    own = replace(DEFAULT, items_else_days=7)
    await give(log, define(own))
    found = await policy_in_force(log, ServiceId("checkout"))
    assert (found.learning_policy_id, found.number, found.policy) == ("checkout", 1, own)
    assert (await policy_in_force(log, None)).policy == STRICTER


async def give(log: MemoryLog, command: DefineLearningPolicy) -> None:
    stream = AGGREGATE.stream(command.learning_policy_id)
    await handle(
        log,
        learning_policy_decider,
        stream,
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="test"),
    )
