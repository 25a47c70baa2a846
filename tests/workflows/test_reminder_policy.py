"""When people are reminded is data: the learning policy says it."""

from dataclasses import replace

import pytest

from activities.follow_up.planning import ReminderPlanning
from events.learning_policy.commands import DefineLearningPolicy
from events.learning_policy.decide import AGGREGATE as POLICIES
from events.learning_policy.decide import learning_policy_decider
from events.learning_policy.policy import DEFAULT, EVERYBODY, Reminding
from tests.harness import ADMIN, now
from tests.workflows.test_follow_up import (
    DAY,
    GRACES,
    Chores,
    at_any_time,
    chores,
    given,
    given_reminders,
    today,
)

__all__ = ["chores"]

pytestmark = pytest.mark.stack


async def test_when_people_are_reminded_is_what_the_learning_policy_says(chores: Chores) -> None:
    await chores.open(today() + 9 * DAY, GRACES, now() - 30 * DAY)
    log = chores.harness.log
    planning = ReminderPlanning(log, log.database, hours_of=at_any_time)
    await given_reminders(chores, planning, now())
    assert not await given(chores)
    define = DefineLearningPolicy(
        learning_policy_id=EVERYBODY,
        policy=replace(DEFAULT, reminding=Reminding(item_days_before=10)),
        actor=ADMIN,
        at=now(),
    )
    await chores.harness.store(learning_policy_decider, POLICIES.stream(EVERYBODY), define)
    await given_reminders(chores, planning, now())
    [one] = await given(chores)
    assert one.reminder.step == "soon"
